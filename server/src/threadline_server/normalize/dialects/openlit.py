"""Read what OpenLIT writes beside the GenAI conventions."""

from __future__ import annotations

from collections.abc import Sequence

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import messages_of, of_attribute
from threadline_server.normalize.source import carrying, named

_PROMPT = "gen_ai.content.prompt"
_COMPLETION = "gen_ai.content.completion"


def _messages(attributes: Attributes, key: str, role: str) -> Sequence[Message] | None:
    value = attributes.get(key)
    if (found := of_attribute(value)) is not None:
        return found
    return messages_of([{"role": role, "content": value}]) if isinstance(value, str) else None


OPENLIT = Dialect(
    name="openlit",
    title="OpenLIT",
    sources=(
        *named(Meaning.AGENT_NAME, "gen_ai.agent.role"),
        *carrying(Meaning.SYSTEM_INSTRUCTIONS, "gen_ai.agent.instructions"),
        *carrying(Meaning.INPUT, "gen_ai.tool.args", _PROMPT, "gen_ai.agent.task", "db.query.text"),
        *carrying(
            Meaning.OUTPUT, _COMPLETION, "gen_ai.agent.actual_output", "gen_ai.response.image"
        ),
    ),
    input_messages=lambda attributes: _messages(attributes, _PROMPT, "user"),
    output_messages=lambda attributes: _messages(attributes, _COMPLETION, "assistant"),
)
