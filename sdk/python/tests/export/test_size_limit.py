import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.export.size_limit import limited

SHARED: dict[str, Any] = json.loads(
    (Path(__file__).parents[4] / "conformance/sdk/size_limit.json").read_text()
)


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["says"])
def test_strings_are_cut_as_the_shared_cases_say(case: dict[str, Any]):
    assert limited(case["value"], case["limit"]) == case["out"]


@given(value=st.text(max_size=400), limit=st.integers(64, 500))
def test_what_leaves_is_within_the_limit_and_begins_as_the_value(value, limit):
    cut = limited(value, limit)
    assert len(cut.encode()) <= limit
    if len(value.encode()) <= limit:
        assert cut == value
    else:
        kept, _, mark = cut.rpartition("…[threadline: cut, ")
        assert value.startswith(kept)
        assert mark == f"{len(value.encode())} bytes in all]"
