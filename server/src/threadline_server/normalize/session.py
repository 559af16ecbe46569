"""Turn the many keys that name a session, a conversation or a user into one claim per record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.model.ids import session_id
from threadline_server.model.log_record import DecodedLogRecord
from threadline_server.model.span import CONVERSATION_RANK, SESSION_RANK, Claim, DecodedSpan

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
    "genkit:threadName",
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
    "traceloop.association.properties.customer_id",
    "gen_ai.user",
    "gen_ai.request.user",
    "llm.user",
)

_KEYS = frozenset((*SESSION_KEYS, *CONVERSATION_KEYS, *USER_KEYS))
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REMEMBERED = 256
"""Characters of the longest text whose cleaned form is remembered."""

Record = DecodedSpan | DecodedLogRecord


@dataclass(frozen=True, slots=True)
class Identity:
    """Which session, conversation and user a record belongs to, as far as it says."""

    session: Claim | None = None
    conversation_id: str | None = None
    user_id: str | None = None


_NOBODY = Identity()


@lru_cache(maxsize=4096)
def _remembered(text: str) -> str | None:
    return session_id(text)


def _cleaned(value: AttributeValue) -> str | None:
    if isinstance(value, str) and len(value) <= _REMEMBERED:
        return _remembered(value)
    return session_id(value)


def _names_a_project(attributes: Attributes) -> bool:
    """Whether LangSmith's session is its project: what older versions call so, by its UUID or
    with its name beside it. Grouping by it would make one session of all that a project does.
    """
    value = attributes[_LANGSMITH]
    return _LANGSMITH_PROJECT in attributes or (
        isinstance(value, str) and _UUID.fullmatch(value.strip()) is not None
    )


def _first(sources: list[Attributes], keys: tuple[str, ...]) -> tuple[str, str] | None:
    for attributes in sources:
        for key in keys:
            if key in attributes and (value := _cleaned(attributes[key])) is not None:
                if key == _LANGSMITH and _names_a_project(attributes):
                    continue
                return value, key
    return None


def _sources(record: Record) -> list[Attributes]:
    """The attributes of a record, its scope and its resource, of those that name anyone."""
    return [
        attributes
        for attributes in (
            record.attributes,
            record.scope.attributes,
            record.resource.attributes,
        )
        if attributes and not _KEYS.isdisjoint(attributes)
    ]


def _claim(sources: list[Attributes]) -> Claim | None:
    for keys, rank in ((SESSION_KEYS, SESSION_RANK), (CONVERSATION_KEYS, CONVERSATION_RANK)):
        if (found := _first(sources, keys)) is not None:
            return Claim(value=found[0], key=found[1], rank=rank)
    return None


def session_claim(record: Record) -> Claim | None:
    """The session that a span or log record states: a key of the first rank anywhere beats one of
    the second; within a rank its own attributes come before scope before resource, then the order
    of keys.
    """
    return _claim(_sources(record))


def identity_of(record: Record) -> Identity:
    """What a span or log record states of session, conversation (whether or not it decides the
    session) and user; all cleaned alike.
    """
    if not (sources := _sources(record)):
        return _NOBODY
    conversation, user = _first(sources, CONVERSATION_KEYS), _first(sources, USER_KEYS)
    return Identity(
        session=_claim(sources),
        conversation_id=None if conversation is None else conversation[0],
        user_id=None if user is None else user[0],
    )


def user_id(record: Record) -> str | None:
    """The user that a record states."""
    return identity_of(record).user_id
