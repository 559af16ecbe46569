"""Values fit into OpenTelemetry's attributes, as they are or as JSON text."""

import enum
import tomllib
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import SpanLimits, TracerProvider

from threadline import Attributes, __version__
from threadline.attributes import attribute_value, attributes_from, put, span_type_of, tag_list


class Level(enum.IntEnum):
    LOW = 1


@pytest.mark.parametrize(
    ("value", "fitting"),
    [
        ("text", "text"),
        (True, True),
        (7, 7),
        (0.5, 0.5),
        (Level.LOW, 1),
        (2**63, str(2**63)),
        (["a", "b"], ["a", "b"]),
        ((1, 2), [1, 2]),
        ([], []),
        ([1, 2**63], f"[1,{2**63}]"),
        ([1, 2.5], "[1,2.5]"),
        ([True, 1], "[true,1]"),
        (["a", None], '["a",null]'),
        ([[1]], "[[1]]"),
        ({"a": 1}, '{"a":1}'),
        (None, "null"),
    ],
)
def test_a_value_is_itself_or_json(value, fitting):
    assert attribute_value(value) == fitting
    assert type(attribute_value(value)) is type(fitting)


def test_keys_may_be_members_and_none_is_left_out():
    given = {Attributes.TOTAL_COST: 0.1, "none": None, 7: "seven"}
    assert attributes_from(given) == {"gen_ai.usage.cost": 0.1, "7": "seven"}


def test_span_types_are_upper_case_and_default_is_none(caplog):
    assert [span_type_of(kind) for kind in ("llm", "Agent", "DEFAULT", "default")] == [
        "LLM", "AGENT", None, None,
    ]  # fmt: skip
    assert not caplog.records


@pytest.mark.parametrize(
    ("given", "tags"),
    [
        (["b", "a", "b"], ["b", "a"]),
        (("a",), ["a"]),
        ({"b", "a"}, ["a", "b"]),
        ("whole", ["whole"]),
        ([1], None),
        (7, None),
        (None, None),
    ],
)
def test_tags_are_texts_without_doubles(given, tags):
    assert tag_list(given) == tags


def test_the_version_is_the_packages():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    assert __version__ == project["project"]["version"]


@pytest.mark.parametrize(
    "limits", [{}, {"max_span_attributes": 1}, {"max_span_attribute_length": 2}]
)
def test_a_text_that_is_put_obeys_the_limits_of_the_span(limits):
    provider = TracerProvider(span_limits=SpanLimits(**limits), shutdown_on_exit=False)
    usual, quick = (provider.get_tracer("t").start_span(name) for name in ("usual", "quick"))
    for key in ("a", "b"):
        usual.set_attribute(key, "text")
        put(quick, key, "text")
    assert dict(quick.attributes) == dict(usual.attributes)
    quick.end()
    put(quick, "late", "text")
    assert "late" not in quick.attributes


def test_a_text_can_be_put_on_a_span_that_records_nothing():
    put(trace.INVALID_SPAN, "key", "text")
    assert not trace.INVALID_SPAN.is_recording()
