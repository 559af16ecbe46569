"""Turn what a user typed into a condition that the search index answers."""

from __future__ import annotations

import re

import apsw

from threadline_server.store.sqlite.statement import many

BLOCK_LIMIT = 100_000
"""Blocks that one word may hit before a list of spans stops looking at more of them."""

_TERM = re.compile(r'"([^"]*)"?|(\S+)')

TRACES_WITH = (
    "SELECT coalesce(bt.trace_no, c.trace_no) FROM (SELECT ? AS project_id) p, search "
    "LEFT JOIN block_traces bt ON bt.project_id = p.project_id AND bt.block_no = search.rowid "
    "LEFT JOIN span_content c ON c.document_no = search.rowid AND c.project_id = p.project_id "
    "WHERE search MATCH ?"
)
"""Numbers of the traces in whose texts one term occurs: project, then the quoted term."""


def terms(text: str) -> list[str]:
    """Quoted FTS5 terms of a user's text: words, "phrases" and prefixes*.

    User text is never passed as FTS5 syntax: each term is quoted, so that no text is an error.
    What holds no letter or digit says nothing and is left out.
    """
    found = []
    for match in _TERM.finditer(text):
        term = match[1] if match[1] is not None else match[2]
        if not any(character.isalnum() for character in term):
            continue
        prefix = "*" if match[1] is None and term.endswith("*") else ""
        quoted = term.rstrip("*") if prefix else term
        found.append('"' + quoted.replace('"', " ").replace("\0", " ") + '"' + prefix)
    return found


def blocks_with(connection: apsw.Connection, term: str) -> frozenset[int]:
    """Numbers of the newest blocks in whose text a quoted term occurs."""
    rows = many(
        connection,
        "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?",
        (term, BLOCK_LIMIT),
    )
    return frozenset(row[0] for row in rows)
