from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from log_events import a_record
from otlp_requests import captures
from spans import decoded, failed_event

from threadline_server.decode.otlp_protobuf import decode_traces
from threadline_server.model.attributes import from_json, to_json
from threadline_server.model.span import DecodedSpan, Link, Resource, Scope
from threadline_server.store.content.payload import pack, pack_record, unpack, unpack_record

_texts = st.text(max_size=250)
_values = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | _texts | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_attributes = st.dictionaries(_texts, _values, max_size=6)


def _assert_comes_back(span: DecodedSpan) -> None:
    back = unpack(pack(span))

    def written(attributes: object) -> object:
        return from_json(to_json(attributes))  # type: ignore[arg-type]  # attributes of any shape

    assert back.attributes == written(span.attributes)
    assert list(back.attributes) == list(written(span.attributes))  # type: ignore[call-overload]
    assert [(e.name, e.time_ns) for e in back.events] == [(e.name, e.time_ns) for e in span.events]
    assert [e.attributes for e in back.events] == [written(e.attributes) for e in span.events]
    assert [(e.trace_id, e.span_id) for e in back.links] == [
        (e.trace_id, e.span_id) for e in span.links
    ]
    assert back.resource.attributes == written(span.resource.attributes)
    assert (back.scope.name, back.scope.version) == (span.scope.name, span.scope.version)


@given(_attributes, _attributes)
def test_attributes_come_back_as_they_were_sent(attributes: dict, resource: dict) -> None:  # type: ignore[type-arg]
    _assert_comes_back(decoded(attributes=attributes, resource=Resource(resource)))


def test_everything_captured_comes_back_as_it_was_sent() -> None:
    spans = [span for body in captures("traces").values() for span in decode_traces(body).spans]
    assert len(spans) > 150
    for span in spans:
        _assert_comes_back(span)


def test_events_links_and_scope_come_back() -> None:
    long = "at line 1\n" * 60
    _assert_comes_back(
        decoded(
            attributes={"a": math.nan, "b": b"\x00", "c": long},
            events=[failed_event("E", long)],
            links=[Link("0" * 31 + "1", "0" * 15 + "2", {"why": long})],
            scope=Scope("lib", "1.2", {"k": [1]}),
        )
    )


def test_one_text_under_two_attributes_is_one() -> None:
    long = "the same words under another name " * 5
    packed = pack(decoded(attributes={"input.value": long, "llm.input_messages.0.content": long}))
    assert packed.texts == [long]


@given(_attributes, st.none() | _values, st.text(max_size=20))
def test_a_log_record_comes_back_as_it_was_sent(attributes, body, name):
    record = a_record("b" * 16, name, body, attributes=attributes)
    back = unpack_record(pack_record(record), 7)
    assert (back.name, back.time_ns, back.logged) == (name, 7, True)
    assert back.attributes == from_json(to_json(attributes))
    assert back.body == from_json(to_json(body))


def test_long_texts_within_the_lists_of_a_log_record_are_shared():
    long = "what was said before " * 10
    messages = [{"role": "user", "parts": [{"type": "text", "content": long}]}]
    by_list = pack_record(a_record("b" * 16, "e", attributes={"gen_ai.input.messages": messages}))
    by_body = pack_record(a_record("b" * 16, "e", {"content": long}))
    assert by_list.texts == by_body.texts == [long]
