"""Turn stored texts and documents into the plain words that search finds them by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from threadline_server.model.attributes import Attributes, to_json_text
from threadline_server.model.log_record import DecodedLogRecord
from threadline_server.model.span import DecodedSpan
from threadline_server.store.content.template import SHARED_LENGTH

INDEXED_LIMIT = 1_000_000
"""Characters of one text that search sees; what lies beyond is stored and shown, not found."""

_DEPTH_LIMIT = 64
_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])')
_PLUMBING = ("lmnr.span.", "lmnr.internal.", "telemetry.", "logfire.")
_CARRYING = ("lmnr.span.input", "lmnr.span.output")


def _leaves(value: Any, longest: int, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) < longest:
            yield value
    elif isinstance(value, dict):
        if depth < _DEPTH_LIMIT:
            for item in value.values():
                yield from _leaves(item, longest, depth + 1)
    elif isinstance(value, list):
        if depth < _DEPTH_LIMIT:
            for item in value:
                yield from _leaves(item, longest, depth + 1)
    elif value is not None and not isinstance(value, bool | bytes):
        yield str(value)


def _json_leaves(text: str, longest: int) -> Iterator[str]:
    """The strings and numbers within JSON text; of cut JSON, what stands between the marks."""
    try:
        yield from _leaves(orjson.loads(text), longest)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        yield _ESCAPE.sub(" ", text)


def words_of_text(text: str) -> str:
    """What search sees of one shared text."""
    text = text[:INDEXED_LIMIT]
    if text[:1] in ("{", "["):
        return "\n".join(_json_leaves(text, INDEXED_LIMIT))
    return text


def _words_of_attributes(attributes: Attributes) -> Iterator[str]:
    for key, value in attributes.items():
        if key.startswith(_PLUMBING) and key not in _CARRYING:
            continue
        if not isinstance(value, str):
            yield from _leaves(value, INDEXED_LIMIT)
        elif value[:1] in ("{", "["):
            longest = SHARED_LENGTH if len(value) >= SHARED_LENGTH else INDEXED_LIMIT
            yield from _json_leaves(value[:INDEXED_LIMIT], longest)
        elif len(value) < SHARED_LENGTH:
            yield value


def words_of_span(span: DecodedSpan) -> str:
    """What search sees of a span beside its shared texts: name, error and short values."""
    words = [span.name, span.status_message, *_words_of_attributes(span.attributes)]
    for event in span.events:
        words += [event.name, *_words_of_attributes(event.attributes)]
    return "\n".join(dict.fromkeys(words))


def words_of_record(record: DecodedLogRecord) -> str:
    """What search sees of a log record beside its shared texts."""
    words = [record.event_name]
    for said in (record.attributes, {"": record.body}):
        as_text: Attributes = {
            key: to_json_text(value) if isinstance(value, list | dict) else value
            for key, value in said.items()
        }
        words += _words_of_attributes(as_text)
    return "\n".join(dict.fromkeys(words))
