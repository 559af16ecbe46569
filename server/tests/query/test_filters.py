from __future__ import annotations

import pytest

from threadline_server.errors import ThreadlineError
from threadline_server.query.filters import parse_filter
from threadline_server.store.contract import Filter, Noun


@pytest.mark.parametrize(
    ("noun", "text", "expected"),
    [
        ("sessions", "error_count:gt:0", Filter("error_count", "integer", "gt", 0)),
        ("sessions", "total_cost:lte:0.5", Filter("total_cost", "number", "lte", 0.5)),
        ("sessions", "duration_ms:gte:1.5", Filter("duration_ns", "integer", "gte", 1_500_000)),
        ("sessions", "session_id:eq:a:b::c", Filter("session_id", "text", "eq", "a:b::c")),
        ("sessions", "user_ids:contains:", Filter("user_ids", "array", "contains", "")),
        ("sessions", "running:eq:true", Filter("running", "boolean", "eq", 1)),
        (
            "traces",
            "start_time:lt:1970-01-01T00:00:01Z",
            Filter("start_ns", "integer", "lt", 1_000_000_000),
        ),
        ("traces", "session_id:exists:false", Filter("session_id", "text", "exists", 0)),
        ("traces", "session_id:exists", Filter("session_id", "text", "exists", 1)),
        ("traces", "metadata.a.b:eq:x", Filter("a.b", "metadata", "eq", "x")),
        ("traces", "metadata.build:gt:6", Filter("build", "metadata", "gt", 6.0)),
        ("spans", "span_count:eq:1.5", None),
        ("spans", "input_tokens:eq:1.5", Filter("input_tokens", "integer", "eq", 1.5)),
        ("spans", "model:contains:gpt", Filter("model", "text", "contains", "gpt")),
    ],
)
def test_a_filter_becomes_a_condition_in_the_stores_units(
    noun: Noun, text: str, expected: Filter | None
) -> None:
    if expected is None:
        with pytest.raises(ThreadlineError, match="no field"):
            parse_filter(noun, text)
    else:
        assert parse_filter(noun, text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "unknown operator ''"),
        ("error_count", "unknown operator ''"),
        ("error_count:above:1", "unknown operator 'above'"),
        ("error_count:gt", "the value is missing"),
        ("error_count:gt:many", "many"),
        ("error_count:gt:nan", "no finite number"),
        ("error_count:contains:1", "has no contains"),
        ("models:eq:gpt", "has no eq"),
        ("start_time:gt:yesterday", "yesterday"),
        ("running:eq:maybe", "neither true nor false"),
        ("metadata.:eq:x", "no field"),
        ("password:eq:x", "no field 'password'"),
    ],
)
def test_a_filter_that_means_nothing_is_refused_by_what_was_wrong(text: str, said: str) -> None:
    with pytest.raises(ThreadlineError) as refused:
        parse_filter("sessions", text)
    assert refused.value.status == 400
    assert said in refused.value.message
    assert refused.value.hint
