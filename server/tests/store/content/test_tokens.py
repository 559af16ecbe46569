from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline_server.store.content.tokens import RUN, camel_parts, pairs, plain, spread


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("getUserById", ["get", "User", "By", "Id"]),
        ("HTTPServer", ["HTTP", "Server"]),
        ("parseJSON2Map", ["parse", "JSON", "2", "Map"]),
        ("iPhone", ["i", "Phone"]),
        ("plain", ["plain"]),
        ("Upper", ["Upper"]),
        ("SNAKE", ["SNAKE"]),
    ],
)
def test_a_name_in_camel_case_has_parts(word: str, parts: list[str]) -> None:
    assert camel_parts(word) == parts


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("call getUserById(1)", "get User By Id"),
        ("Größe of maxRetries: “HTTPServer”", "max Retries HTTP Server"),
        ("plain words, snake_case and Upper", ""),
        ("at 2026-11-25T08:15:00Z", ""),
        ("aB" * 200, ""),
    ],
)
def test_parts_of_names_stand_behind_the_text(text: str, added: str) -> None:
    assert spread(text) == (f"{text}\n{added}" if added else text)


@pytest.mark.parametrize(
    ("text", "spread_out"),
    [
        ("中文字", ["中文", "文字", "字"]),
        ("我用iPhone手机", ["我用", "用", "iPhone", "手机", "机", "i", "Phone"]),
        ("\uff21\uff22\uff23 東", ["ABC", "東"]),
        ("ﾃﾞｰﾀ", ["デー", "ータ", "タ"]),
        ("데이터", ["데이", "이터", "터"]),
        ("ไทย", ["ไท", "ทย", "ย"]),
        ("𠀀𠀁", ["𠀀𠀁", "𠀁"]),
    ],
)
def test_a_run_without_spaces_becomes_pairs(text: str, spread_out: list[str]) -> None:
    assert spread(text).split() == spread_out


def test_marks_of_ours_are_taken_out_of_texts() -> None:
    assert spread("a\ue001gpt \ue010" + "1").split() == ["a", "gpt", "1"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_token_of_ours_can_be_written_into_a_text(text: str) -> None:
    assert not any("\ue000" <= character <= "\ue0ff" for character in spread(text))


@given(st.text(alphabet="東京都庁漢字かな", min_size=2, max_size=12), st.data())
def test_any_stretch_of_a_run_is_found_by_its_pairs(run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 2))
    end = data.draw(st.integers(start + 2, len(run)))
    kept = set(spread(run).split())
    assert set(pairs(run[start:end])) <= kept
    assert any(token.startswith(run[start]) for token in kept)


@given(st.text())
def test_any_text_can_be_spread(text: str) -> None:
    words = spread(text)
    words.encode()
    assert not any(len(run) > 2 for run in RUN.findall(words))
    assert plain(words) is not None
