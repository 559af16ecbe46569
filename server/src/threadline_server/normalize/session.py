"""Turn the many keys that name a session, a conversation or a user into one claim per record."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.ids import session_id
from threadline_server.model.log_record import DecodedLogRecord
from threadline_server.model.span import CONVERSATION_RANK, SESSION_RANK, Claim, DecodedSpan
from threadline_server.normalize.source import fields

_LANGSMITH = "langsmith.trace.session_id"
_LANGSMITH_PROJECT = "langsmith.trace.session_name"

SESSION_KEYS: tuple[str, ...] = (
    "session.id",
    "langfuse.session.id",
    "lmnr.association.properties.session_id",
    "traceloop.association.properties.session_id",
    _LANGSMITH,
    "langsmith.metadata.session_id",
    "langfuse.observation.metadata.langfuse_session_id",
    "langfuse.trace.metadata.langfuse_session_id",
    "ai.telemetry.metadata.sessionId",
    "ai.telemetry.metadata.session_id",
    "ai.settings.context.sessionId",
    "ai.settings.context.session_id",
    "mlflow.trace.session",
    "microsoft.session.id",
    "moduna.session.id",
    "mirascope.ops.session.id",
    "mastra.metadata.sessionId",
    "genkit:sessionId",
    "gcp.vertex.agent.session_id",
)
"""Keys of the first rank, the strongest first. Those of frameworks that make up an id of their own
are the weakest.
"""

CONVERSATION_KEYS: tuple[str, ...] = (
    "langsmith.metadata.conversation_id",
    "langsmith.metadata.thread_id",
    "ai.telemetry.metadata.threadId",
    "ai.telemetry.metadata.thread_id",
    "ai.settings.context.threadId",
    "ai.settings.context.thread_id",
    "traceloop.association.properties.thread_id",
    "traceloop.association.properties.conversation_id",
    "thread_id",
    "gen_ai.conversation.id",
    "gen_ai.thread.id",
    "conversation.id",
    "moduna.conversation.id",
    "langwatch.thread.id",
    "mastra.metadata.threadId",
    "genkit:threadName",
    "metadata.thread_id",
    "metadata.conversation_id",
)
"""Keys of the second rank: their names say conversation or thread (design rule 1)."""

USER_KEYS: tuple[str, ...] = (
    "user.id",
    "langfuse.user.id",
    "lmnr.association.properties.user_id",
    "traceloop.association.properties.user_id",
    "langsmith.metadata.user_id",
    "langfuse.observation.metadata.langfuse_user_id",
    "langfuse.trace.metadata.langfuse_user_id",
    "ai.telemetry.metadata.userId",
    "ai.telemetry.metadata.user_id",
    "ai.settings.context.userId",
    "ai.settings.context.user_id",
    "mlflow.trace.user",
    "langwatch.user.id",
    "mastra.metadata.userId",
    "traceloop.association.properties.customer_id",
    "gen_ai.user",
    "gen_ai.request.user",
    "llm.user",
    "metadata.user_id",
)

_METADATA = "metadata"
_WITHIN = {f"{_METADATA}.{name}": name for name in ("thread_id", "conversation_id", "user_id")}
"""Keys that are a name within the attribute `metadata`, an object, mostly as JSON: LangWatch has no
others.
"""

_KEYS = frozenset((_METADATA, *SESSION_KEYS, *CONVERSATION_KEYS, *USER_KEYS))
_CONVERSATION = "gen_ai.conversation.id"
_RESPONSE = "gen_ai.response.id"
_RESPONSE_ID = "resp_"
"""How the ids of OpenAI's Responses begin."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REMEMBERED = 256
"""Characters of the longest text whose cleaned form is remembered."""

Record = DecodedSpan | DecodedLogRecord


class Identity(NamedTuple):
    """Which session, conversation and user a record belongs to, as far as it says."""

    session: Claim | None = None
    conversation_id: str | None = None
    user_id: str | None = None


_NOBODY = Identity()


@lru_cache(maxsize=4096)
def _remembered(text: str) -> str | None:
    return session_id(text)


def _names_a_project(attributes: Attributes) -> bool:
    """Whether LangSmith's session is its project: what older versions call so, by its UUID or
    with its name beside it. Grouping by it would make one session of all that a project does.
    """
    value = attributes[_LANGSMITH]
    return _LANGSMITH_PROJECT in attributes or (
        isinstance(value, str) and _UUID.fullmatch(value.strip()) is not None
    )


def _names_a_response(value: str, attributes: Attributes) -> bool:
    """Whether a conversation is named by one answer, as Agent Framework does over the Responses API,
    where each call refers to the one before: every turn would be a session of its own.
    """
    return value == attributes.get(_RESPONSE) or value.startswith(_RESPONSE_ID)


@dataclass(frozen=True, slots=True)
class Naming:
    """The keys by which some attributes name a session, a conversation and a user, the strongest
    first.
    """

    session: tuple[str, ...]
    conversation: tuple[str, ...]
    user: tuple[str, ...]


def naming(keys: Collection[str]) -> Naming | None:
    """Those of the keys that name somebody; None where none does."""
    if not keys or _KEYS.isdisjoint(keys):
        return None
    if _METADATA in keys:
        keys = {*keys, *_WITHIN}
    return Naming(
        tuple(key for key in SESSION_KEYS if key in keys),
        tuple(key for key in CONVERSATION_KEYS if key in keys),
        tuple(key for key in USER_KEYS if key in keys),
    )


def _first(attributes: Attributes, keys: tuple[str, ...]) -> tuple[str, str] | None:
    """The first usable value of some keys, with its key."""
    for key in keys:
        sent = attributes[key] if key in attributes else _within(attributes, key)
        if isinstance(sent, str) and len(sent) <= _REMEMBERED:
            value = _remembered(sent)
        else:
            value = session_id(sent)
        if value is not None:
            if key == _LANGSMITH and _names_a_project(attributes):
                continue
            if key == _CONVERSATION and _names_a_response(value, attributes):
                continue
            return value, key
    return None


def _within(attributes: Attributes, key: str) -> AttributeValue:
    """What the attribute `metadata` has under the name that ends a key."""
    name, metadata = _WITHIN.get(key), attributes.get(_METADATA)
    if name is None or metadata is None or (isinstance(metadata, str) and name not in metadata):
        return None
    return (fields(metadata) or {}).get(name)


Named = tuple[Attributes, Naming]


def identity(record: Record, named: Naming | None) -> Identity:
    """What a record whose own attributes are `named` so states, as `identity_of` tells it."""
    sources: tuple[Named, ...] = () if named is None else ((record.attributes, named),)
    for beside in (record.scope.attributes, record.resource.attributes):
        if beside and (found := naming(beside)) is not None:
            sources = (*sources, (beside, found))
    if not sources:
        return _NOBODY
    session = conversation = user = None
    for attributes, found in sources:
        if session is None and found.session:
            session = _first(attributes, found.session)
        if conversation is None and found.conversation:
            conversation = _first(attributes, found.conversation)
        if user is None and found.user:
            user = _first(attributes, found.user)
    stated, rank = session, SESSION_RANK
    if stated is None:
        stated, rank = conversation, CONVERSATION_RANK
    return Identity(
        None if stated is None else Claim(stated[0], stated[1], rank),
        None if conversation is None else conversation[0],
        None if user is None else user[0],
    )


def identity_of(record: Record) -> Identity:
    """What a span or log record states of session, conversation (whether or not it decides the
    session) and user; all cleaned alike.
    """
    return identity(record, naming(record.attributes))


def session_claim(record: Record) -> Claim | None:
    """The session that a span or log record states: a key of the first rank anywhere beats one of
    the second; within a rank its own attributes come before scope before resource, then the order
    of keys.
    """
    return identity_of(record).session


def user_id(record: Record) -> str | None:
    """The user that a record states."""
    return identity_of(record).user_id
