"""Turn what a user typed into the search box into terms; any text is one, none is an error."""

from __future__ import annotations

import re
from typing import get_args

from threadline_server.model.search import SearchField, SearchTerm

MAX_TERMS = 32
"""Terms of one text that count; what comes after them is left out."""

MAX_LENGTH = 10_000
"""Characters of one text that are read."""

_FIELDS: tuple[SearchField, ...] = get_args(SearchField)

_TERM = re.compile(
    r"""
    (?P<negated>-(?=[^\s-]))?
    (?:(?P<field>session|user|model|tool|error):)?
    (?: "(?P<phrase>[^"]*) (?:"(?P<star>\*)?|$) | (?P<word>\S+) | (?<=error:) )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def search_terms(text: str) -> tuple[SearchTerm, ...]:
    """The terms of a text: words, "phrases", prefixes* and `field:value`, each with a - before it
    where it must not occur. A quote that is never closed closes at the end.

    What holds no letter or digit says nothing and is left out. A field's name with a space behind
    it is a word like any other, but for `error:`, which asks for any error.
    """
    terms: dict[SearchTerm, None] = {}
    for match in _TERM.finditer(text[:MAX_LENGTH].replace("\0", " ")):
        term = _term(match)
        if term is not None:
            terms[term] = None
        if len(terms) == MAX_TERMS:
            break
    return tuple(terms)


def _term(match: re.Match[str]) -> SearchTerm | None:
    field = next((each for each in _FIELDS if each == (match["field"] or "").lower()), None)
    is_phrase = match["phrase"] is not None
    words = match["phrase"] if is_phrase else match["word"] or ""
    is_prefix = bool(match["star"]) if is_phrase else words.endswith("*")
    words = words.strip() if is_phrase else words.rstrip("*")
    says_something = any(character.isalnum() for character in words)
    if not says_something and not (field in ("session", "user") and words):
        if field != "error" or words or is_prefix:
            return None
        is_phrase = False
    return SearchTerm(
        words, field, phrase=is_phrase, prefix=is_prefix, negated=match["negated"] is not None
    )
