"""What a search asks for and what it finds, whatever store answers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SearchField = Literal["session", "user", "model", "tool", "error"]

Where = Literal[
    "name", "error", "input", "output", "tool_arguments", "tool_result", "attribute", "event",
    "session", "user", "model", "tool",
]  # fmt: skip
"""The place of a hit: in what was said, or, the last four, in what a term of that field names."""


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One thing that must occur, or with `negated` must not.

    `text` is as the user typed it, without quotes and star. Words of a `phrase` stand next to each
    other; with `prefix` the last word may go on. With a field the text is looked for in that place
    only: `error` without text asks for any error.
    """

    text: str
    field: SearchField | None = None
    phrase: bool = False
    prefix: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One page of hits: of the sessions with the latest hit first, then by relevance.

    `from_ns` and `to_ns` select traces as in lists. `after` is the place of the last hit of the page
    before.
    """

    project: str
    terms: tuple[SearchTerm, ...]
    limit: int
    from_ns: int | None = None
    to_ns: int | None = None
    after: Place | None = None


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a hit stands among all: when the latest trace with a hit of its session ended, which
    session (or lone trace) that is, and the number of the hit within it, from 0.
    """

    end_ns: int
    group: str
    index: int


@dataclass(slots=True)
class Hit:
    """A text that a search found, in the span that said it first.

    `highlights` are the starts and ends of what was searched for, in characters of the snippet.
    `score` is above 0 and at most 1. `span_id` is None where a trace has too many spans to look for
    the one.
    """

    trace_id: str
    span_id: str | None
    session_id: str | None
    where: Where
    snippet: str
    highlights: list[tuple[int, int]]
    score: float


@dataclass(slots=True)
class SessionHits:
    """The best hit of a session, and how many there are."""

    best: Hit
    count: int


@dataclass(slots=True)
class Found:
    """One page of hits, the place of the last of them where another page follows, and whether only
    the newest of all matches were looked at.
    """

    hits: list[Hit] = field(default_factory=list)
    following: Place | None = None
    truncated: bool = False
