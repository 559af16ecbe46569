"""Find who speaks in a message and what is said in it, without making the message."""

from __future__ import annotations

from typing import Any

from threadline_server.normalize.parts import responses
from threadline_server.normalize.parts.fields import Fields

ROLES = {
    "human": "user",
    "ai": "assistant",
    "bot": "assistant",
    "chatbot": "assistant",
    "model": "assistant",
    "developer": "system",
    "function": "tool",
}
"""Roles that some providers call otherwise."""

_PLAIN_ROLES = frozenset({"system", "user", "assistant", "tool"})
KNOWN_ROLES = frozenset({*_PLAIN_ROLES, *ROLES})

ROLE_OF_TYPE = {
    **{name: name for name in ("human", "ai", "system", "tool", "function")},
    "HumanMessage": "user",
    "HumanMessageChunk": "user",
    "UserMessage": "user",
    "AIMessage": "assistant",
    "AIMessageChunk": "assistant",
    "AssistantMessage": "assistant",
    "SystemMessage": "system",
    "SystemMessageChunk": "system",
    "ToolMessage": "tool",
    "ToolMessageChunk": "tool",
    "FunctionMessage": "tool",
}
"""Types by which LangChain and AutoGen say who speaks."""

CONTENT = ("content", "parts", "blocks", "_content")
"""Fields that have what is said."""
SPEECH = (*CONTENT, "tool_calls", "function_call", "audio", "refusal", "toolInvocations")
"""Fields one of which a message has, where its role is a word that anyone may use."""
SPEAKING = frozenset({*SPEECH, "role", "_role", "type", "id", "message", "delta", "text"})
"""Fields one of which every message has, whatever is around it."""
WRAPPERS = ("message", "delta")
"""Fields in which providers' choices have their message."""

_ASIDE = ("blocks", "_content", "refusal", "audio", "images")
"""Fields beside content and parts that may have text in them."""
_MAY_SAY_MORE = frozenset({*_ASIDE, "additional_kwargs"})
_PLAIN_PARTS = ("text", "tool_call", "tool_use", "reasoning", "thinking")
"""Types of parts that are text, or have none in them."""
_KINDS = frozenset({"part_kind", "block_type", "kind"})
"""Other names of a part's type; Gemini's and Bedrock's parts have none of them."""
_CALLING = (
    *("functionCall", "function_call", "toolUse"),
    *("functionResponse", "function_response", "toolResult"),
)
"""Fields of such parts in which there is a call or its result, and nothing is said."""


def normal_role(role: str) -> str:
    """A role in lower case, under the name that most providers give it."""
    if role in _PLAIN_ROLES:
        return role
    lower = role.lower().removeprefix("messagerole.")
    return ROLES.get(lower, lower)


def is_spoken(fields: Fields) -> bool:
    """Whether what says who speaks is a message: anything may have a role that is no speaker's."""
    role = normal_role(fields["role"])
    return role in KNOWN_ROLES or any(name in fields for name in SPEECH)


def signed(value: Any) -> Fields | None:
    """A message that says itself who speaks, under `role`, without what a provider puts around it.

    None where `message` has to find out.
    """
    if type(value) is not dict:
        return None
    if type(value.get("role")) is str:
        return value
    if SPEAKING.isdisjoint(value):
        return None
    if "type" in value and responses.speaker(value) is not None:
        return None
    if is_constructed(value):
        return constructed(value)
    if (by_type := typed(value)) is not None:
        return by_type
    for name in WRAPPERS:
        if type(inner := value.get(name)) is dict:
            return signed(inner)
    inner = value.get("content")
    return inner if type(inner) is dict and type(inner.get("role")) is str else None


def plain_text(value: Fields) -> str | None:
    """The text of a signed message, empty where it has none; None for a message that has to be made
    to know it.

    It is what the parts of `message` say, found without making them. What may be JSON is none.
    """
    if ("content" in value) is ("parts" in value):
        return None
    if not _MAY_SAY_MORE.isdisjoint(value) and _says_more(value):
        return None
    content = value["content"] if "content" in value else value["parts"]
    if type(content) is not list:
        return "" if content is None else _plain(content)
    texts = []
    for part in content:
        if type(part) is not dict:
            return None
        kind = part.get("type")
        if kind is None and _KINDS.isdisjoint(part):
            kind = _kind_by_key(part)
        if kind not in _PLAIN_PARTS:
            return None
        if kind == "text":
            text = _plain(part.get("text", part.get("content")))
            if text is None:
                return None
            texts.append(text)
    return "\n".join(filter(None, texts))


def _kind_by_key(part: Fields) -> str | None:
    if type(part.get("text")) is str:
        return "reasoning" if part.get("thought") is True else "text"
    if "json" not in part:
        for name in _CALLING:
            if type(part.get(name)) is dict:
                return "tool_call"
    return None


def _says_more(value: Fields) -> bool:
    beside = value.get("additional_kwargs")
    if type(beside) is dict and any(map(beside.get, _ASIDE)):
        return True
    return any(map(value.get, _ASIDE))


def _plain(text: Any) -> str | None:
    return text if type(text) is str and text[:1] not in ("{", "[") else None


def is_constructed(value: Fields) -> bool:
    """Whether LangChain has written down how to construct the object."""
    return "kwargs" in value and type(value.get("id")) is list and bool(value["id"])


def constructed(value: Fields) -> Fields | None:
    """The message that LangChain would construct, with a role."""
    return with_role(value["kwargs"], ROLE_OF_TYPE.get(str(value["id"][-1])))


def typed(value: Fields) -> Fields | None:
    """A message whose type says who speaks."""
    kind = value.get("type")
    if type(kind) is not str or kind not in ROLE_OF_TYPE:
        return None
    inner = value["data"] if type(value.get("data")) is dict else value
    return with_role({**inner, "type": None}, ROLE_OF_TYPE[kind]) if "content" in inner else None


def with_role(fields: Any, role: str | None) -> Fields | None:
    """A copy of fields with the role that they state, or else this one; None where there is none."""
    if type(fields) is not dict:
        return None
    stated = fields.get("role")
    role = stated if type(stated) is str else role
    return None if role is None else {**fields, "role": role}
