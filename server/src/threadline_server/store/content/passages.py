"""Turn a span's document into the passages that a search may hit, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from threadline_server.model.search import Where
from threadline_server.model.span import SpanType
from threadline_server.store.content.payload import Document
from threadline_server.store.content.template import Template
from threadline_server.store.content.words import is_searched, leaves_of_text

_REFERENCE = "\ue000"
"""Stands, with a number behind it, for a text that is kept by itself."""

_OUTPUT = ("output", "completion", "response", "result", "choice")
_INPUT = (
    "input",
    "prompt",
    "request",
    "argument",
    "query",
    "question",
    "messages",
    "instruction",
    "document",
)
_ARGUMENTS = ("arguments", "args", "tool_input", "parameters")
_RESULTS = frozenset({"tool_result", "tool_call_response", "function_call_output"})


@dataclass(slots=True)
class Passage:
    """A text of a span and where it stands. `reference` is its index among the span's long texts,
    which are kept by themselves: then `text` is empty.
    """

    where: Where
    text: str
    reference: int | None = None


def passages(document: Document, kind: SpanType) -> Iterator[Passage]:
    """What the attributes and events of a span say, the short texts and the places of long ones."""
    yield from _of_attributes(document["a"], document.get("r", {}), kind, "")
    for name, _, short, templates in document.get("e", ()):
        if name == "exception":
            for passage in _of_attributes(short, templates, kind, name):
                passage.where = "error"
                yield passage
        else:
            yield Passage("event", name)
            yield from _of_attributes(short, templates, kind, name)


def _of_attributes(
    short: dict[str, Any], templates: dict[str, Template], kind: SpanType, event: str
) -> Iterator[Passage]:
    for key, value in short.items():
        if not is_searched(key):
            continue
        where = _where(f"{event}.{key}", kind, "event" if event else "attribute")
        template = templates.get(key)
        if template is None:
            yield from _of_value(value, where)
        elif isinstance(template, int):
            yield Passage(where, "", template)
        else:
            yield from _of_template(template, where)


def _of_template(template: list[str | int], where: Where) -> Iterator[Passage]:
    text = "".join(
        part if isinstance(part, str) else f"{_REFERENCE}{part // 3}" for part in template
    )
    for passage in _of_value(text, where):
        if passage.text.startswith(_REFERENCE) and passage.text[1:].isdigit():
            yield Passage(passage.where, "", int(passage.text[1:]))
        elif _REFERENCE in passage.text:
            # JSON that was cut: its short texts, and the long ones of which no more is known.
            short, *rest = passage.text.split(_REFERENCE)
            yield Passage(where, short)
            for each in rest:
                digits = len(each) - len(each.lstrip("0123456789"))
                yield Passage(where, "", int(each[:digits]))
                yield Passage(where, each[digits:])
        else:
            yield passage


def _of_value(value: Any, where: Where) -> Iterator[Passage]:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            yield from (Passage(where, each) for each in leaves_of_text(value))
            return
    waiting: list[tuple[Any, Where]] = [(value, where)]
    while waiting:
        each, place = waiting.pop()
        if isinstance(each, dict):
            if each.get("role") == "tool" or each.get("type") in _RESULTS:
                place = "tool_result"
            waiting += [
                (item, "tool_arguments" if key in _ARGUMENTS else place)
                for key, item in reversed(each.items())
            ]
        elif isinstance(each, list):
            waiting += [(item, place) for item in reversed(each)]
        elif isinstance(each, str):
            yield Passage(place, each)
        elif each is not None and not isinstance(each, bool):
            yield Passage(place, str(each))


def _where(key: str, kind: SpanType, otherwise: Where) -> Where:
    """Where the value of an attribute stands, by the words of its name."""
    name = key.lower()
    if any(word in name for word in _OUTPUT):
        return "tool_result" if kind == "tool" else "output"
    if any(word in name for word in _INPUT):
        return "tool_arguments" if kind == "tool" else "input"
    return otherwise
