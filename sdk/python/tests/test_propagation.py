"""Traces, sessions and users travel in headers, and in nothing else."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import baggage

from threadline import Laminar
from threadline.propagation import MAX_BAGGAGE, read
from threadline.testing import capture

TRACE = "0123456789abcdef0123456789abcdef"
SPAN = "fedcba9876543210"
PARENT = f"00-{TRACE}-{SPAN}-01"
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=50)


@given(
    TEXTS,
    TEXTS,
    st.dictionaries(TEXTS, st.integers() | TEXTS | st.lists(TEXTS, max_size=3), max_size=4),
)
def test_what_goes_out_comes_in(session_id, user_id, metadata):
    with capture() as spans:
        block = Laminar.session(session_id, user_id, metadata)
        with block, Laminar.start_as_current_span("client"):
            headers = Laminar.inject()
        with Laminar.extract(headers), Laminar.start_as_current_span("server"):
            pass
    client, server = spans.find("client"), spans.find("server")
    assert (server.session_id, server.user_id) == (session_id, user_id)
    assert server.metadata == client.metadata
    assert (server.trace_id, server.parent_id) == (client.trace_id, client.span_id)
    assert all(value.isascii() and "\n" not in value for value in headers.values())


@pytest.mark.parametrize(
    "carrier",
    [
        {"TraceParent": PARENT, "Baggage": "session.id=s,user.id=u"},
        [("traceparent", PARENT), ("baggage", "session.id=s"), ("baggage", "user.id=u")],
        [(b"TRACEPARENT", PARENT.encode()), (b"baggage", b"user.id=u,session.id=s;ttl=3")],
        {"traceparent": [PARENT], "baggage": ["session.id=s", "user.id=u"]},
    ],
)
def test_headers_are_read_in_any_case_and_kind(spans, carrier):
    with Laminar.extract(carrier), Laminar.start_as_current_span("handler"):
        pass
    with Laminar.start_as_current_span("next"):
        pass
    handler = spans.find("handler")
    assert (handler.trace_id, handler.parent_id) == (TRACE, SPAN)
    assert (handler.session_id, handler.user_id) == ("s", "u")
    assert (spans.find("next").parent_id, spans.find("next").session_id) == (None, None)


@pytest.mark.parametrize(
    "carrier",
    [
        {},
        None,
        7,
        "text",
        [1, "ab", (1, 2, 3)],
        {"traceparent": "00-xyz", "baggage": ";;=,=,threadline.metadata=%7B,%FF=%FF"},
        {"traceparent": f"00-{'0' * 32}-{SPAN}-01"},
        {"baggage": "threadline.metadata=" + "%5B" * 5000},
    ],
)
def test_garbage_changes_nothing(spans, carrier):
    with Laminar.extract(carrier), Laminar.start_as_current_span("handler"):
        pass
    handler = spans.find("handler")
    assert (handler.parent_id, handler.session_id, handler.metadata) == (None, None, {})


@given(st.text() | st.dictionaries(st.text(), st.text()), st.text())
def test_no_header_is_ever_an_error(traceparent, members):
    with capture(), Laminar.extract({"traceparent": traceparent, "baggage": members}):
        Laminar.inject()


def test_a_plus_sign_is_itself_and_a_space_is_escaped(spans):
    with Laminar.session("a b+c"):
        headers = Laminar.inject()
    assert headers == {"baggage": "session.id=a%20b%2Bc"}
    with Laminar.extract({"baggage": "session.id=a+b"}), Laminar.start_as_current_span("x"):
        pass
    assert spans.find("x").session_id == "a+b"


def test_other_baggage_is_kept_and_ours_does_not_stay_in_it(spans):
    with Laminar.extract({"baggage": "other=1%202;p=q,session.id=s"}):
        assert dict(baggage.get_all()) == {"other": "1 2"}
        headers = Laminar.inject({"Baggage": "given=x,session.id=old", "accept": "json"})
    assert headers == {"accept": "json", "baggage": "given=x,other=1%202,session.id=s"}


def test_the_traces_own_session_is_what_goes_out(spans):
    with Laminar.session("ambient"), Laminar.start_as_current_span("root"):
        Laminar.set_trace_session_id("set")
        headers = Laminar.inject({})
    assert headers["baggage"] == "session.id=set"
    assert headers["traceparent"].split("-")[1] == spans.find("root").trace_id


def test_a_list_of_pairs_gets_pairs_of_its_kind(spans):
    with Laminar.session("s"):
        assert Laminar.inject([("a", "b")]) == [("a", "b"), ("baggage", "session.id=s")]
        assert Laminar.inject([(b"a", b"b")]) == [(b"a", b"b"), (b"baggage", b"session.id=s")]


def test_metadata_that_does_not_fit_is_left_out_before_ids_are(spans):
    with Laminar.session("s", "u", {"k": "x" * MAX_BAGGAGE}):
        assert Laminar.inject() == {"baggage": "session.id=s,user.id=u"}


def test_a_carrier_that_takes_no_headers_is_no_error_to_the_program(spans, monkeypatch):
    monkeypatch.setattr("threadline.guard.strict", False)
    with Laminar.session("s"):
        assert Laminar.inject(frozenset()) == frozenset()


def test_extract_is_for_asynchronous_blocks_too(spans):
    async def main():
        async with Laminar.extract({"traceparent": PARENT}):
            with Laminar.start_as_current_span("handler"):
                pass

    asyncio.run(main())
    assert spans.find("handler").parent_id == SPAN


def test_before_initialize_nothing_is_added_and_nothing_changes():
    assert Laminar.inject() == {}
    with Laminar.extract({"traceparent": PARENT}):
        assert Laminar.get_trace_id() is None


def test_reading_joins_headers_of_one_name():
    assert read([("A", "1"), (b"a", "2"), ("B", ("3", "4"))]) == {"a": "1,2", "b": "3,4"}
