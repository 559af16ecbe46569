"""What lists promise, whatever store answers them: pages, order, filters, ranges and search."""

from __future__ import annotations

import pytest
from oracle.small import SECOND, START, a_span, said, usage
from store.shelf import id_of, listed, paged, put, value_of, where

from threadline_server.model.span import Event

_COLUMNS = {
    "sessions": (
        "session_id start_ns end_ns duration_ns active_ns trace_count span_count error_count "
        "error_trace_count input_tokens output_tokens total_tokens cache_read_tokens total_cost "
        "unpriced_calls first_input last_output running"
    ),
    "traces": (
        "trace_id name session_id user_id start_ns end_ns duration_ns status span_count "
        "error_count input_tokens output_tokens total_tokens cache_read_tokens total_cost "
        "unpriced_calls input output root_span_id running step_count"
    ),
    "spans": (
        "trace_id span_id parent_span_id session_id name type status status_message start_ns "
        "end_ns duration_ns model provider agent_name tool_name input_tokens output_tokens "
        "total_tokens cache_read_tokens cache_write_tokens reasoning_tokens total_cost "
        "cost_source usage_counted_by scope_name event_count input output"
    ),
}
COLUMNS = {noun: tuple(names.split()) for noun, names in _COLUMNS.items()}
BOTH_WAYS = pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
NOUNS = pytest.mark.parametrize("noun", list(COLUMNS))


def trace_id(number):
    return f"{number:032x}"


def a_crowd():
    """Eighteen traces, most in one of seven sessions, with many equal values and many nulls."""
    spans = []
    for number in range(1, 19):
        third = number % 3
        keys = {"session.id": f"session {number % 7}"} if number % 6 else {}
        if third == 1:
            keys |= {"user.id": "ada", "lmnr.span.input": "question", "lmnr.span.output": "é"}
        if number % 4 == 0:
            keys["lmnr.association.properties.tags"] = ["beta", "slow"][: 1 + number % 8 // 4]
            keys["lmnr.association.properties.metadata.plan"] = "pro" if number % 8 else "free"
            keys["lmnr.association.properties.metadata.seats"] = number
        spans.append(
            a_span(
                number * 10,
                at=(number // 3, number // 3 + third * 4),
                trace=trace_id(number),
                keys=keys,
                status=2 if number % 5 == 0 else 0,
                name="turn" if number % 2 else "wände",
            )
        )
        if third:
            cost = 0.5 if number % 2 else None
            call = usage(100 * third, cost, **said("hello", "world"))
            call["gen_ai.usage.cache_read.input_tokens"] = 10
            call["gen_ai.provider.name"] = "acme"
            spans.append(
                a_span(
                    number * 10 + 1,
                    number * 10,
                    at=(number // 3, None if number == 7 else number // 3 + third * 4),
                    trace=trace_id(number),
                    keys=call,
                    scope="calls",
                    events=[Event("note", START, {})] * third,
                )
            )
    return spans


def meets(row, condition):
    """Whether a row passes one filter, in the words of the contract."""
    have = value_of(row, condition.column)
    want = condition.value
    compare = {
        "eq": lambda: have == want,
        "ne": lambda: have != want,
        "gt": lambda: have is not None and have > want,
        "gte": lambda: have is not None and have >= want,
        "lt": lambda: have is not None and have < want,
        "lte": lambda: have is not None and have <= want,
        "contains": lambda: have is not None and want in have,
        "exists": lambda: (have not in (None, [])) == want,
    }
    return compare[condition.operator]()


class ListsBattery:
    """Tests of `sessions`, `traces` and `spans`; the `open_store` fixture gives the store."""

    @NOUNS
    @BOTH_WAYS
    @pytest.mark.parametrize("limit", [1, 4])
    def test_pages_neither_skip_nor_repeat_rows_whatever_column_sorts_them(
        self, open_store, noun, descending, limit
    ):
        store = open_store()
        put(store, *a_crowd())
        for column in COLUMNS[noun]:
            whole = listed(store, noun, sort=column, descending=descending)
            pages = paged(store, noun, column, descending=descending, limit=limit)
            assert pages == whole, column
            ids = [id_of(row, noun) for row in pages]
            assert len(ids) == len(set(ids)) > 6, column

    @NOUNS
    @BOTH_WAYS
    def test_every_column_sorts_with_nulls_last_both_ways(self, open_store, noun, descending):
        store = open_store()
        put(store, *a_crowd())
        for column in COLUMNS[noun]:
            rows = listed(store, noun, sort=column, descending=descending)
            values = [value_of(row, column) for row in rows]
            known = [value for value in values if value is not None]
            assert values[: len(known)] == known, column
            assert known == sorted(known, reverse=descending), column

    @NOUNS
    def test_ties_are_the_other_way_round_where_the_sort_is(self, open_store, noun):
        store = open_store()
        put(store, *reversed(a_crowd()))
        for column in COLUMNS[noun]:
            both = []
            for descending in (False, True):
                ids: dict = {}
                for row in paged(store, noun, column, descending=descending, limit=5):
                    ids.setdefault(value_of(row, column), []).append(id_of(row, noun))
                both.append(ids)
            assert both[0].keys() == both[1].keys()
            assert all(tied == both[1][value][::-1] for value, tied in both[0].items()), column

    def test_previews_sort_by_their_beginning(self, open_store):
        store = open_store()
        long = "the same beginning of a long question, "
        for number, ending in enumerate(["zebra", "ant", "bee"], start=1):
            keys = {"session.id": f"s{number}", "lmnr.span.input": long + ending}
            put(store, a_span(number, trace=trace_id(number), keys=keys))
        put(store, a_span(9, trace=trace_id(9), keys={"lmnr.span.input": "a word"}))
        rows = paged(store, "traces", "input", descending=False, limit=2)
        assert [int(row.trace_id, 16) for row in rows] == [9, 1, 2, 3]
        sessions = paged(store, "sessions", "first_input", descending=True, limit=1)
        assert [row.session_id for row in sessions] == ["s3", "s2", "s1"]
        found = listed(store, "traces", filters=where("input", "text", "gt", long + "bb"))
        assert [int(row.trace_id, 16) for row in found] == [1, 3]

    def test_nulls_are_there_to_be_sorted(self, open_store):
        store = open_store()
        put(store, *a_crowd())
        for noun, column in (("sessions", "total_cost"), ("traces", "user_id"), ("spans", "model")):
            values = [value_of(row, column) for row in listed(store, noun)]
            assert None in values
            assert len(set(values)) > 1

    @NOUNS
    @pytest.mark.parametrize(
        ("column", "kind", "operator", "value"),
        [
            ("session_id", "text", "eq", "session 3"),
            ("session_id", "text", "ne", "session 3"),
            ("session_id", "text", "contains", "sion 3"),
            ("session_id", "text", "contains", "%"),
            ("session_id", "text", "exists", True),
            ("session_id", "text", "exists", False),
            ("session_id", "text", "gt", "session 3"),
            ("input_tokens", "integer", "eq", 200),
            ("input_tokens", "integer", "ne", 200),
            ("input_tokens", "integer", "gt", 100),
            ("input_tokens", "integer", "gte", 200),
            ("input_tokens", "integer", "lt", 200),
            ("input_tokens", "integer", "lte", 200),
            ("input_tokens", "integer", "exists", False),
            ("total_cost", "number", "gte", 0.5),
            ("total_cost", "number", "ne", 0.5),
            ("total_cost", "number", "exists", True),
            ("total_cost", "number", "exists", False),
            ("start_ns", "integer", "gte", START + 3 * SECOND),
            ("end_ns", "integer", "lt", START + 5 * SECOND),
            ("duration_ns", "integer", "gt", 4 * SECOND),
        ],
    )
    def test_filters_of_each_operator_keep_exactly_the_rows_they_name(
        self, open_store, *, noun, column, kind, operator, value
    ):
        store = open_store()
        put(store, *a_crowd())
        filters = where(column, kind, operator, value)
        expected = [row for row in listed(store, noun) if meets(row, filters[0])]
        assert listed(store, noun, filters=filters) == expected

    @pytest.mark.parametrize(
        ("noun", "column", "kind", "operator", "value", "count"),
        [
            ("traces", "name", "text", "eq", "wände", 9),
            ("traces", "name", "text", "contains", "wä", 9),
            ("traces", "status", "text", "eq", "error", 3),
            ("traces", "running", "boolean", "eq", True, 1),
            ("traces", "tags", "array", "contains", "beta", 4),
            ("traces", "tags", "array", "contains", "bet", 0),
            ("traces", "tags", "array", "exists", True, 4),
            ("traces", "tags", "array", "exists", False, 14),
            ("traces", "models", "array", "contains", "m", 12),
            ("traces", "plan", "metadata", "eq", "pro", 2),
            ("traces", "plan", "metadata", "ne", "pro", 16),
            ("traces", "plan", "metadata", "contains", "re", 2),
            ("traces", "plan", "metadata", "exists", True, 4),
            ("traces", "plan", "metadata", "exists", False, 14),
            ("traces", "seats", "metadata", "gt", 8, 2),
            ("traces", "seats", "metadata", "lte", 8, 2),
            ("sessions", "user_ids", "array", "contains", "ada", 6),
            ("sessions", "plan", "metadata", "eq", "pro", 1),
            ("sessions", "plan", "metadata", "ne", "pro", 6),
            ("spans", "type", "text", "eq", "llm", 12),
            ("spans", "span_id", "text", "eq", f"{11:016x}", 1),
            ("spans", "parent_span_id", "text", "exists", False, 18),
            ("spans", "trace_id", "text", "contains", "00c", 1),
        ],
    )
    def test_filters_on_arrays_metadata_ids_and_flags_count(
        self, open_store, *, noun, column, kind, operator, value, count
    ):
        store = open_store()
        put(store, *a_crowd())
        assert len(listed(store, noun, filters=where(column, kind, operator, value))) == count

    def test_filters_are_anded(self, open_store):
        store = open_store()
        put(store, *a_crowd())
        both = where("name", "text", "eq", "turn") + where("user_id", "text", "eq", "ada")
        rows = listed(store, "traces", filters=both)
        assert {(row.name, row.user_id) for row in rows} == {("turn", "ada")}
        assert len(rows) == 3

    def test_a_session_id_narrows_traces_and_spans_to_its_own(self, open_store):
        store = open_store()
        put(store, *a_crowd())
        rows = listed(store, "traces", session_id="session 3")
        assert [row.session_id for row in rows] == ["session 3"] * 3
        spans = listed(store, "spans", session_id="session 3")
        assert {row.trace_id for row in spans} == {row.trace_id for row in rows}

    @pytest.mark.parametrize(
        ("first", "last", "found"),
        [
            (None, None, {"early", "gap", "late"}),
            (10, None, {"early", "gap", "late"}),
            (11, None, {"gap", "late"}),
            (None, 10, {"early", "gap"}),
            (12, 18, set()),
            (12, 20, set()),
            (12, 21, {"gap"}),
            (25, 26, {"gap"}),
            (31, 40, set()),
        ],
    )
    def test_a_range_selects_what_has_a_trace_whose_interval_meets_it(
        self, open_store, first, last, found
    ):
        store = open_store()
        put(
            store,
            a_span(1, at=(5, 10), trace=trace_id(1), keys={"session.id": "early"}),
            a_span(2, at=(0, 2), trace=trace_id(2), keys={"session.id": "gap"}),
            a_span(3, at=(20, 30), trace=trace_id(3), keys={"session.id": "gap"}),
            a_span(4, at=(100, None), trace=trace_id(4), keys={"session.id": "late"}),
        )
        bounds = {
            "from_ns": None if first is None else START + first * SECOND,
            "to_ns": None if last is None else START + last * SECOND,
        }
        for noun in COLUMNS:
            rows = listed(store, noun, **bounds)
            assert {row.session_id for row in rows} == found, noun
        assert all(
            row.trace_count == 2
            for row in listed(store, "sessions", **bounds)
            if row.session_id == "gap"
        )

    def test_the_search_text_selects_sessions_and_trims_no_total(self, open_store):
        store = open_store()
        put(
            store,
            a_span(1, trace=trace_id(1), keys={"session.id": "s", **usage(10)}),
            a_span(2, trace=trace_id(2), keys={"session.id": "s", **usage(20), **said("Zebra")}),
            a_span(3, trace=trace_id(3), keys={"session.id": "t", **usage(40)}),
        )
        (row,) = listed(store, "sessions", text="zebra")
        assert (row.session_id, row.trace_count, row.input_tokens) == ("s", 2, 30)
        assert [row.trace_id for row in listed(store, "traces", text="zebra")] == [trace_id(2)]
        assert [row.span_id for row in listed(store, "spans", text="zebra")] == [f"{2:016x}"]

    def test_all_words_must_occur_and_none_is_syntax(self, open_store):
        store = open_store()
        put(
            store,
            a_span(1, trace=trace_id(1), keys=said("the red fox", "jumps")),
            a_span(2, trace=trace_id(2), keys=said("the red dog")),
        )

        def hits(text):
            return [int(row.trace_id, 16) for row in listed(store, "traces", text=text)]

        assert hits("red") == [1, 2]
        assert hits("red fox") == [1]
        assert hits("fox JUMPS") == [1]
        assert hits('"red fox"') == [1]
        assert hits('"red jumps"') == []
        assert hits("red cat") == []
        for text in ('fox" OR dog', "fox AND (", "NEAR(", "words:fox", "-fox", "*", '"', "^", "'"):
            hits(text)
        assert hits("fox OR dog") == []

    def test_search_finds_values_names_errors_and_events_of_any_size(self, open_store):
        store = open_store()
        long = "padding " * 5000 + "needle"
        put(
            store,
            a_span(1, trace=trace_id(1), keys={"custom.note": "walrus"}),
            a_span(2, trace=trace_id(2), keys={"lmnr.span.input": long}),
            a_span(3, trace=trace_id(3), name="penguin"),
            a_span(4, trace=trace_id(4), events=[Event("exception", START, {"m": "ocelot"})]),
            a_span(5, trace=trace_id(5), keys=said("Größe"), name="größe"),
        )
        for number, word in enumerate(["walrus", "needle", "penguin", "ocelot", "größe"], start=1):
            rows = listed(store, "traces", text=word)
            assert [int(row.trace_id, 16) for row in rows] == [number], word
