"""Turn text into what is compared, character for character, and find words in it as people typed them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from threadline_server.store.content.tokens import RUN

_GAP = r"[\W_]*"


class _Folds(dict[int, str]):
    """Each character's base letter in lower case, told when it is first asked for."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = character
        if not RUN.match(character):
            base = unicodedata.normalize("NFKD", character)[:1]
            folded = base.lower()[:1] if not unicodedata.combining(base) else character
        self[code] = folded
        return folded


_FOLDS = _Folds()


def composed(text: str) -> str:
    """A text as it is shown and searched: with letters and their marks as one character."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """A composed text without case and diacritics; each character stays where it is."""
    return text.lower() if text.isascii() else text.translate(_FOLDS)


class Phrase:
    """Words that stand next to each other, whatever is between them but letters and digits.

    `units` are the words, folded; a run of a script without spaces is one. The last may go on where
    `open_end`. A word begins and ends where letters do, or where a name in camel case has parts.
    """

    def __init__(self, units: Sequence[str], *, open_end: bool) -> None:
        self._pattern = re.compile(_GAP.join(map(re.escape, units)))
        self._bound_left = bool(units) and not RUN.match(units[0])
        self._bound_right = bool(units) and not RUN.match(units[-1][-1]) and not open_end

    def find(self, text: str, compared: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a composed text, which is also given folded."""
        position = 0
        while (match := self._pattern.search(compared, position)) is not None:
            start, end = match.span()
            if end == start:
                return
            begins = not self._bound_left or _is_edge(text, start)
            if begins and (not self._bound_right or _is_edge(text, end)):
                yield start, end
                position = end
            else:
                position = start + 1


def _is_edge(text: str, index: int) -> bool:
    """Whether a word, or a part of a name in camel case, begins or ends before a character."""
    if index in (0, len(text)):
        return True
    before, after = text[index - 1], text[index]
    if not before.isalnum() or not after.isalnum():
        return True
    if RUN.match(before) or RUN.match(after):
        return True
    return after.isupper() and (not before.isupper() or text[index + 1 : index + 2].islower())
