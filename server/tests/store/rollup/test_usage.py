from __future__ import annotations

from dataclasses import dataclass

from spans import MS, START_NS, call, rollup_span, span_id

from threadline_server.store.rollup.span import RollupSpan
from threadline_server.store.rollup.trace import GrowingTrace
from threadline_server.store.rollup.usage import TraceUsage


@dataclass
class Found(TraceUsage):
    """A trace's usage, and who counts instead of whom."""

    counted_by: dict[str, str] | None = None


def usage(*spans: RollupSpan) -> Found:
    trace = GrowingTrace(list(spans))
    totals = trace.rollup().usage
    return Found(*(getattr(totals, name) for name in totals.__slots__), trace.counted_by)


def test_a_wrapper_does_not_count_what_its_call_reports() -> None:
    found = usage(call(1, type="chain", input_tokens=100), call(2, 1))
    assert found.input_tokens == 100
    assert found.counted_by == {span_id(1): span_id(2)}


def test_zeros_below_are_no_report() -> None:
    found = usage(call(1, type="agent"), call(2, 1, input_tokens=0, output_tokens=0))
    assert (found.input_tokens, found.counted_by) == (100, {})


def test_what_a_tools_own_agent_spends_is_added_to_its_caller() -> None:
    found = usage(call(1), rollup_span(2, 1, type="tool"), call(3, 2, input_tokens=7))
    assert found.input_tokens == 107


def test_an_agent_above_a_tool_does_not_count_again() -> None:
    found = usage(
        call(1, type="agent", input_tokens=107),
        call(2, 1),
        rollup_span(3, 2, type="tool"),
        call(4, 3, input_tokens=7),
    )
    assert found.input_tokens == 107
    assert found.counted_by == {span_id(1): span_id(2)}


def test_two_instrumentations_of_one_call_count_once_and_the_one_with_messages_wins() -> None:
    vendor = call(2, 1, scope_name="vendor")
    ours = call(3, 1, scope_name="ours", has_messages=True, end_ns=vendor.end_ns)
    found = usage(rollup_span(1), vendor, ours)
    assert found.input_tokens == 100
    assert found.counted_by == {span_id(2): span_id(3)}


def test_without_messages_the_enclosing_of_two_reports_counts() -> None:
    outer = call(2, 1, scope_name="a", end_ns=START_NS + 50 * MS)
    assert usage(rollup_span(1), outer, call(3, 1, scope_name="b")).counted_by == {
        span_id(3): span_id(2)
    }


def test_of_equal_intervals_the_lower_span_id_counts() -> None:
    first = call(2, 1, scope_name="a")
    second = call(3, 1, scope_name="b", start_ns=first.start_ns, end_ns=first.end_ns)
    assert usage(rollup_span(1), first, second).counted_by == {span_id(3): span_id(2)}


def test_the_same_response_id_one_after_the_other_is_two_calls() -> None:
    first = call(2, 1, scope_name="a", response_id="r")
    second = call(40, 1, scope_name="b", response_id="r")
    assert usage(rollup_span(1), first, second).input_tokens == 200


def test_siblings_of_one_instrumentation_are_two_calls() -> None:
    first = call(2, 1)
    second = call(3, 1, start_ns=first.start_ns, end_ns=first.end_ns)
    assert usage(rollup_span(1), first, second).input_tokens == 200


def test_a_wrappers_reported_cost_replaces_computed_ones_below() -> None:
    found = usage(
        rollup_span(1, type="agent", total_cost=0.5, cost_reported=True),
        call(2, 1, total_cost=0.2),
        call(3, 1),
    )
    assert (found.total_cost, found.unpriced_calls) == (0.5, 0)


def test_a_cost_reported_below_counts_instead_of_the_wrappers() -> None:
    found = usage(
        rollup_span(1, type="agent", total_cost=0.5, cost_reported=True),
        call(2, 1, total_cost=0.25, cost_reported=True),
        call(3, 1),
    )
    assert (found.total_cost, found.unpriced_calls) == (0.25, 1)


def test_a_models_reported_cost_does_not_cover_what_its_tools_spend() -> None:
    found = usage(
        call(1, total_cost=0.5, cost_reported=True), rollup_span(2, 1, type="tool"), call(3, 2)
    )
    assert (found.total_cost, found.unpriced_calls) == (0.5, 1)


def test_an_unknown_price_is_null_and_never_zero() -> None:
    assert usage(call(1)).total_cost is None
    assert usage(rollup_span(1)).total_cost == 0
    assert usage(call(1, total_cost=0.0, cost_reported=True)).total_cost == 0


def test_a_known_part_beside_an_unknown_one_is_the_known_sum() -> None:
    found = usage(rollup_span(1), call(2, 1, total_cost=0.25, cost_reported=True), call(30, 1))
    assert (found.total_cost, found.unpriced_calls) == (0.25, 1)
