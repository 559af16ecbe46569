from __future__ import annotations

import math

from threadline_server.model.attributes import from_json, to_json


def test_bytes_and_doubles_that_json_cannot_say_are_tagged() -> None:
    written = from_json(to_json({"raw": b"\x00\xff", "gone": math.nan, "far": [-math.inf]}))
    assert written == {
        "raw": {"$bytes": "AP8="},
        "gone": {"$double": "nan"},
        "far": [{"$double": "-inf"}],
    }


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert from_json(to_json({"text": "a\ud800b"})) == {"text": "a?b"}


def test_plain_values_stay_as_they_are() -> None:
    value = {"text": "ü", "yes": True, "count": 2**62, "part": 0.1, "list": [1, "two", None]}
    assert from_json(to_json(value)) == value
