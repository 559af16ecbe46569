"""Turn the keys of a span's attributes into a plan: what to read where, before any value is seen.

Spans of one kind have the same keys, in the same order. What can be told from keys alone, such as
which attribute is the strongest of those that carry a meaning, is found once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from threadline_server.model.attributes import Attributes, AttributeValue
from threadline_server.normalize.dialects import DIALECTS
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.metadata import of_framework
from threadline_server.normalize.session import Naming, naming
from threadline_server.normalize.source import Compound

MERGED = frozenset({Meaning.TAGS, Meaning.METADATA})
"""Meanings of which every source counts, not only the strongest."""

CONTENT = frozenset(
    {
        Meaning.INPUT,
        Meaning.OUTPUT,
        Meaning.TOOL_DEFINITIONS,
        Meaning.SYSTEM_INSTRUCTIONS,
        Meaning.TIME_TO_FIRST_TOKEN,
        Meaning.FIRST_TOKEN_AT,
    }
)
"""Meanings that are read where somebody looks at the span, and not when it comes in."""

USAGE = frozenset(
    {
        Meaning.INPUT_TOKENS,
        Meaning.OUTPUT_TOKENS,
        Meaning.TOTAL_TOKENS,
        Meaning.CACHE_READ_TOKENS,
        Meaning.CACHE_WRITE_TOKENS,
        Meaning.CACHE_WRITE_5M_TOKENS,
        Meaning.CACHE_WRITE_1H_TOKENS,
        Meaning.REASONING_TOKENS,
    }
)
COST = frozenset({Meaning.INPUT_COST, Meaning.OUTPUT_COST, Meaning.TOTAL_COST})

_APART = MERGED | CONTENT

Step = tuple[Meaning | None, str, Callable[[AttributeValue], Any]]
"""What a key carries (None where it carries several meanings at once), the key and its reader."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read of a span with certain keys. Of all steps the strongest is first.

    `told` are steps of which the first that gives something counts. Of `tags` and `metadata` all
    count; `entries` are the keys of single entries of metadata, by their names. `content` are the
    steps of each meaning that is read later.
    `usage` and `cost` say whether any step may give some. `naming` are the keys that name a session,
    a conversation or a user, and `dialects` those that the span has attributes of.
    """

    told: tuple[Step, ...]
    tags: tuple[Step, ...]
    metadata: tuple[Step, ...]
    entries: dict[str, str]
    content: dict[Meaning, tuple[Step, ...]]
    usage: bool
    cost: bool
    naming: Naming | None
    dialects: tuple[Dialect, ...]


PLANS_LIMIT = 1_000
PLANNED_KEYS = 100
"""How many plans are remembered, each of at most so many keys: spans with more are hardly alike."""

PLACES_LIMIT = 20_000
"""Keys that are remembered; programs use hundreds, and what a client makes up must not pile up."""

_LONGEST_KEY = 200

Ranked = tuple[int, Step, frozenset[Meaning]]
"""A step with its rank, the strongest being 0, and the meanings that it may give."""


@dataclass(frozen=True, slots=True)
class Place:
    """What one key is by itself: the steps that read it, the dialects that it belongs to as bits, and
    the rank and the name that it has as an entry of metadata.
    """

    steps: tuple[Ranked, ...] = ()
    spoken: int = 0
    entry: tuple[int, str] | None = None


def _index() -> dict[str, tuple[Ranked, ...]]:
    """The steps of all dialects by their key."""
    index: dict[str, list[Ranked]] = {}
    rank = 0
    for dialect in DIALECTS:
        for source in dialect.sources:
            if isinstance(source, Compound):
                meaning, meanings = None, frozenset(source.meanings)
            else:
                meaning, meanings = source.meaning, frozenset({source.meaning})
            step = (meaning, source.key, source.read)
            index.setdefault(source.key, []).append((rank, step, meanings))
            rank += 1
    return {key: tuple(steps) for key, steps in index.items()}


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

_NOWHERE = Place()
_places: dict[str, Place] = {}
_plans: dict[tuple[str, ...], Plan] = {}


def _entry(key: str) -> tuple[int, str] | None:
    """The rank and the name of a key that is an entry of metadata by its beginning."""
    for number, (prefix, identity) in enumerate(_METADATA):
        if key.startswith(prefix):
            name = key[len(prefix) :]
            return None if name in identity or of_framework(name) else (number, name)
    return None


def _place(key: str) -> Place:
    """Find out what a key is, and remember it."""
    spoken = _OWNERS.get(key, 0)
    for prefix, dialect in _FLATTENED:
        if key.startswith(prefix):
            spoken |= dialect
    steps, entry = _INDEX.get(key, ()), _entry(key)
    found = Place(steps, spoken, entry) if steps or spoken or entry else _NOWHERE
    if len(key) <= _LONGEST_KEY:
        if len(_places) >= PLACES_LIMIT:
            _places.clear()
        _places[key] = found
    return found


def _strength(step: Ranked) -> tuple[int, str]:
    return step[0], step[1][1]


def _made(keys: tuple[str, ...]) -> Plan:
    steps: list[Ranked] = []
    entries: list[tuple[int, str, str]] = []
    spoken = 0
    for key in keys:
        place = _places.get(key) or _place(key)
        if place is not _NOWHERE:
            spoken |= place.spoken
            steps += place.steps
            if place.entry is not None:
                entries.append((place.entry[0], key, place.entry[1]))
    steps.sort(key=_strength)
    meanings = {meaning for _, _, carried in steps for meaning in carried}
    content: dict[Meaning, tuple[Step, ...]] = {}
    for _, step, _ in steps:
        if (meaning := step[0]) in CONTENT and meaning is not None:
            content[meaning] = (*content.get(meaning, ()), step)
    named: dict[str, str] = {}
    for _, key, name in sorted(entries):
        named.setdefault(name, key)
    return Plan(
        told=tuple(step for _, step, _ in steps if step[0] not in _APART),
        tags=tuple(step for _, step, _ in steps if step[0] is Meaning.TAGS),
        metadata=tuple(step for _, step, _ in steps if step[0] is Meaning.METADATA),
        entries=named,
        content=content,
        usage=not meanings.isdisjoint(USAGE),
        cost=not meanings.isdisjoint(COST),
        naming=naming(keys),
        dialects=tuple(each for number, each in enumerate(DIALECTS) if spoken >> number & 1),
    )


def plan(attributes: Attributes) -> Plan:
    """The plan for the keys of some attributes."""
    keys = tuple(attributes)
    found = _plans.get(keys)
    if found is None:
        found = _made(keys)
        if len(keys) <= PLANNED_KEYS and all(len(key) <= _LONGEST_KEY for key in keys):
            if len(_plans) >= PLANS_LIMIT:
                _plans.clear()
            _plans[keys] = found
    return found
