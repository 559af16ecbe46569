"""Turn a text and what is searched for into the part of it that is shown, with what to highlight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from threadline_server.store.content.folding import Phrase, composed, folded

SNIPPET_LENGTH = 200
"""Characters of a snippet, the marks of what is left out not counted."""

_BEFORE = 60
_NEAR_A_WORD = 20
_CUT = "…"
_LINES = str.maketrans("\n\r\t\v\f\0", "      ")


@dataclass(slots=True)
class Snippet:
    """A part of a text on one line, and the starts and ends of what to highlight in it."""

    text: str
    highlights: list[tuple[int, int]]
    found: frozenset[int]
    """Which of what was searched for is in the whole text, by index."""


def snippet(text: str, phrases: Sequence[Phrase]) -> Snippet:
    """What to show of a text: around the first place where something stands, else its beginning."""
    text = composed(text).translate(_LINES)
    compared = folded(text)
    first = [next(phrase.find(text, compared), None) for phrase in phrases]
    found = frozenset(index for index, place in enumerate(first) if place is not None)
    start = min((place[0] for place in first if place is not None), default=0)
    begin, end = _window(text, start)
    shown, compared = text[begin:end], compared[begin:end]
    before = _CUT if begin > 0 else ""
    places = [
        (left + len(before), right + len(before))
        for index in found
        for left, right in phrases[index].find(shown, compared)
    ]
    after = _CUT if end < len(text) else ""
    return Snippet(f"{before}{shown}{after}", _merged(places), found)


def _window(text: str, start: int) -> tuple[int, int]:
    """A stretch around a place that cuts no word near its ends."""
    begin = max(0, min(start - _BEFORE, len(text) - SNIPPET_LENGTH))
    if begin > 0:
        space = text.find(" ", begin, begin + _NEAR_A_WORD)
        begin = space + 1 if 0 <= space < start else begin
    end = min(len(text), begin + SNIPPET_LENGTH)
    if end < len(text):
        space = text.rfind(" ", end - _NEAR_A_WORD, end)
        end = space if space > start else end
    return begin, end


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
