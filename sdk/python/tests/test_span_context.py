"""A place in a trace goes to another process and comes back the same."""

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import SpanContext, TraceFlags

from threadline import Laminar, LaminarSpanContext
from threadline.testing import capture

TRACE = "0123456789abcdef0123456789abcdef"
SPAN = "fedcba9876543210"
CONTEXTS = st.builds(
    LaminarSpanContext,
    trace_id=st.integers(1, 2**128 - 1).map(lambda number: uuid.UUID(int=number)),
    span_id=st.integers(1, 2**64 - 1).map(lambda number: uuid.UUID(int=number)),
    is_remote=st.booleans(),
    session_id=st.none() | st.text(min_size=1),
    user_id=st.none() | st.text(min_size=1),
    metadata=st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.booleans())),
)


@given(CONTEXTS)
def test_it_survives_its_json(place):
    assert LaminarSpanContext.deserialize(str(place)) == place


@given(CONTEXTS)
def test_it_survives_the_spelling_of_typescript(place):
    spelled = {
        "traceId": str(place.trace_id),
        "spanId": str(place.span_id),
        "isRemote": place.is_remote,
        "sessionId": place.session_id,
        "userId": place.user_id,
        "metadata": place.metadata,
    }
    assert LaminarSpanContext.deserialize(spelled) == place


def test_ids_may_be_hexadecimal_digits():
    place = LaminarSpanContext.deserialize({"trace_id": TRACE.upper(), "span_id": SPAN})
    assert place.to_otel_span_context() == SpanContext(
        int(TRACE, 16), int(SPAN, 16), is_remote=True, trace_flags=TraceFlags(1)
    )


def test_the_json_says_what_is_known_and_nothing_else(spans):
    with Laminar.start_as_current_span("root", session_id="s", metadata={"k": 1}) as span:
        text = Laminar.serialize_span_context()
        members = Laminar.get_laminar_span_context_dict(span)
    assert json.loads(text) == members
    assert members == {
        "trace_id": str(span.trace_id("uuid")),
        "span_id": f"00000000-0000-0000-{spans.find('root').span_id[:4]}-"
        f"{spans.find('root').span_id[4:]}",
        "is_remote": False,
        "session_id": "s",
        "metadata": {"k": 1},
    }


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "{",
        "7",
        "[]",
        "null",
        7,
        None,
        {},
        {"trace_id": TRACE},
        {"trace_id": 7, "span_id": SPAN},
        {"trace_id": "0" * 32, "span_id": SPAN},
        {"trace_id": "g" * 32, "span_id": SPAN},
        {"trace_id": TRACE, "span_id": TRACE},
        {"trace_id": TRACE, "span_id": "é" * 16},
        "[" * 100_000,
        SpanContext(0, 0, is_remote=True),
    ],
)
def test_what_is_no_span_context_is_none_and_never_an_error(garbage):
    assert LaminarSpanContext.parse(garbage) is None


def test_a_parent_from_elsewhere_continues_its_trace(spans, caplog):
    place = LaminarSpanContext(
        uuid.UUID(TRACE), uuid.UUID(int=int(SPAN, 16)), session_id="s", user_id="u",
        metadata={"k": 1, "l": 1},
    )  # fmt: skip
    for given_as in (place, str(place), place.as_dict(), place.to_otel_span_context()):
        with Laminar.start_as_current_span(
            "work", parent_span_context=given_as, user_id="nearer", metadata={"l": 2}
        ):
            pass
    for span in spans:
        assert (span.trace_id, span.parent_id, span.user_id) == (TRACE, SPAN, "nearer")
    assert [span.session_id for span in spans] == ["s"] * 4
    assert [span.metadata for span in spans] == [{"k": 1, "l": 2}] * 4
    assert not caplog.records


def test_a_parent_that_is_none_is_passed_over_with_one_warning(spans, caplog):
    for _ in range(2):
        with Laminar.start_as_current_span("work", parent_span_context="{"):
            pass
    assert [span.parent_id for span in spans] == [None, None]
    assert len(caplog.records) == 1


def test_use_span_context_makes_no_span_of_its_own(spans):
    text = json.dumps({"trace_id": TRACE, "span_id": SPAN, "session_id": "s"})
    with Laminar.use_span_context(text):
        assert Laminar.get_trace_id() == uuid.UUID(TRACE)
        with Laminar.start_as_current_span("work"):
            pass
    with Laminar.use_span_context("{"), Laminar.start_as_current_span("other"):
        pass
    assert (spans.find("work").parent_id, spans.find("work").session_id) == (SPAN, "s")
    assert spans.find("other").parent_id is None


def test_deserialize_gives_none_for_garbage(caplog):
    assert Laminar.deserialize_span_context("{") is None
    assert Laminar.deserialize_span_context({"trace_id": TRACE, "span_id": SPAN}).is_remote is False


def test_outside_of_any_span_and_before_initialize_there_is_none():
    assert Laminar.serialize_span_context() is None
    assert Laminar.get_laminar_span_context_dict() is None
    with capture():
        assert Laminar.serialize_span_context() is None
