"""Turn a span's attributes into what they mean, in one pass, whatever the dialects."""

from __future__ import annotations

from typing import Any

from threadline_server.model.attributes import Attributes
from threadline_server.normalize.dialects.dialect import Payload
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.metadata import of_framework
from threadline_server.normalize.plan import Plan, plan

_NOTHING: list[Any] = [None] * len(Meaning)


class Reading:
    """What a span's attributes mean: for each meaning the value of its strongest source.

    What meanings of `plan.CONTENT` give is read when it is asked for, by `content`.
    """

    __slots__ = ("attributes", "plan", "values")

    def __init__(self, attributes: Attributes, plan: Plan, values: list[Any]) -> None:
        self.attributes = attributes
        self.plan = plan
        self.values = values

    def __getitem__(self, meaning: Meaning) -> Any:
        return self.values[meaning]

    def tags(self) -> list[str]:
        """The tags of all sources, each once."""
        found: list[str] = []
        for _, key, reader in self.plan.tags:
            found += reader(self.attributes[key]) or ()
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def metadata(self) -> Attributes:
        """The metadata of all sources; of one name the strongest."""
        merged: Attributes = {}
        for _, key, reader in self.plan.metadata:
            for name, value in (reader(self.attributes[key]) or {}).items():
                if name not in merged and not of_framework(name):
                    merged[name] = value
        for name, key in self.plan.entries.items():
            if name not in merged:
                merged[name] = self.attributes[key]
        return merged

    def content(self, meaning: Meaning) -> Payload | None:
        """The strongest source of a meaning that people read: its key, and what it gives."""
        for _, key, reader in self.plan.content.get(meaning, ()):
            if (said := reader(self.attributes[key])) is not None:
                return key, said
        return None


def read(attributes: Attributes) -> Reading:
    """What attributes mean; costs by the number of those that some dialect knows."""
    found = plan(attributes)
    values = _NOTHING.copy()
    for meaning, key, reader in found.told:
        if meaning is None:
            for each, inner in reader(attributes[key]).items():
                if inner is not None and values[each] is None:
                    values[each] = inner
        elif values[meaning] is None:
            values[meaning] = reader(attributes[key])
    return Reading(attributes, found, values)
