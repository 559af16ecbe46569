from __future__ import annotations

import json
import tracemalloc
from functools import partial

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.store.content.payload import Split
from threadline_server.store.content.template import SHARED_LENGTH, Splitter, joined, split

LONG = "a story of many words, " * 8


def _kept(text: str, split: Split = split) -> tuple[list[str], str]:
    texts: list[str] = []

    def keep(piece: str) -> int:
        texts.append(piece)
        return len(texts) - 1

    template = split(text, keep)
    stored = orjson.loads(orjson.dumps(template))
    return texts, joined(stored, texts)


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=120), inner),
    max_leaves=12,
)


@given(_json_values, st.booleans(), st.sampled_from([None, 2]))
def test_json_comes_back_byte_for_byte(value: object, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent).replace("\\ud", "\\u0d")
    assert _kept(text)[1] == text


@given(st.text(alphabet='{}[]"\\,:abcü\n\u2028', min_size=1, max_size=600))
def test_any_text_comes_back_even_if_it_only_looks_like_json(text: str) -> None:
    assert _kept("{" + text)[1] == "{" + text


@pytest.mark.parametrize(
    "written",
    [
        json.dumps({"content": f'{LONG}\n"ü"'}, ensure_ascii=False),
        json.dumps({"content": f'{LONG}\n"ü"'}),
        orjson.dumps({"content": f'{LONG}\n"ü"'}).decode(),
    ],
)
def test_the_same_message_is_one_text_whoever_wrote_the_json(written: str) -> None:
    texts, back = _kept(written)
    assert texts == [f'{LONG}\n"ü"']
    assert back == written


def test_an_encoding_of_its_own_is_kept_raw_rather_than_changed() -> None:
    written = '{"content": "' + "\\/" * SHARED_LENGTH + '"}'
    texts, back = _kept(written)
    assert back == written
    assert texts == ["\\/" * SHARED_LENGTH]


def test_a_history_that_grows_adds_only_what_is_new() -> None:
    first = json.dumps([{"role": "user", "content": LONG + "1"}])
    second = json.dumps([{"role": "user", "content": LONG + n} for n in "12"])
    assert set(_kept(second)[0]) - set(_kept(first)[0]) == {LONG + "2"}


def test_json_that_was_cut_within_a_string_is_read_once_however_many_quotes_it_holds() -> None:
    # Read anew from each escaped quote this would take hours, and the test its time limit.
    written = '{"content": "' + '\\"x' * 1_000_000
    texts, back = _kept(written)
    assert back == written
    assert texts == ['"x' * 1_000_000]


@given(
    st.lists(_json_values, min_size=1, max_size=6), st.text(alphabet='{}[]"\\,:ab\n', max_size=40)
)
def test_a_splitter_that_remembers_splits_as_one_that_does_not(
    values: list[object], odd: str
) -> None:
    splitter = Splitter(limit_bytes=6_000)
    history: list[object] = [{"role": "system", "content": LONG * 3}]
    for value in values:
        history.append(value)
        for written in (json.dumps({"messages": history}), json.dumps(history) + odd):
            text = written.replace("\\ud", "\\u0d")
            assert _kept(text, partial(splitter.split, whose="s")) == _kept(text)
            assert _kept(text)[1] == text


def test_a_splitter_forgets_what_goes_beyond_its_limit() -> None:
    splitter = Splitter(limit_bytes=50_000)
    for number in range(100):
        said = [{"role": "user", "content": f"{LONG}\n{number}"} for _ in range(5)]
        splitter.split(json.dumps(said), lambda _: 0, f"session {number}")
    assert splitter._literal_bytes <= 50_000
    assert 0 < splitter._history_bytes <= 50_000
    assert len(splitter._histories) < 100


def test_a_text_of_nothing_but_short_literals_takes_a_few_times_its_room() -> None:
    written = "[" + '"\\n",' * 200_000 + "1]"
    tracemalloc.start()
    texts, _ = _kept(written)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert texts == [written]
    assert peak < 10 * len(written)
