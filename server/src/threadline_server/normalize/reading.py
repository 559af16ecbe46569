"""Turn a span's attributes into what they mean, in one pass, whatever the dialects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.normalize.dialects import DIALECTS
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import Compound

MERGED = (Meaning.TAGS, Meaning.METADATA)
"""Meanings of which every source counts, not only the strongest."""

_SIZE = len(Meaning)
_NO_RANK = 1_000_000


class Reading:
    """What a span's attributes mean: for each meaning the value of its strongest source.

    `keys` names the attribute that a value came from; `spoken` has a bit for each dialect that
    the span has attributes of.
    """

    __slots__ = ("keys", "merged", "ranks", "spoken", "values")

    def __init__(self) -> None:
        self.values: list[Any] = [None] * _SIZE
        self.keys: list[str | None] = [None] * _SIZE
        self.ranks: list[int] = [_NO_RANK] * _SIZE
        self.merged: list[tuple[int, str, Meaning, Any]] = []
        self.spoken = 0

    def __getitem__(self, meaning: Meaning) -> Any:
        return self.values[meaning]

    def all(self, meaning: Meaning) -> list[Any]:
        """Every value of a merged meaning, the strongest first."""
        if not self.merged:
            return []
        said = [entry for entry in self.merged if entry[2] is meaning]
        said.sort(key=_rank)
        return [value for _, _, _, value in said]

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """The dialects that the span speaks, the most believed first."""
        return _dialects(self.spoken)


def _rank(entry: tuple[int, str, Meaning, Any]) -> tuple[int, str]:
    return entry[:2]


@lru_cache(maxsize=1024)
def _dialects(spoken: int) -> tuple[Dialect, ...]:
    return tuple(dialect for number, dialect in enumerate(DIALECTS) if spoken >> number & 1)


Entry = tuple[int, Meaning | None, Callable[[AttributeValue], Any]]
"""Rank, meaning (None of a compound) and reader of one source."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a key is: its sources, the dialects that it belongs to as bits, and the rank and the
    name that it has as an entry of metadata.
    """

    entries: tuple[Entry, ...] = ()
    spoken: int = 0
    rank: int = 0
    name: str | None = None


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


def _owners() -> dict[str, int]:
    """The dialects that a key belongs to, as bits."""
    owners: dict[str, int] = {}
    for number, dialect in enumerate(DIALECTS):
        for key in (*(source.key for source in dialect.sources), *dialect.message_keys):
            owners[key] = owners.get(key, 0) | 1 << number
    return owners


_INDEX = _index()
_OWNERS = _owners()
_FLATTENED = tuple(
    (prefix, 1 << number) for number, dialect in enumerate(DIALECTS) for prefix in dialect.flattened
)
_METADATA = tuple(
    (prefix, dialect.identity) for dialect in DIALECTS for prefix in dialect.metadata_prefixes
)

SOURCE_KEYS: tuple[str, ...] = tuple(_INDEX)
"""Every key that some dialect reads by itself."""

PLACES_LIMIT = 20_000
"""Keys that are remembered; programs use hundreds, and what a client makes up must not pile up."""

_PLACE_LENGTH = 200
_NOWHERE = Place()
_places: dict[str, Place] = {}


def _place(key: str) -> Place:
    """Find out what a key is, and remember it."""
    spoken = _OWNERS.get(key, 0)
    for prefix, dialect in _FLATTENED:
        if key.startswith(prefix):
            spoken |= dialect
    rank, name = 0, None
    for number, (prefix, identity) in enumerate(_METADATA):
        if key.startswith(prefix):
            rank, name = _NO_RANK + number, key[len(prefix) :]
            name = None if name in identity else name
            break
    entries = _INDEX.get(key, ())
    found = (
        Place(entries, spoken, rank, name) if entries or spoken or name is not None else _NOWHERE
    )
    if len(key) <= _PLACE_LENGTH:
        if len(_places) >= PLACES_LIMIT:
            _places.clear()
        _places[key] = found
    return found


def read(attributes: Attributes) -> Reading:
    """What attributes mean; costs by their number, not by that of the dialects."""
    reading = Reading()
    values, keys, ranks = reading.values, reading.keys, reading.ranks
    spoken = 0
    for key, value in attributes.items():
        place = _places.get(key)
        if place is None:
            place = _place(key)
        if place is _NOWHERE:
            continue
        spoken |= place.spoken
        if place.name is not None:
            reading.merged.append((place.rank, key, Meaning.METADATA, {place.name: value}))
        for rank, meaning, reader in place.entries:
            if meaning is None:
                for each, inner in reader(value).items():
                    if inner is not None and rank < ranks[each]:
                        values[each], keys[each], ranks[each] = inner, key, rank
            elif rank < ranks[meaning]:
                said = reader(value)
                if said is None:
                    continue
                if meaning in MERGED:
                    reading.merged.append((rank, key, meaning, said))
                else:
                    values[meaning], keys[meaning], ranks[meaning] = said, key, rank
    reading.spoken = spoken
    return reading
