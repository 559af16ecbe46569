"""Read Langfuse's `langfuse.*` attributes."""

from __future__ import annotations

from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import named

LANGFUSE = Dialect(
    name="langfuse",
    sources=(*named(Meaning.TYPE, "langfuse.observation.type", read=stated),),
)
