"""Read OpenLLMetry's `traceloop.*` attributes."""

from __future__ import annotations

from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import named

TRACELOOP = Dialect(
    name="traceloop",
    sources=(*named(Meaning.TYPE, "traceloop.span.kind", read=stated),),
)
