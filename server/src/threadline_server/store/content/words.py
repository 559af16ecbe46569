"""Turn stored texts and documents into the plain words that search finds them by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal, Protocol

import orjson

from threadline_server.model.span import Event, Status
from threadline_server.store.content.payload import Document
from threadline_server.store.content.template import Template
from threadline_server.store.content.tokens import plain, spread

INDEXED_LIMIT = 1_000_000
"""Characters of one text that search sees; what lies beyond is stored and shown, not found."""

ERROR_LIMIT = 2_000
"""Characters of an error message that `error:` looks for words in."""

_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])')
_DATA = re.compile(r"(?:data:[\w/+.;=-]{0,100},)?[A-Za-z0-9+/=_-]{512}")
"""How base64 begins, and no text that people read."""

_PLUMBING = (
    "lmnr.span.", "lmnr.internal.", "telemetry.", "logfire.", "gen_ai.usage.", "llm.usage.",
    "llm.token_count.",
)  # fmt: skip
_CARRYING = ("lmnr.span.input", "lmnr.span.output")

_SHAPING_KEYS = frozenset({"role", "type", "mime_type"})
_SHAPING_ENDS = tuple(f".{key}" for key in _SHAPING_KEYS)
_SHAPES = frozenset(
    [
        "system",
        "user",
        "assistant",
        "tool",
        "developer",
        "model",
        "function",
        "human",
        "ai",
        "text",
        "content",
        "input_text",
        "output_text",
        "tool_call",
        "tool_calls",
        "tool_use",
        "tool_result",
        "tool_call_response",
        "message",
        "function_call",
        "function_call_output",
        "reasoning",
        "thinking",
        "image",
        "image_url",
        "text/plain",
        "application/json",
    ]
)
"""Words under these keys that every message has: they tell its shape and say nothing."""

WORDS_VERSION = 1
"""Raised when what follows here or in `tokens` gives other words: then stores are indexed anew."""

NamedField = Literal["model", "tool"]

FIELD_MARKS: dict[NamedField, str] = {"model": "\ue001", "tool": "\ue002"}
"""What a token begins with that stands for a whole value."""

ERROR_MARK = "\ue003"
"""Stands for an error, and begins the words of its message."""

_BETWEEN = "\ue000"
_NO_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]+")


def leaves(value: Any) -> list[str]:
    """The texts and numbers within a JSON value, but for words that tell only its shape."""
    if type(value) is int or type(value) is float:
        return [str(value)]
    found: list[str] = []
    waiting: list[Any] = [(value,)]
    for each in waiting:
        for key, item in each.items() if type(each) is dict else enumerate(each):
            kind = type(item)
            if kind is str:
                if key not in _SHAPING_KEYS or item not in _SHAPES:
                    found.append(item)
            elif kind is dict or kind is list:
                waiting.append(item)
            elif kind is int or kind is float:
                found.append(str(item))
    return found


def leaves_of_text(text: str) -> list[str]:
    """The texts and numbers within a text that may be JSON; of cut JSON, what stands between the
    marks. None of what is data and no text.
    """
    text = text[:INDEXED_LIMIT]
    if text[:1] in ("{", "["):
        try:
            return leaves(orjson.loads(text))
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            return [_ESCAPE.sub(" ", text)]
    if len(text) >= 512 and " " not in text[:100] and _DATA.match(text):
        return []
    return [text]


@lru_cache(maxsize=8192)
def _leaves_of_short(text: str) -> dict[str, None]:
    """Arguments of tools come again with each call, and what is left of a list of messages without
    its long texts is the same for many.
    """
    return dict.fromkeys(leaves_of_text(text))


_REMEMBERED_LENGTH = 1_000

_NAME_LENGTH = 200
"""Characters of the longest name of an attribute, a model or a tool that is remembered: what clients
choose must not fill the memory."""


def words_of_text(text: str) -> str:
    """What search sees of one shared text."""
    return spread("\n".join(leaves_of_text(text)))


def is_searched(key: str) -> bool:
    """Whether the value of an attribute says something that people look for."""
    return key in _CARRYING or not key.startswith(_PLUMBING)


_UNSEARCHED, _SEARCHED, _SHAPING = range(3)


def _place(key: str) -> int:
    """Whether what an attribute holds is searched, and may be a word that tells only a shape."""
    return _remembered_place(key) if len(key) <= _NAME_LENGTH else _place_of(key)


def _place_of(key: str) -> int:
    if not is_searched(key):
        return _UNSEARCHED
    return _SHAPING if key.endswith(_SHAPING_ENDS) else _SEARCHED


_remembered_place = lru_cache(maxsize=4096)(_place_of)


def _leaves_of_attributes(
    short: dict[str, Any], templates: dict[str, Template], found: dict[str, None]
) -> None:
    """Note the short texts and numbers of attributes; long texts are found by themselves."""
    for key, value in short.items():
        if key in templates:
            template = templates[key]
            if not isinstance(template, list) or not is_searched(key):
                continue
            rest = "".join([part for part in template if type(part) is str])
            is_short = len(rest) <= _REMEMBERED_LENGTH
            found.update(
                _leaves_of_short(rest) if is_short else dict.fromkeys(leaves_of_text(rest))
            )
            continue
        place = _place(key)
        if place == _UNSEARCHED or value == "":
            continue
        kind = type(value)
        if kind is not str:
            if kind is int or kind is float:
                found[str(value)] = None
            else:
                found.update(dict.fromkeys(leaves(value)))
        elif value[0] in "{[":
            found.update(_leaves_of_short(value))
        elif place == _SEARCHED or value not in _SHAPES:
            found[value] = None


class Named(Protocol):
    """What a span is called by, canonical or as it is stored."""

    name: str
    status: Status
    status_message: str
    request_model: str | None
    response_model: str | None
    tool_name: str | None


def words_of_span(span: Named, document: Document, events: Iterable[Event]) -> str:
    """What search sees of a span beside its shared texts: name, error and short values, and tokens
    for the values by which terms with a field find it.
    """
    found: dict[str, None] = {span.name: None, span.status_message: None}
    _leaves_of_attributes(document["a"], document.get("r", {}), found)
    for name, _, short, templates in document.get("e", ()):
        found[name] = None
        _leaves_of_attributes(short, templates, found)
    words = [spread("\n".join(found))]
    if span.request_model:
        words.append(named_token("model", span.request_model))
    if span.response_model and span.response_model != span.request_model:
        words.append(named_token("model", span.response_model))
    if span.tool_name:
        words.append(named_token("tool", span.tool_name))
    if span.status == "error":
        words += error_tokens(error_text(span.status_message, events))
    return "\n".join(words)


def words_of_record(document: Document) -> str:
    """What search sees of a log record beside its shared texts."""
    found: dict[str, None] = {document["n"]: None}
    _leaves_of_attributes(document["a"], document.get("r", {}), found)
    return spread("\n".join(found))


def named_token(field: NamedField, value: str) -> str:
    """The one token that stands for the name of a model or tool; two that differ in case or in what
    stands between letters are one.
    """
    return _named_token(field, value[:_NAME_LENGTH])


@lru_cache(maxsize=4096)
def _named_token(field: NamedField, value: str) -> str:
    return FIELD_MARKS[field] + _NO_WORD.sub(_BETWEEN, plain(value).casefold())


def error_text(status_message: str, events: Iterable[Event]) -> str:
    """What a failed span says of its failure."""
    said = {status_message: None}
    for event in events:
        if event.name == "exception":
            for key in ("exception.type", "exception.message"):
                said[str(event.attributes.get(key, ""))] = None
    return "\n".join(said)[:ERROR_LIMIT]


def error_tokens(text: str) -> list[str]:
    """The tokens by which an error is found: that it is one, and by the words of its message."""
    words = dict.fromkeys(_WORD.findall(spread(text)))
    return [ERROR_MARK, *(ERROR_MARK + word for word in words)]
