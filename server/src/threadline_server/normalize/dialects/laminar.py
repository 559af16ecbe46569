"""Read Laminar's `lmnr.*` attributes."""

from __future__ import annotations

from threadline_server.model.attributes import Attributes
from threadline_server.model.span import Message
from threadline_server.normalize.dialects.dialect import Dialect, payload
from threadline_server.normalize.messages import of_attribute

_PROPERTIES = "lmnr.association.properties."
_METADATA = _PROPERTIES + "metadata."


def _tags(attributes: Attributes) -> list[str] | None:
    for key in (_PROPERTIES + "tags", _PROPERTIES + "labels"):
        value = attributes.get(key)
        if isinstance(value, list):
            return [tag for tag in value if isinstance(tag, str) and tag]
    return None


def _metadata(attributes: Attributes) -> Attributes | None:
    return {
        key[len(_METADATA) :]: value
        for key, value in attributes.items()
        if key.startswith(_METADATA)
    }


def _input_messages(attributes: Attributes) -> list[Message] | None:
    return of_attribute(attributes.get("lmnr.span.input"))


def _output_messages(attributes: Attributes) -> list[Message] | None:
    return of_attribute(attributes.get("lmnr.span.output"))


LAMINAR = Dialect(
    name="laminar",
    input=payload("lmnr.span.input"),
    output=payload("lmnr.span.output"),
    input_messages=_input_messages,
    output_messages=_output_messages,
    tags=_tags,
    metadata=_metadata,
)
