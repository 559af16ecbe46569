from __future__ import annotations

from spans import rollup_span, span_id

from threadline_server.store.rollup.forest import forest


def test_parents_come_before_children_in_whatever_order_they_arrived() -> None:
    tree = forest([rollup_span(3, 2), rollup_span(2, 1), rollup_span(1)])
    assert [span.span_id for span in tree.ordered] == [span_id(n) for n in (1, 2, 3)]


def test_a_span_whose_parent_never_came_stands_on_top() -> None:
    tree = forest([rollup_span(1), rollup_span(2, 99)])
    assert [span.span_id for span in tree.tops] == [span_id(1), span_id(2)]


def test_a_cycle_is_broken_at_its_earliest_span() -> None:
    tree = forest([rollup_span(2, 4), rollup_span(3, 2), rollup_span(4, 3), rollup_span(5, 4)])
    assert [span.span_id for span in tree.tops] == [span_id(2)]
    assert [span.span_id for span in tree.ordered] == [span_id(n) for n in (2, 3, 4, 5)]


def test_a_span_that_is_its_own_parent_stands_on_top() -> None:
    assert [span.span_id for span in forest([rollup_span(1, 1)]).tops] == [span_id(1)]


def test_a_chain_of_a_hundred_thousand_spans_needs_no_recursion() -> None:
    chain = [rollup_span(n, n - 1 or None) for n in range(1, 100_001)]
    assert len(forest(chain).ordered) == 100_000
