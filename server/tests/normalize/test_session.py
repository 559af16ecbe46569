from __future__ import annotations

import pytest
from spans import decoded

from threadline_server.model.span import CONVERSATION_RANK, SESSION_RANK, Claim, Resource, Scope
from threadline_server.normalize import session
from threadline_server.normalize.session import identity_of, session_claim, user_id

LAMINAR = "lmnr.association.properties.session_id"

SESSIONS = (
    "session.id",
    "langfuse.session.id",
    "lmnr.association.properties.session_id",
    "traceloop.association.properties.session_id",
    "langsmith.trace.session_id",
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
"""Keys that say session: what a person sets ahead of what a framework makes up."""

CONVERSATIONS = (
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
"""Keys that say conversation or thread, of which a session may hold several."""

USERS = (
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


def test_no_key_is_read_whose_place_is_not_stated_here() -> None:
    assert set(session.SESSION_KEYS) == set(SESSIONS)
    assert set(session.CONVERSATION_KEYS) == set(CONVERSATIONS)
    assert set(session.USER_KEYS) == set(USERS)


@pytest.mark.parametrize("key", [*SESSIONS, *CONVERSATIONS])
def test_a_key_names_the_session_ahead_of_every_weaker_one(key: str) -> None:
    keys = [*SESSIONS, *CONVERSATIONS]
    weaker = keys[keys.index(key) :]
    rank = SESSION_RANK if key in SESSIONS else CONVERSATION_RANK
    for order in (weaker, weaker[::-1]):
        span = decoded(attributes={each: f"by {each}" for each in order})
        assert session_claim(span) == Claim(f"by {key}", key, rank)


@pytest.mark.parametrize("key", CONVERSATIONS)
def test_a_key_names_the_conversation_whatever_names_the_session(key: str) -> None:
    weaker = CONVERSATIONS[CONVERSATIONS.index(key) :]
    for order in (weaker, weaker[::-1]):
        attributes = {"session.id": "s", **{each: f"by {each}" for each in order}}
        assert identity_of(decoded(attributes=attributes)).conversation_id == f"by {key}"


@pytest.mark.parametrize("key", USERS)
def test_a_key_names_the_user_ahead_of_every_weaker_one(key: str) -> None:
    weaker = USERS[USERS.index(key) :]
    for order in (weaker, weaker[::-1]):
        span = decoded(attributes={each: f"by {each}" for each in order})
        assert user_id(span) == f"by {key}"


def test_the_standard_key_comes_before_a_vendors() -> None:
    span = decoded(attributes={LAMINAR: "vendor", "session.id": "standard"})
    assert session_claim(span) == Claim("standard", "session.id", SESSION_RANK)


def test_a_key_that_says_conversation_is_of_the_second_rank() -> None:
    span = decoded(attributes={"gen_ai.conversation.id": "c"})
    assert session_claim(span) == Claim("c", "gen_ai.conversation.id", CONVERSATION_RANK)


def test_a_session_key_of_the_resource_beats_a_conversation_key_of_the_span() -> None:
    span = decoded(attributes={"thread_id": "t"}, resource=Resource({"session.id": "process"}))
    assert session_claim(span) == Claim("process", "session.id", SESSION_RANK)


def test_span_attributes_come_before_scope_before_resource() -> None:
    scope, resource = Scope("s", attributes={"session.id": "scope"}), Resource({"session.id": "r"})
    span = decoded(attributes={LAMINAR: "span"}, scope=scope, resource=resource)
    assert session_claim(span) == Claim("span", LAMINAR, SESSION_RANK)
    span.attributes = {}
    assert session_claim(span) == Claim("scope", "session.id", SESSION_RANK)


@pytest.mark.parametrize("value", ["", "null", "[object Object]", "[Scrubbed due to 'session']"])
def test_an_absent_id_gives_way_to_the_next_key(value: str) -> None:
    span = decoded(attributes={"session.id": value, LAMINAR: "real"})
    assert session_claim(span) == Claim("real", LAMINAR, SESSION_RANK)


def test_a_trace_without_any_key_claims_nothing() -> None:
    assert session_claim(decoded(attributes={"session": "s", "id": "x"})) is None


def test_a_user_is_cleaned_as_a_session_is() -> None:
    assert user_id(decoded(attributes={"user.id": "undefined", "langfuse.user.id": 7})) == "7"
