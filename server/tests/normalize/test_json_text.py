from __future__ import annotations

import pytest

from threadline_server.normalize.json_text import DEPTH_LIMIT, as_text, parsed


@pytest.mark.parametrize("length", [0, 10_000])
@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_beyond_the_limit_stays_text(before: str, after: str, length: int) -> None:
    said = f'"{"x" * length}"'
    allowed = before * DEPTH_LIMIT + said + after * DEPTH_LIMIT
    assert parsed(allowed) != allowed
    deeper = before + allowed + after
    assert parsed(deeper) == deeper


@pytest.mark.parametrize("text", ["", "plain", '{"cut": ', "[1] and more", '"\\ud800"', "{'a': 1}"])
def test_what_is_no_json_is_the_text_itself(text: str) -> None:
    assert parsed(text) == text


def test_a_value_that_is_no_text_is_written_as_json() -> None:
    assert (as_text("as it is"), as_text([1, None])) == ("as it is", "[1,null]")
