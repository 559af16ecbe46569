"""Says what one span of a generated session holds, before a dialect is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Rec:
    """One span; times in nanoseconds."""

    name: str
    kind: str  # agent | llm | tool | retriever | chain
    span_id: bytes
    parent: bytes
    start: int
    end: int
    input: object = ""  # text, or for llm a list of (role, text)
    output: str = ""
    model: tuple | None = None
    tokens: tuple[int, int] = (0, 0)
    docs: list[str] = field(default_factory=list)
    error: tuple[str, str] | None = None
