from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.normalize.flattened import ITEM_LIMIT, unflattened


def test_flattened_messages_are_put_together_in_the_order_of_their_numbers() -> None:
    rows = unflattened(
        {
            "gen_ai.prompt.10.role": "user",
            "gen_ai.prompt.2.role": "system",
            "gen_ai.prompt.2.content": "be brief",
            "gen_ai.prompt.10.tool_calls.0.name": "weather",
            "gen_ai.prompt.x.role": "nobody",
        },
        "gen_ai.prompt.",
    )
    assert rows == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "tool_calls": [{"name": "weather"}]},
    ]


@pytest.mark.parametrize(
    "attributes",
    [
        {"p.0.content": "whole", "p.0.content.text": "part"},
        {"p.0.content.text": "part", "p.0.content": "whole"},
        {"p.0.content": "whole", "p.0.content.0.text": "part"},
    ],
)
def test_a_key_that_begins_another_is_the_one_that_is_read(attributes: dict[str, Any]) -> None:
    assert unflattened(attributes, "p.") == [{"content": "whole"}]


def test_an_object_that_was_sent_as_a_value_is_not_written_to() -> None:
    sent: dict[str, Any] = {"p.0.content": {"a": 1}, "p.0.content.b": 2}
    assert unflattened(sent, "p.") == [{"content": {"a": 1}}]
    assert sent == {"p.0.content": {"a": 1}, "p.0.content.b": 2}


@pytest.mark.parametrize("index", ["01", "²", "٣", "", "-1", "9" * 5_000, str(ITEM_LIMIT)])
def test_what_is_no_number_of_an_item_is_left_alone(index: str) -> None:
    assert unflattened({f"p.{index}.role": "user", "p.0.role": "user"}, "p.") == [{"role": "user"}]


@pytest.mark.parametrize("index", ["01", "²", "9" * 5_000])
def test_what_is_no_number_inside_an_item_makes_no_list(index: str) -> None:
    assert unflattened({f"p.0.calls.{index}.id": 1}, "p.") == [{"calls": {index: {"id": 1}}}]


def test_the_speaker_stands_first_and_the_rest_by_name() -> None:
    rows = unflattened({"p.0.z": 1, "p.0.content": 2, "p.0.role": 3}, "p.")
    assert [list(row) for row in rows] == [["role", "content", "z"]]


NAMES = st.sampled_from(["0", "1", "01", "10", "role", "a", "b", ""])
KEYS = st.lists(NAMES, min_size=1, max_size=4).map(lambda names: "p." + ".".join(names))
VALUES = st.integers() | st.dictionaries(st.sampled_from(["a", "0"]), st.integers(), max_size=2)


@given(st.dictionaries(KEYS, VALUES, max_size=9), st.randoms())
def test_keys_in_any_order_give_the_same(attributes: dict[str, Any], random: Any) -> None:
    shuffled = list(attributes.items())
    random.shuffle(shuffled)
    assert repr(unflattened(dict(shuffled), "p.")) == repr(unflattened(attributes, "p."))
