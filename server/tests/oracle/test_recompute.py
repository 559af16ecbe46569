"""The oracle itself, held against cases computed by hand: one for each sentence of the rules."""

from __future__ import annotations

import itertools
import math
from random import Random

import pytest
from oracle.generate import deliver, generate
from oracle.reading import clean_session_id
from oracle.recompute import recompute
from oracle.small import RECEIVED, SECOND, START, TRACE, a_span, said, span_id, usage

from threadline_server.model.span import Event


def a_dollar(model, tokens):
    return 1.0 if model == "priced" else None


def trace_of(*spans, price=a_dollar):
    return recompute(spans, RECEIVED, price).traces[TRACE]


def counted_by(number, *spans, price=a_dollar):
    return recompute(spans, RECEIVED, price).spans[TRACE, span_id(number)]["usage_counted_by"]


SESSION = "session.id"
CONVERSATION = "gen_ai.conversation.id"


def test_any_span_claims_the_whole_trace():
    assert trace_of(a_span(1), a_span(2, 1), a_span(3, 2, keys={SESSION: "s"}))["session_id"] == "s"


def test_a_conversation_key_counts_only_where_no_span_has_a_session_key():
    root = a_span(1, keys={CONVERSATION: "talk"})
    assert trace_of(root)["session_id"] == "talk"
    trace = trace_of(root, a_span(2, 1, keys={SESSION: "s"}))
    assert (trace["session_id"], trace["session_span_id"]) == ("s", span_id(2))
    assert trace["session_conflict"] is False


def test_on_conflict_the_roots_own_value_decides():
    trace = trace_of(
        a_span(1, at=(5, 9), keys={SESSION: "root"}), a_span(2, 1, keys={SESSION: "x"})
    )
    assert trace["session_id"] == "root"
    assert trace["session_conflict"] is True
    assert trace["session_key"] == SESSION


def test_without_a_value_on_the_root_the_earliest_started_span_decides():
    spans = [
        a_span(1),
        a_span(3, 1, at=(1, 2), keys={SESSION: "third"}),
        a_span(2, 1, at=(1, 2), keys={SESSION: "second"}),
        a_span(4, 1, at=(2, 3), keys={SESSION: "fourth"}),
    ]
    assert trace_of(*spans)["session_id"] == "second"


def test_of_several_roots_the_earliest_started_is_the_root():
    spans = [a_span(1, at=(5, 6), keys={SESSION: "late"}), a_span(2, keys={SESSION: "early"})]
    assert trace_of(*spans)["session_id"] == "early"
    assert trace_of(*spans)["root_span_id"] == span_id(2)


def test_until_a_root_arrives_the_earliest_started_span_with_a_value_decides():
    spans = [
        a_span(2, 1, at=(3, 4), keys={SESSION: "later"}),
        a_span(3, 1, at=(2, 4), keys={SESSION: "earlier"}),
    ]
    assert trace_of(*spans)["session_id"] == "earlier"
    assert trace_of(*spans, a_span(1, at=(4, 5), keys={SESSION: "r"}))["session_id"] == "r"


def test_span_attributes_go_before_scope_before_resource():
    span = a_span(1, keys={"lmnr.association.properties.session_id": "span"})
    span.scope.attributes[SESSION] = "scope"
    span.resource.attributes[SESSION] = "resource"
    assert trace_of(span)["session_id"] == "span"
    del span.attributes["lmnr.association.properties.session_id"]
    assert trace_of(span)["session_id"] == "scope"


def test_within_one_place_the_precedence_of_keys_holds():
    keys = {"lmnr.association.properties.session_id": "l", SESSION: "s", CONVERSATION: "c"}
    assert trace_of(a_span(1, keys=keys))["session_id"] == "s"


def test_user_and_each_metadata_key_are_decided_the_same_way_and_tags_are_the_union():
    meta = "lmnr.association.properties.metadata."
    tags = "lmnr.association.properties.tags"
    trace = trace_of(
        a_span(1, keys={meta + "a": "root", tags: ["x"]}),
        a_span(2, 1, at=(2, 3), keys={meta + "a": "2", meta + "b": "2", "user.id": "two"}),
        a_span(3, 1, at=(1, 3), keys={meta + "b": "3", "user.id": "three", tags: ["y", "x"]}),
    )
    assert trace["metadata"] == {"a": "root", "b": "3"}
    assert trace["user_id"] == "three"
    assert trace["tags"] == ["x", "y"]


def test_the_name_is_the_roots_else_the_earliest_started_spans():
    spans = [a_span(3, 1, at=(2, 3), name="b"), a_span(2, 1, at=(1, 3), name="a")]
    assert trace_of(*spans)["name"] == "a"
    assert trace_of(*spans, a_span(1, at=(5, 6), name="root"))["name"] == "root"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ("  trimmed ", "trimmed"),
        ('"quoted"', "quoted"),
        ('""twice""', '""twice""'),
        ('"\\"twice\\""', '"twice"'),
        ("a\x00b\x1fc\x7fd", "abcd"),
        ('"a\\u0007b"', "ab"),
        (42, "42"),
        (2.5, "2.5"),
        ("", None),
        ("  ", None),
        ("null", None),
        ('"null"', None),
        ("undefined", None),
        ("None", None),
        ("NaN", None),
        (math.nan, None),
        ("[object Object]", None),
        ("[Scrubbed due to 'session']", None),
        ("x" * 1000, "x" * 1000),
    ],
)
def test_ids_are_cleaned_in_the_order_of_the_rule(value, expected):
    assert clean_session_id(value) == expected


def test_an_id_longer_than_a_thousand_characters_keeps_936_and_a_hash_of_the_whole():
    one, other = clean_session_id("x" * 1001), clean_session_id("x" * 1002)
    assert one[:937] == "x" * 936 + "…"
    assert one != other
    assert len(one) <= 1000


def test_duration_is_wall_clock_and_active_time_the_union_of_intervals():
    spans = [
        a_span(1, at=(0, 10), keys={SESSION: "s"}),
        a_span(2, at=(5, 20), keys={SESSION: "s"}, trace="b" * 32),
        a_span(3, at=(40, 50), keys={SESSION: "s"}, trace="c" * 32),
    ]
    session = recompute(spans, RECEIVED).sessions["s"]
    assert session["duration_ns"] == 50 * SECOND
    assert session["active_ns"] == 30 * SECOND


def test_a_wrapper_does_not_count_over_a_descendant_that_reports():
    spans = [
        a_span(1, keys=usage(100, operation="invoke_agent")),
        a_span(2, 1),
        a_span(3, 2, keys=usage(60)),
        a_span(4, 2, keys=usage(30)),
    ]
    assert trace_of(*spans)["input_tokens"] == 90
    assert counted_by(1, *spans) == {span_id(3), span_id(4)}
    assert counted_by(3, *spans) == {None}


def test_all_zeros_are_no_report():
    spans = [a_span(1, keys=usage(100, operation="invoke_agent")), a_span(2, 1, keys=usage(0))]
    assert trace_of(*spans)["input_tokens"] == 100


def test_tokens_and_cost_are_counted_each_by_itself():
    spans = [
        a_span(1, keys=usage(100, 5.0, operation="invoke_agent")),
        a_span(2, 1, keys=usage(60)),
    ]
    trace = trace_of(*spans)
    assert (trace["input_tokens"], trace["total_cost"]) == (60, 5.0)


def test_from_an_llm_span_the_search_stops_at_tools_and_agents():
    spans = [
        a_span(1, keys=usage(100)),
        a_span(2, 1, keys={"gen_ai.operation.name": "execute_tool"}),
        a_span(3, 2, keys=usage(7)),
        a_span(4, 1, keys=usage(5, operation="invoke_agent")),
    ]
    assert trace_of(*spans)["input_tokens"] == 112
    spans.append(a_span(5, 1, keys=usage(90)))
    assert trace_of(*spans)["input_tokens"] == 102
    assert counted_by(1, *spans) == {span_id(5)}


def test_from_an_agent_span_the_search_passes_tools_and_agents():
    spans = [
        a_span(1, keys=usage(100, operation="invoke_agent")),
        a_span(2, 1, keys={"gen_ai.operation.name": "execute_tool"}),
        a_span(3, 2, keys=usage(7)),
    ]
    assert trace_of(*spans)["input_tokens"] == 7


def test_siblings_of_two_scopes_with_the_same_counts_are_one_call():
    spans = [
        a_span(1),
        a_span(2, 1, at=(0, 10), keys=usage(50), scope="one"),
        a_span(3, 1, at=(1, 9), keys=usage(50), scope="two"),
    ]
    assert trace_of(*spans)["input_tokens"] == 50
    assert counted_by(3, *spans) == {span_id(2)}


def test_of_one_call_the_span_with_messages_counts():
    spans = [
        a_span(2, 9, at=(0, 10), keys=usage(50), scope="one"),
        a_span(3, 9, at=(1, 9), keys={**usage(50), **said("hello")}, scope="two"),
    ]
    assert counted_by(2, *spans) == {span_id(3)}


def test_of_one_call_with_equal_intervals_the_lower_id_counts_and_both_may_be_roots():
    spans = [
        a_span(3, keys=usage(50), scope="one"),
        a_span(2, keys=usage(50), scope="two"),
    ]
    assert counted_by(3, *spans) == {span_id(2)}


def test_the_same_response_id_makes_one_call_of_different_counts():
    response = {"gen_ai.response.id": "r"}
    spans = [
        a_span(2, 9, at=(0, 10), keys={**usage(50), **response}, scope="one"),
        a_span(3, 9, at=(1, 9), keys={**usage(49), **response}, scope="two"),
    ]
    assert trace_of(*spans)["input_tokens"] == 50


@pytest.mark.parametrize(
    ("at", "scope", "parent"),
    [((5, 15), "two", 9), ((1, 9), "one", 9), ((1, 9), "two", 8)],
    ids=["intervals that overlap", "one scope", "other parents"],
)
def test_an_id_and_counts_alone_prove_nothing(at, scope, parent):
    response = {"gen_ai.response.id": "r"}
    spans = [
        a_span(2, 9, at=(0, 10), keys={**usage(50), **response}, scope="one"),
        a_span(3, parent, at=at, keys={**usage(50), **response}, scope=scope),
    ]
    assert trace_of(*spans)["input_tokens"] == 100


def test_a_reported_wrapper_cost_replaces_costs_computed_below_it():
    spans = [
        a_span(1, keys=usage(cost=0.5, operation="invoke_agent")),
        a_span(2, 1, keys=usage(50, model="priced")),
        a_span(3, 1, keys=usage(50, model="unknown")),
    ]
    trace = trace_of(*spans)
    assert (trace["total_cost"], trace["unpriced_calls"]) == (0.5, 0)


def test_a_wrapper_cost_yields_to_a_span_below_that_reports_its_own():
    spans = [
        a_span(1, keys=usage(cost=0.5, operation="invoke_agent")),
        a_span(2, 1, keys=usage(50, 0.25)),
        a_span(3, 1, keys=usage(50, model="priced")),
        a_span(4, 1, keys=usage(50, model="unknown")),
    ]
    trace = trace_of(*spans)
    assert (trace["total_cost"], trace["unpriced_calls"]) == (1.25, 1)


def test_a_wrapper_cost_replaces_only_within_its_own_search():
    spans = [
        a_span(1, keys=usage(10, 0.5)),
        a_span(2, 1, keys={"gen_ai.operation.name": "execute_tool"}),
        a_span(3, 2, keys=usage(50, model="priced")),
    ]
    assert trace_of(*spans)["total_cost"] == 1.5


def test_error_is_status_error_or_an_exception_while_the_status_is_unset():
    exception = Event("exception", START, {})
    spans = [
        a_span(1, status=1, events=[exception]),
        a_span(2, 1, status=2),
        a_span(3, 2, events=[exception]),
    ]
    trace = trace_of(*spans)
    assert (trace["error_count"], trace["status"]) == (2, "error")
    assert trace_of(spans[0])["status"] == "ok"
    assert trace_of(a_span(2, 1, status=1))["status"] == "unset"


def test_error_traces_stand_beside_error_spans():
    spans = [
        a_span(1, status=2, keys={SESSION: "s"}),
        a_span(2, 1, status=2),
        a_span(3, keys={SESSION: "s"}, trace="b" * 32),
    ]
    session = recompute(spans, RECEIVED).sessions["s"]
    assert (session["error_count"], session["error_trace_count"]) == (2, 1)


def test_cycles_are_broken_at_the_earliest_span_and_make_no_root():
    spans = [
        a_span(1, 2, at=(1, 9), keys=usage(10)),
        a_span(2, 1, at=(0, 10), keys=usage(100, operation="invoke_agent")),
    ]
    trace = trace_of(*spans)
    assert trace["root_span_id"] is None
    assert trace["input_tokens"] == 10


def test_first_input_and_last_output_come_from_the_root():
    spans = [
        a_span(1, keys={"lmnr.span.input": "in", "lmnr.span.output": "out"}),
        a_span(2, 1, keys=said("user", "assistant")),
    ]
    trace = trace_of(*spans)
    assert (trace["input"], trace["output"]) == ("in", "out")


def test_else_from_the_earliest_started_and_the_latest_ended_llm_span():
    spans = [
        a_span(1),
        a_span(2, 1, at=(1, 9), keys=said("first", "last")),
        a_span(3, 1, at=(2, 5), keys=said("second", "middle")),
    ]
    trace = trace_of(*spans)
    assert (trace["input"], trace["output"]) == ("first", "last")


def test_a_sessions_first_input_and_last_output_skip_traces_without():
    def trace(letter, at, keys):
        return a_span(1, at=at, trace=letter * 32, keys={SESSION: "s", **keys})

    spans = [
        trace("a", (0, 1), {}),
        trace("b", (1, 2), {"lmnr.span.input": "b", "lmnr.span.output": "b"}),
        trace("c", (1, 9), {"lmnr.span.input": "c", "lmnr.span.output": "c"}),
        trace("d", (3, 4), {}),
    ]
    session = recompute(spans, RECEIVED).sessions["s"]
    assert (session["first_input"], session["last_output"]) == ("b", "b")


def test_a_total_with_unknown_parts_is_the_known_sum_and_a_number_of_unpriced_calls():
    spans = [
        a_span(1),
        a_span(2, 1, keys=usage(50, model="priced")),
        a_span(3, 1, keys=usage(50, model="unknown")),
    ]
    trace = trace_of(*spans)
    assert (trace["total_cost"], trace["unpriced_calls"]) == (1.0, 1)


def test_a_total_is_null_only_if_every_call_with_usage_is_unknown():
    unknown = a_span(1, keys={SESSION: "s", **usage(50, model="unknown")})
    free = a_span(2, keys={SESSION: "s"}, trace="b" * 32)
    assert trace_of(unknown)["total_cost"] is None
    assert recompute([unknown, free], RECEIVED).sessions["s"]["total_cost"] is None


def test_a_total_is_zero_without_usage_or_when_all_known_costs_are_zero():
    assert trace_of(a_span(1))["total_cost"] == 0
    assert trace_of(a_span(1, keys=usage(50, 0.0)))["total_cost"] == 0


def test_of_two_versions_the_later_end_wins_then_more_attributes():
    running = a_span(1, at=(0, None), keys={"a": 1, "b": 2}, name="running")
    ended = a_span(1, at=(0, 3), name="ended")
    richer = a_span(1, at=(0, 3), keys={"a": 1}, name="richer")
    for order in itertools.permutations([running, ended, richer, ended]):
        trace = trace_of(*order)
        assert (trace["name"], trace["span_count"], trace["running"]) == ("richer", 1, False)


def test_a_pending_span_stands_in_for_the_span_it_announces_until_that_arrives():
    pending = a_span(
        9,
        2,
        at=(1, 1),
        name="work",
        keys={"logfire.span_type": "pending_span", "logfire.pending_parent_id": span_id(1)},
    )
    expected = recompute([a_span(1), pending], RECEIVED)
    assert expected.traces[TRACE]["span_count"] == 2
    assert expected.spans[TRACE, span_id(2)]["parent_span_id"] == span_id(1)
    real = a_span(2, 1, at=(1, None), name="work, for real")
    expected = recompute([a_span(1), real, pending], RECEIVED)
    assert expected.spans[TRACE, span_id(2)]["name"] == "work, for real"


def test_a_pending_root_has_zeros_for_its_parent():
    keys = {"logfire.span_type": "pending_span", "logfire.pending_parent_id": "0" * 16}
    assert trace_of(a_span(9, 1, at=(1, 1), keys=keys))["root_span_id"] == span_id(1)


def test_numbers_are_made_safe():
    wild = a_span(1, keys=usage(2**53, -1.0))
    wild.start_ns, wild.end_ns = 0, 5
    expected = recompute([wild], RECEIVED).spans[TRACE, span_id(1)]
    assert (expected["start_ns"], expected["end_ns"]) == (RECEIVED, RECEIVED)
    assert (expected["input_tokens"], expected["total_cost"]) == (None, None)
    early_end = a_span(2, at=(5, 3))
    expected = recompute([early_end], RECEIVED).spans[TRACE, span_id(2)]
    assert expected["end_ns"] == START + 5 * SECOND


@pytest.mark.parametrize("seed", range(20))
def test_the_order_and_the_number_of_deliveries_never_matter(seed):
    story = generate(seed)
    commits = deliver(Random(seed), story.sent)
    delivered = [span for commit in commits for request in commit for span in request]
    assert len(delivered) >= len(story.sent)
    assert recompute(delivered, RECEIVED) == recompute(story.sent, RECEIVED)


def test_the_generator_is_deterministic():
    assert repr(generate(7).sent) == repr(generate(7).sent)
