"""Turn the many keys that name a session, a conversation or a user into one claim per record."""

from __future__ import annotations

from threadline_server.model.attributes import Attributes
from threadline_server.model.ids import session_id
from threadline_server.model.log_record import DecodedLogRecord
from threadline_server.model.span import CONVERSATION_RANK, SESSION_RANK, Claim, DecodedSpan

SESSION_KEYS: tuple[str, ...] = (
    "session.id",
    "langfuse.session.id",
    "lmnr.association.properties.session_id",
    "traceloop.association.properties.session_id",
    "langsmith.metadata.session_id",
    "ai.telemetry.metadata.sessionId",
    "ai.telemetry.metadata.session_id",
    "mlflow.trace.session",
)
"""Keys of the first rank, the strongest first."""

CONVERSATION_KEYS: tuple[str, ...] = (
    "langsmith.metadata.conversation_id",
    "langsmith.metadata.thread_id",
    "ai.telemetry.metadata.threadId",
    "traceloop.association.properties.thread_id",
    "traceloop.association.properties.conversation_id",
    "thread_id",
    "gen_ai.conversation.id",
)
"""Keys of the second rank: their names say conversation or thread (design rule 1)."""

USER_KEYS: tuple[str, ...] = (
    "user.id",
    "langfuse.user.id",
    "lmnr.association.properties.user_id",
    "traceloop.association.properties.user_id",
    "langsmith.metadata.user_id",
    "ai.telemetry.metadata.userId",
    "ai.telemetry.metadata.user_id",
    "mlflow.trace.user",
)


def _first(attributes: Attributes, keys: tuple[str, ...]) -> tuple[str, str] | None:
    for key in keys:
        if key in attributes and (value := session_id(attributes[key])) is not None:
            return value, key
    return None


Record = DecodedSpan | DecodedLogRecord


def _sources(record: Record) -> tuple[Attributes, Attributes, Attributes]:
    return record.attributes, record.scope.attributes, record.resource.attributes


def session_claim(record: Record) -> Claim | None:
    """The session that a span or log record states: a key of the first rank anywhere beats one of
    the second; within a rank its own attributes come before scope before resource, then the order
    of keys.
    """
    for keys, rank in ((SESSION_KEYS, SESSION_RANK), (CONVERSATION_KEYS, CONVERSATION_RANK)):
        for attributes in _sources(record):
            if attributes and (found := _first(attributes, keys)) is not None:
                return Claim(value=found[0], key=found[1], rank=rank)
    return None


def conversation_id(span: DecodedSpan) -> str | None:
    """The conversation that a span states, whether or not it decides a session."""
    for attributes in _sources(span):
        if attributes and (found := _first(attributes, CONVERSATION_KEYS)) is not None:
            return found[0]
    return None


def user_id(span: DecodedSpan) -> str | None:
    """The user that a span states, cleaned as session ids are."""
    for attributes in _sources(span):
        if attributes and (found := _first(attributes, USER_KEYS)) is not None:
            return found[0]
    return None
