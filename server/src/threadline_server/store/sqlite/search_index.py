"""Turn the words of blocks and documents into the full-text index, within the writer's transaction."""

from __future__ import annotations

import apsw

_CREATE = """
CREATE VIRTUAL TABLE search USING fts5 (
  words, content='', contentless_delete=1, detail=none,
  tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
)
"""
"""Which words stand in a block or document, and not where: a third of the index, and of the work to
make it. What stands next to what is told from the text. Marks are parts of words, since scripts of
India write vowels so; characters for private use mark tokens of ours."""

TOKENIZER = ("unicode61", ["remove_diacritics", "2", "categories", "L* N* Co M*"])

_SETTINGS = (("automerge", 8), ("crisismerge", 64))
"""Segments of one level that are merged, a little with each commit, and that must be merged at once.
The defaults, 4 and 16, merge every word twice as often as reading needs."""

_INSERT = "INSERT INTO search (rowid, words) VALUES (?, ?)"


def project_token(project: int) -> str:
    """The token that all that a project holds has."""
    return f"\ue010{project}"


def create_index(connection: apsw.Connection) -> None:
    """Put an empty index in place of the one that is there, with a table of its tokens."""
    connection.execute("DROP TABLE IF EXISTS search_vocabulary")
    connection.execute("DROP TABLE IF EXISTS search")
    connection.execute(_CREATE)
    connection.execute("CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab (search, instance)")
    for name, setting in _SETTINGS:
        connection.execute("INSERT INTO search (search, rank) VALUES (?, ?)", (name, setting))


class SearchWriter:
    """Collects the words of what a transaction adds; `flush` writes them all at once."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._words: list[tuple[int, str]] = []

    def add(self, project: int, number: int, words: str) -> None:
        """Let a block or document be found by its words."""
        self._words.append((number, f"{words}\n{project_token(project)}"))

    def flush(self) -> None:
        """Write what waits, which must be in the order of numbers: the index merges what comes out
        of order at every step.
        """
        if self._words:
            self._connection.executemany(_INSERT, self._words)
            self._words.clear()

    def rolled_back(self) -> None:
        """Forget what waits."""
        self._words.clear()

    def forget(self, number: int) -> None:
        """Let a block or document no longer be found."""
        self._connection.execute("DELETE FROM search WHERE rowid = ?", (number,))
