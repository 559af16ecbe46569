"""Read Laminar's `lmnr.*` attributes, and those that only it writes beside GenAI's."""

from __future__ import annotations

from collections.abc import Sequence

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.kind import stated
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.messages import of_attribute
from threadline_server.normalize.source import carrying, counted, named, texts

_PROPERTIES = "lmnr.association.properties."
_METADATA = _PROPERTIES + "metadata."


def _input_messages(attributes: Attributes) -> Sequence[Message] | None:
    return of_attribute(attributes.get("lmnr.span.input"))


def _output_messages(attributes: Attributes) -> Sequence[Message] | None:
    return of_attribute(attributes.get("lmnr.span.output"))


LAMINAR = Dialect(
    name="laminar",
    title="Laminar",
    sources=(
        *named(Meaning.TYPE, "lmnr.span.type", "lmnr.span.original_type", read=stated),
        *counted(
            Meaning.CACHE_WRITE_5M_TOKENS,
            "gen_ai.usage.cache_creation.input_tokens.ephemeral_5m",
        ),
        *counted(
            Meaning.CACHE_WRITE_1H_TOKENS,
            "gen_ai.usage.cache_creation.input_tokens.ephemeral_1h",
        ),
        *carrying(Meaning.INPUT, "lmnr.span.input"),
        *carrying(Meaning.OUTPUT, "lmnr.span.output"),
        *named(Meaning.TAGS, _PROPERTIES + "tags", _PROPERTIES + "labels", read=texts),
    ),
    input_messages=_input_messages,
    output_messages=_output_messages,
    metadata_prefixes=(_METADATA,),
)
