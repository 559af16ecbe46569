"""Every value has a JSON text."""

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import json
import math
import pathlib
import uuid
from typing import NamedTuple

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadline import encode as encode_module
from threadline.encode import encode

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.binary()
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals()
    | st.uuids()
    | st.complex_numbers()
    | st.sampled_from([object(), len, print, int, Ellipsis, NotImplemented, iter([1])]),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers() | st.none() | st.booleans(), inner)
        | st.frozensets(st.integers())
        | st.deferred(lambda: st.lists(inner).map(collections.deque))
    ),
    max_leaves=30,
)


class Color(enum.Enum):
    RED = "red"
    NOTHING = None


@dataclasses.dataclass
class Point:
    x: int
    y: object


class Model(pydantic.BaseModel):
    when: dt.date
    amount: decimal.Decimal


class Named(NamedTuple):
    a: int
    b: tuple[int]


@given(PLAIN)
def test_a_plain_value_comes_back(value):
    text = encode(value)
    assert json.loads(text) == value
    assert text == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@settings(max_examples=300)
@given(ANYTHING)
def test_anything_becomes_json_of_whole_characters(value):
    text = encode(value)
    json.loads(text, parse_constant=pytest.fail)
    text.encode("utf-8")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("hi", '"hi"'),
        ('é日🚀/"\\\n\x01\u2028', '"é日🚀/\\"\\\\\\n\\u0001\u2028"'),
        ("\ud83d\ude80 \ud800 \udc00", '"🚀 \ufffd \ufffd"'),
        ({"\ud800": "\udfff"}, '{"\ufffd":"\ufffd"}'),
        (2**70, "1180591620717411303424"),
        ([math.nan, math.inf, -math.inf, -0.125], "[null,null,null,-0.125]"),
        (b"\x00\xff", '"AP8="'),
        (bytearray(b"a"), '"YQ=="'),
        (dt.datetime.fromisoformat("2026-01-02T03:04:05.678901"), '"2026-01-02T03:04:05.678"'),
        (
            dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            '"2026-01-02T01:04:05.000Z"',
        ),
        (dt.date(2026, 1, 2), '"2026-01-02"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (pathlib.PurePosixPath("/a/b"), '"/a/b"'),
        (decimal.Decimal("1.50"), '"1.50"'),
        (Color.RED, '"red"'),
        ([Color.NOTHING], "[null]"),
        (Point(1, Point(2, None)), '{"x":1,"y":{"x":2,"y":null}}'),
        (Model(when="2026-01-02", amount="1.5"), '{"when":"2026-01-02","amount":"1.5"}'),
        (Named(1, (2,)), '{"a":1,"b":[2]}'),
        (collections.ChainMap({"a": {1}}), '{"a":[1]}'),
        (collections.OrderedDict(a=1), '{"a":1}'),
        ({"a": {"b": ()}}.items(), '[["a",{"b":[]}]]'),
        (range(3), "[0,1,2]"),
        ({1: 1, None: 2, False: 3, (1, 2): 4}, '{"1":1,"null":2,"false":3,"(1, 2)":4}'),
        (Point, '"<class Point>"'),
        (object(), '"<object object>"'),
        (KeyError("gone"), "\"'gone'\""),
        (lambda: None, '"<function <lambda>>"'),
    ],
)
def test_a_value_that_is_not_json_has_its_text(value, text):
    assert encode(value) == text


def test_a_mapping_that_contains_itself_is_marked():
    value = {"a": [1]}
    value["self"] = value
    value["a"].append(value)
    value["twice"] = [value["a"], value["a"]]
    decoded = json.loads(encode(value))
    assert decoded["self"] == "[circular]"
    assert decoded["a"] == [1, "[circular]"]
    assert decoded["twice"] == [[1, "[circular]"]] * 2


@pytest.mark.parametrize("depth", [1, 99, 100])
def test_values_up_to_the_limit_are_written_whole(depth):
    text = "[" * depth + "]" * depth
    assert encode(json.loads(text)) == text


def test_deeper_values_are_marked():
    for depth in (101, 5000):
        value = []
        for _ in range(depth - 1):
            value = [value]
        assert encode(value) == "[" * 100 + '"[nested deeper than 100]"' + "]" * 100


def test_very_many_values_end_with_a_mark(monkeypatch):
    monkeypatch.setattr(encode_module, "MAX_VALUES", 3)
    assert json.loads(encode([{1, 2}, {3, 4}]))[-1] == "[more than 1,000,000 values]"


def test_what_raises_when_looked_at_is_named():
    class Broken:
        def __str__(self):
            raise ValueError("no")

        __repr__ = __str__

    class BrokenMapping(collections.UserDict):
        def items(self):
            raise RuntimeError("no")

    assert encode([Broken(), 1]) == '["[not encodable: Broken]",1]'
    assert encode(BrokenMapping(a=1)) == '"[not encodable: BrokenMapping]"'
    assert encode({"n": 10**5000, "m": 1}) == '{"n":"[not encodable: int]","m":1}'
    assert encode(10**5000) == '"[not encodable: int]"'


def test_a_model_with_a_member_that_is_no_json_is_written_all_the_same():
    class Holder(pydantic.BaseModel, arbitrary_types_allowed=True):
        thing: object

    assert encode(Holder(thing=object())) == '{"thing":"<object object>"}'


def test_a_long_text_of_an_unknown_object_is_cut():
    class Long:
        def __str__(self):
            return "x" * 5000

    assert encode(Long()) == f'"{"x" * 1000}…"'


def test_the_writer_of_other_pythons_writes_the_same(monkeypatch):
    monkeypatch.setattr("json.encoder.c_make_encoder", None)
    write = encode_module._compact_writer()
    assert write({"a": [1, "é"]}) == '{"a":[1,"é"]}'


def test_members_that_are_shared_over_and_over_end_in_a_mark(monkeypatch):
    monkeypatch.setattr("threadline.encode.MAX_VALUES", 1_000)
    shared = ["leaf"]
    for _ in range(60):
        shared = [shared, shared]
    text = encode(shared)
    assert "[more than 1,000,000 values]" in text
    assert len(text) < 200_000
    json.loads(text)
