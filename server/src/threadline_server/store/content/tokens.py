"""Turn text into what a tokenizer of words finds as people type it: parts of names, runs of CJK.

A tokenizer cuts at what is neither letter nor digit. That leaves `getUserById` one word, and a
sentence of a script without spaces too. Here such words get their parts beside them, and such runs
become pairs of neighbours, so that any stretch of a run is found by its pairs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

RUN = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3100-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003fffd]+"
)
"""A run of a script that is written without spaces, or is searched as if it were: Chinese,
Japanese, Korean, Thai, Lao, Burmese, Khmer."""

_NEVER_IN_RUNS = bytes(
    [*range(0x0E), 0x0F, *range(0x11, 0x17), *range(0x18, 0x2E), *range(0xA0, 0xAC)]
)
"""High bytes of the UTF-16 of characters that are no part of a run, no wide or narrow form of
another, and not for private use. Telling by them is far cheaper than looking at each character."""

_CASES = bytes(
    ord(
        "A" if chr(code).isupper()
        else "a" if chr(code).islower()
        else "0" if chr(code).isdigit()
        else " "
    )
    for code in range(128)
).ljust(256, b" ")  # fmt: skip
"""Bytes by what they are: upper case, lower case, a digit, or what stands between words."""

_HUMP = re.compile(b"aA|AAa")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^A-Z]+|[A-Z]+")
_LONGEST_NAME = 80
"""Letters of the longest word that has parts: a longer one is no name but data."""

_FORMS = re.compile("[\uff00-\uffef]+")
_PRIVATE = re.compile("[\ue000-\ue0ff]")
"""Characters for private use that mark tokens of ours, and so are taken out of texts."""


def spread(text: str) -> str:
    """A text in which a tokenizer of words finds all that is to be found."""
    if text.isascii():
        data = text.encode()
    else:
        text = unicodedata.normalize("NFC", text)
        data = text.encode("utf-16-le", "replace")
        if data[1::2].translate(None, _NEVER_IN_RUNS):
            text = RUN.sub(_pairs_of_run, plain(text))
        data = text.encode("utf-8", "replace")
        text = data.decode()
    parts = _camel_parts(data)
    return f"{text}\n{' '.join(parts)}" if parts else text


def plain(text: str) -> str:
    """A text with letters and their marks as one character, wide and narrow forms as the characters
    that they are forms of, and without marks of ours.
    """
    if text.isascii():
        return text
    text = _PRIVATE.sub(" ", unicodedata.normalize("NFC", text))
    return _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def pairs(run: str) -> Iterator[str]:
    """The pairs of neighbours in a run, by which any stretch of at least two of it is found."""
    return (run[index : index + 2] for index in range(len(run) - 1))


def _pairs_of_run(match: re.Match[str]) -> str:
    """A run's pairs, and its last character alone: each character then begins something."""
    run = match[0]
    return f" {' '.join(pairs(run))} {run[-1]} "


def camel_parts(word: str) -> list[str]:
    """The parts of a name like `getUserById` or `HTTPServer`; of any other word, the word alone."""
    return _PART.findall(word)


def _camel_parts(data: bytes) -> list[str]:
    cases = data.translate(_CASES)
    if b"aA" not in cases and b"AAa" not in cases:
        return []
    parts: dict[str, None] = {}
    hump = _HUMP.search(cases)
    while hump is not None:
        begin = cases.rfind(b" ", 0, hump.start()) + 1
        end = cases.find(b" ", hump.end())
        end = len(cases) if end < 0 else end
        if end - begin <= _LONGEST_NAME:
            parts.update(dict.fromkeys(camel_parts(data[begin:end].decode())))
        hump = _HUMP.search(cases, end)
    return list(parts)
