from __future__ import annotations

import pytest
from spans import decoded

from threadline_server.model.span import CONVERSATION_RANK, SESSION_RANK, Claim, Resource, Scope
from threadline_server.normalize.session import session_claim, user_id

LAMINAR = "lmnr.association.properties.session_id"


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
