"""Turn the terms of a search into expressions over single tokens that the full-text index answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import cast

import apsw

from threadline_server.model.search import SearchTerm
from threadline_server.store.content.folding import Phrase, composed, folded
from threadline_server.store.content.tokens import RUN, camel_parts, pairs, plain
from threadline_server.store.content.words import error_tokens, named_token
from threadline_server.store.sqlite.search_index import TOKENIZER
from threadline_server.store.sqlite.statement import value

BEGUN_WORDS = 200
"""Words that begin with a prefix that are looked for; of more the first in the alphabet."""

WORDS = 100
"""Words of one term that are looked for; what comes after them is left out."""

_NEXT_IN_VOCABULARY = "SELECT term FROM search_vocabulary WHERE term >= ? ORDER BY term LIMIT 1"


@dataclass(slots=True)
class Wanted:
    """A term as the index is asked for it: `match` is made of quoted single tokens alone, and empty
    where no text can have what is wanted. `phrase` finds it in a text; `exact` tells that whatever
    has the tokens has the term. `cut` tells that a prefix begins more words than are looked for.
    """

    term: SearchTerm
    match: str
    phrase: Phrase
    exact: bool
    cut: bool


class Vocabulary:
    """The tokens of an index, as its own tokenizer tells them, and those that begin with a prefix.

    One per connection.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    @cached_property
    def _tokenize(self) -> apsw.FTS5Tokenizer:
        return self._connection.fts5_tokenizer(*TOKENIZER)

    def tokens(self, text: str) -> list[str]:
        """The tokens of a text without runs of a script that has no spaces."""
        return [token for _, _, token in self._tokenized(text.encode("utf-8", "replace"))]

    def _tokenized(self, data: bytes) -> list[tuple[int, int, str]]:
        """The first and the last byte of each token, and what it is kept as."""
        flags = apsw.FTS5_TOKENIZE_DOCUMENT
        found = self._tokenize(data, flags, None, include_colocated=False)
        return cast("list[tuple[int, int, str]]", found)  # without what stands beside each

    def beginning(self, prefix: str) -> tuple[list[str], bool]:
        """Tokens that begin with a prefix, in the order of their bytes, and whether there are more.

        Each is sought by itself: walking the table would read every entry of each.
        """
        found: list[str] = []
        token = value(self._connection, _NEXT_IN_VOCABULARY, (prefix,))
        while token is not None and token.startswith(prefix):
            if len(found) == BEGUN_WORDS:
                return found, True
            found.append(token)
            # No token holds this character, and what begins with one comes after it.
            token = value(self._connection, _NEXT_IN_VOCABULARY, (f"{token}\x01",))
        return found, False

    def wanted(self, term: SearchTerm) -> Wanted | None:
        """How the index is asked for a term; None where the term says nothing to it."""
        if term.field in ("model", "tool"):
            return self._named(term)
        text = composed(term.text)
        units = list(islice(self._units(plain(text)), WORDS))
        if not units and term.field != "error":
            return None
        groups, cut = self._error_groups(term) if term.field == "error" else self._groups(term)
        return Wanted(
            term,
            " AND ".join(groups) if all(groups) else "",
            Phrase([folded(unit) for unit in units], open_end=term.prefix),
            exact=len(groups) == 1 and " AND " not in groups[0],
            cut=cut,
        )

    def _named(self, term: SearchTerm) -> Wanted:
        assert term.field in ("model", "tool")
        *tokens, last = self.tokens(named_token(term.field, term.text))
        group, cut = self._begun(last) if term.prefix else (_quoted([last]), False)
        match = " AND ".join([*(_quoted([token]) for token in tokens), group]) if group else ""
        units = self.tokens(plain(term.text))
        return Wanted(term, match, Phrase(units, open_end=term.prefix), exact=True, cut=cut)

    def _error_groups(self, term: SearchTerm) -> tuple[list[str], bool]:
        said = error_tokens(term.text)[: WORDS + 1]
        tokens = [token for each in said for token in self.tokens(each)]
        if not term.prefix or len(tokens) == 1:
            return [_quoted([token]) for token in tokens[1:] or tokens], False
        last, cut = self._begun(tokens[-1])
        return [*(_quoted([token]) for token in tokens[1:-1]), last], cut

    def _groups(self, term: SearchTerm) -> tuple[list[str], bool]:
        """What must all be in a text: each is one token, or one of several."""
        groups: list[str] = []
        cut = False
        units = list(islice(self._units(plain(term.text)), WORDS))
        for index, unit in enumerate(units):
            is_last = index == len(units) - 1
            if RUN.match(unit) and len(unit) > 1:
                # The first of a long run are enough to find where to look for it.
                groups += [_all(self.tokens(pair)) for pair in islice(pairs(unit), WORDS)]
            elif RUN.match(unit) or (is_last and term.prefix):
                *tokens, last = self.tokens(unit)
                group, more = self._begun(last)
                groups += [*(_quoted([token]) for token in tokens), group]
                cut = cut or more
            else:
                groups.append(self._word(unit))
        return list(dict.fromkeys(groups)), cut

    def _word(self, word: str) -> str:
        """A word as it stands, or its parts where it is a part of a longer name in camel case."""
        whole = self.tokens(word)
        parts = [token for part in camel_parts(word) for token in self.tokens(part)]
        if not word.isascii() or len(parts) < 2:
            return _all(whole)
        return f"({_all(whole)} OR ({_all(parts)}))"

    def _begun(self, prefix: str) -> tuple[str, bool]:
        tokens, cut = self.beginning(prefix)
        return (f"({_quoted(tokens)})" if tokens else ""), cut

    def _units(self, text: str) -> Iterator[str]:
        """The words of a text as they were typed, and its runs of a script without spaces."""
        position = 0
        for run in RUN.finditer(text):
            yield from self._typed(text[position : run.start()])
            yield run[0]
            position = run.end()
        yield from self._typed(text[position:])

    def _typed(self, text: str) -> Iterator[str]:
        data = text.encode("utf-8", "replace")
        for start, end, _ in self._tokenized(data):
            yield data[start:end].decode("utf-8", "replace")


def _all(tokens: Iterable[str]) -> str:
    """Tokens that must all occur."""
    return " AND ".join(f'"{token}"' for token in tokens)


def _quoted(tokens: Iterable[str]) -> str:
    """Tokens of which one must occur; letters and digits alone, they need no escape."""
    return " OR ".join(f'"{token}"' for token in tokens)
