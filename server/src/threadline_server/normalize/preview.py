"""Turn inputs and outputs of any shape into a line of plain text for lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline_server.model.attributes import to_json_text
from threadline_server.model.previews import PREVIEW_LIMIT, shortened
from threadline_server.model.span import Message
from threadline_server.normalize.conversation import text_of
from threadline_server.normalize.json_text import parsed
from threadline_server.normalize.messages import last_text, messages_of
from threadline_server.normalize.represented import is_empty_event, represented

_PARSE_LIMIT = 1_000_000
_WRAPPERS = 3

SPOKEN_KEYS = (
    *("user_message", "message", "user_input", "question", "query", "prompt"),
    *("q", "input", "text", "task", "topic"),
)
"""Arguments by which functions take what a person said, the likeliest first."""


RESULT_KEYS = (*("output", "outputs", "result", "answer", "response", "raw", "text", "raw_output"),)
"""Members of a result in which frameworks put its text, the likeliest first."""


_HOLDERS = frozenset((*RESULT_KEYS, "messages", "replies", "lc"))
"""Members by which an object is seen to be the result of a step, under the name of that step."""


def _shown(value: Any) -> str:
    """JSON text; of an event whose body has a number that is too long for it, what Python shows."""
    try:
        return to_json_text(value)
    except TypeError:
        return str(value)


def _calls_of(messages: Sequence[Message]) -> str | None:
    """The tools that the last message calls, with their arguments."""
    calls = [part for part in messages[-1].parts if part["type"] == "tool_call"]
    said = [f"{part['name']} {_shown(part['arguments'])}" for part in calls]
    return ", ".join(said) or None


def _results_of(messages: Sequence[Message]) -> str | None:
    """What tools gave, of which the last message tells."""
    parts = [part for part in messages[-1].parts if part["type"] == "tool_result"]
    given = [part["result"] for part in parts if part.get("result") is not None]
    said = [each if isinstance(each, str) else _shown(each) for each in given]
    return ", ".join(said) or None


def messages_preview(messages: Sequence[Message], role: str) -> str | None:
    """The last text of a role, else what the last message calls or answers, else the last text."""
    if not messages:
        return None
    text = last_text(messages, role) or _calls_of(messages) or _results_of(messages)
    if text is None:
        text = next((said for item in messages[::-1] if (said := text_of(item))), None)
    return None if text is None else shortened(text)


_EVENTS = ("start_event", "ev")
"""Arguments of LlamaIndex's workflows in which an event stands, beside the workflow's own state."""


def _call(value: dict[str, Any]) -> Any:
    """What a function was called with, where a client wraps it: one argument, or the named ones."""
    if "init_state" in value or "ctx" in value:
        event = next((value[key] for key in _EVENTS if isinstance(value.get(key), str)), None)
        return value if event is None else event
    inputs = value.get("inputs")
    if isinstance(inputs, dict):
        value = inputs
    args, kwargs = value.get("args"), value.get("kwargs")
    if not isinstance(args, list) or not isinstance(kwargs, dict | None):
        return value
    if kwargs and not args:
        return kwargs
    return args[0] if len(args) == 1 and not kwargs else value


def _result(value: dict[str, Any]) -> Any:
    """What a function gave, where a client wraps it: the text under the one key that holds it."""
    for key in RESULT_KEYS:
        said = value.get(key)
        if isinstance(said, str) and said.strip():
            return said
    if isinstance(replies := value.get("replies"), list):
        return replies
    if len(value) == 1:
        (inner,) = value.values()
        if isinstance(inner, dict) and not _HOLDERS.isdisjoint(inner):
            return inner
    return value


def _unwrapped(value: Any, role: str) -> Any:
    """What clients have wrapped, at most in one another as far as any of them does."""
    for _ in range(_WRAPPERS):
        if not isinstance(value, dict):
            break
        inner = _call(value) if role == "user" else _result(value)
        if inner is value:
            break
        value = inner
    return value


def _spoken(arguments: dict[str, Any]) -> str | None:
    """What a person said, among the arguments of the function that took it."""
    for key in SPOKEN_KEYS:
        said = arguments.get(key)
        if isinstance(said, str) and said.strip():
            return said
    return None


def preview(text: str, role: str, wrappers: int = _WRAPPERS) -> str | None:
    """A line for a list: a JSON string without its quotes, messages as the last text of `role`,
    of arguments what a person said, other JSON as it is; None for what is empty.

    `wrappers` is how many times what clients wrap around it is taken off.
    """
    value = parsed(text) if len(text) <= _PARSE_LIMIT else text
    if isinstance(value, str):
        return _text_line(value, role)
    return _line(value, text, role, wrappers)


def _text_line(text: str, role: str) -> str | None:
    if is_empty_event(text):
        return None
    return shortened(represented(text, role) or text) or None


def _line(value: Any, text: str | None, role: str, wrappers: int) -> str | None:
    """The line of a JSON value that is no string; `text` is what it was read from, if it was."""
    messages = messages_of(value)
    if messages is not None and (line := messages_preview(messages, role)) is not None:
        return line
    if value is None or value == []:
        return None
    inner = _unwrapped(value, role) if wrappers else value
    if inner is not value:
        if isinstance(inner, str):
            return preview(inner, role, wrappers - 1)
        return _line(inner, None, role, wrappers - 1)
    if role == "user" and isinstance(value, dict) and (said := _spoken(value)) is not None:
        return shortened(said)
    if text is None or text[0] not in "{[" or len(text) > PREVIEW_LIMIT:
        text = to_json_text(value)
    return shortened(text)
