"""Read AgentOps' `agentops.*` attributes; its model calls are written under GenAI's older keys."""

from __future__ import annotations

from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import carrying, named, texts

AGENTOPS = Dialect(
    name="agentops",
    title="AgentOps",
    sources=(
        *named(Meaning.TYPE, "agentops.span.kind", read=stated),
        *named(Meaning.ENTITY_NAME, "agentops.entity.name"),
        *carrying(Meaning.INPUT, "agentops.entity.input"),
        *carrying(Meaning.OUTPUT, "agentops.entity.output", "tool.result"),
        *named(Meaning.TAGS, "agentops.tags", read=texts),
    ),
)
