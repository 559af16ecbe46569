"""Read Genkit's `genkit:*` attributes."""

from __future__ import annotations

from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import carrying, named

GENKIT = Dialect(
    name="genkit",
    sources=(
        *named(Meaning.TYPE, "genkit:metadata:subtype", read=stated),
        *named(Meaning.ENTITY_NAME, "genkit:name"),
        *carrying(Meaning.INPUT, "genkit:input"),
        *carrying(Meaning.OUTPUT, "genkit:output"),
    ),
)
