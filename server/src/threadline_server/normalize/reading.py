"""Turn a span's attributes into what they mean, in one pass, whatever the dialects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.normalize.dialects.agentops import AGENTOPS
from threadline_server.normalize.dialects.ai_sdk import AI_SDK
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.dialects.genai import GENAI
from threadline_server.normalize.dialects.genkit import GENKIT
from threadline_server.normalize.dialects.laminar import LAMINAR
from threadline_server.normalize.dialects.langfuse import LANGFUSE
from threadline_server.normalize.dialects.langsmith import LANGSMITH
from threadline_server.normalize.dialects.livekit import LIVEKIT
from threadline_server.normalize.dialects.logfire import LOGFIRE
from threadline_server.normalize.dialects.mlflow import MLFLOW
from threadline_server.normalize.dialects.openinference import OPENINFERENCE
from threadline_server.normalize.dialects.traceloop import TRACELOOP
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import Compound

DIALECTS: tuple[Dialect, ...] = (
    LAMINAR,
    GENAI,
    OPENINFERENCE,
    TRACELOOP,
    LANGFUSE,
    AI_SDK,
    LOGFIRE,
    MLFLOW,
    LANGSMITH,
    AGENTOPS,
    GENKIT,
    LIVEKIT,
)
"""The first dialect that says something is believed."""

MERGED = (Meaning.TAGS, Meaning.METADATA)
"""Meanings of which every source counts, not only the strongest."""

_SIZE = len(Meaning)
_NO_RANK = 1_000_000


class Reading:
    """What a span's attributes mean: for each meaning the value of its strongest source.

    `keys` names the attribute that a value came from.
    """

    __slots__ = ("keys", "merged", "ranks", "values")

    def __init__(self) -> None:
        self.values: list[Any] = [None] * _SIZE
        self.keys: list[str | None] = [None] * _SIZE
        self.ranks: list[int] = [_NO_RANK] * _SIZE
        self.merged: list[tuple[int, Meaning, Any]] = []

    def __getitem__(self, meaning: Meaning) -> Any:
        return self.values[meaning]

    def all(self, meaning: Meaning) -> list[Any]:
        """Every value of a merged meaning, the strongest first."""
        return [value for _, said, value in sorted(self.merged, key=_rank) if said is meaning]


def _rank(entry: tuple[int, Meaning, Any]) -> int:
    return entry[0]


Entry = tuple[int, Meaning | None, Callable[[AttributeValue], Any]]
"""Rank, meaning (None of a compound) and reader of one source."""


def _index() -> dict[str, tuple[Entry, ...]]:
    """The sources of all dialects by their key."""
    index: dict[str, list[Entry]] = {}
    rank = 0
    for dialect in DIALECTS:
        for source in dialect.sources:
            meaning = None if isinstance(source, Compound) else source.meaning
            index.setdefault(source.key, []).append((rank, meaning, source.read))
            rank += 1
    return {key: tuple(entries) for key, entries in index.items()}


_INDEX = _index()

SOURCE_KEYS: tuple[str, ...] = tuple(_INDEX)
"""Every key that some dialect reads by itself."""


_PREFIXES = tuple(prefix for dialect in DIALECTS for prefix in dialect.metadata_prefixes)
_IDENTITY = {
    prefix: dialect.identity for dialect in DIALECTS for prefix in dialect.metadata_prefixes
}


def _prefixed(reading: Reading, key: str, value: AttributeValue) -> None:
    """Take an attribute whose key is a prefix of metadata and a name."""
    rank, prefix = next(
        (number, each) for number, each in enumerate(_PREFIXES) if key.startswith(each)
    )
    name = key[len(prefix) :]
    if name not in _IDENTITY[prefix]:
        reading.merged.append((_NO_RANK + rank, Meaning.METADATA, {name: value}))


def _take(reading: Reading, rank: int, meaning: Meaning, key: str, value: Any) -> None:
    if meaning in MERGED:
        reading.merged.append((rank, meaning, value))
    elif rank < reading.ranks[meaning]:
        reading.values[meaning] = value
        reading.keys[meaning] = key
        reading.ranks[meaning] = rank


def read(attributes: Attributes) -> Reading:
    """What attributes mean; costs by their number, not by that of the dialects."""
    reading = Reading()
    for key, value in attributes.items():
        entries = _INDEX.get(key)
        if key.startswith(_PREFIXES):
            _prefixed(reading, key, value)
        if entries is None:
            continue
        for rank, meaning, reader in entries:
            said = reader(value)
            if said is None:
                continue
            if meaning is not None:
                _take(reading, rank, meaning, key, said)
            elif isinstance(said, Mapping):
                for each, inner in said.items():
                    if inner is not None:
                        _take(reading, rank, each, key, inner)
    return reading
