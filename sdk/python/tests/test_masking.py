import json
import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline import guard
from threadline.masking import IDENTITY_KEYS, PATTERNS, Masker, luhn_valid

SHARED: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "conformance/sdk/masking.json").read_text()
)
ALL = tuple(PATTERNS)


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["says"])
def test_texts_are_masked_as_the_shared_cases_say(case: dict[str, Any]):
    masker = Masker(None, tuple(case["patterns"]))
    assert masker.mask(case["key"], case["text"]) == case["masked"]


def test_the_patterns_are_those_that_both_languages_share():
    ours = [
        {
            "name": name,
            "mark": pattern.mark,
            "expressions": [
                {"name": e.name, "hints": list(e.hints), "source": e.source}
                for e in pattern.expressions
            ],
        }
        for name, pattern in PATTERNS.items()
    ]
    assert ours == SHARED["patterns"]
    assert set(SHARED["identity_keys"]) == IDENTITY_KEYS


@pytest.mark.parametrize("case", SHARED["hook_failed"], ids=lambda case: case["key"])
def test_a_hook_that_raises_leaves_nothing_of_the_value(case, caplog):
    def hook(key: str, value: str) -> str:
        raise ValueError(value)

    guard.forget()
    masker = Masker(hook, ())
    assert masker.mask(case["key"], case["text"]) == case["masked"]
    assert masker.mask(case["key"], case["text"]) == case["masked"]
    assert [record.getMessage() for record in caplog.records] == [
        "The mask hook raised ValueError; such values are sent as [masking failed]."
    ]


def test_a_hook_that_gives_no_string_counts_as_failed(caplog):
    guard.forget()
    masker = Masker({"input.value": None}.get, ())  # type: ignore[arg-type]
    assert masker.mask("input.value", "bob") == "[masking failed]"
    assert "gave NoneType instead of a string" in caplog.text


def test_a_hook_sees_key_and_value_and_patterns_see_what_it_gives():
    seen = []

    def hook(key: str, value: str) -> str:
        seen.append((key, value))
        return value.replace("secret", "ann@example.com")

    assert Masker(hook, ("emails",)).mask("input.value", "my secret") == "my [email]"
    assert seen == [("input.value", "my secret")]


def test_half_a_character_from_a_hook_becomes_a_replacement_character():
    masker = Masker("{}: {} \ud800".format, ())
    assert masker.mask("input.value", "x") == "input.value: x \ufffd"


HOSTILE = {
    "letters without an end": "a" * 200_000,
    "addresses that never become one": "a@" * 100_000,
    "labels of one letter": "x@" + "a." * 100_000,
    "dots and dashes": ".-" * 100_000,
    "beginnings of provider keys": "sk-" * 66_000,
    "beginnings of provider keys apart": "-sk-a" * 40_000,
    "beginnings of tokens": "eyJaaaaaaaaaaaa." * 12_000,
    "one long token part": "eyJ" + "a" * 200_000,
    "beginnings of private keys": "-----BEGIN PRIVATE KEY-----" * 7_000,
    "dashes": "-" * 200_000,
    "a private key of dashes": "-----BEGIN PRIVATE KEY-----" + "- " * 100_000,
    "digits": "4" * 200_000,
    "groups of digits": "4111 " * 40_000,
    "URLs": "://a:" * 40_000,
    "bearers": "Bearer " * 28_000,
    "bearers without a digit": "Bearer aaaaaaaaaaaaaaaaaaaaaaaa" * 6_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_an_expression_more_than_linear_time(text):
    # Each is searched 200,000 characters far; at quadratic time that takes minutes, and the
    # timeout of the run would end it.
    for pattern in PATTERNS.values():
        for expression in pattern.expressions:
            re.compile(expression.source).sub("", text)


words = st.text(alphabet=string.ascii_letters + string.digits, min_size=1, max_size=12)
around = st.text(alphabet=" \n\t,;:()[]{}\"'<>", min_size=1, max_size=5)


@given(before=around, name=words, host=words, after=around)
def test_every_plain_address_is_masked(before, name, host, after):
    masked = Masker(None, ALL).mask("input.value", f"{before}{name}@{host}.com{after}")
    assert masked == f"{before}[email]{after}"


@given(text=st.text(max_size=300))
def test_masking_a_masked_text_changes_nothing(text):
    masker = Masker(None, ALL)
    once = masker.mask("input.value", text)
    assert masker.mask("input.value", once) == once


@given(
    text=st.text(
        alphabet=st.sampled_from("sk-phgBearer ._:/@AKIAeyJxoxblive14 \u00e9"), max_size=200
    )
)
def test_hints_never_keep_an_expression_from_what_it_would_find(text):
    for pattern in PATTERNS.values():
        for expression in pattern.expressions:
            if re.search(expression.source, text) and expression.hints:
                assert any(hint in text for hint in expression.hints)


@given(st.from_regex(r"\A[0-9]{12,18}\Z"))
def test_one_of_ten_last_digits_passes_the_check_of_cards(digits):
    assert sum(luhn_valid(digits + last) for last in string.digits) == 1
