"""What decoding an export request gives: what can be read of it, and the rest by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from threadline_server.decode.unreadable import UnreadableError
from threadline_server.model.log_record import DecodedLogRecord
from threadline_server.model.span import DecodedSpan, Resource, Scope
from threadline_server.store.contract import Rejected


@dataclass(slots=True)
class DecodedTraces:
    """The spans of one export request in the order they came, and those that were refused."""

    spans: list[DecodedSpan] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(slots=True)
class DecodedLogs:
    """The log records of the events that were asked for, those that were refused, and how many
    records of other events lay beside them.
    """

    records: list[DecodedLogRecord] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    other_count: int = 0


@dataclass(slots=True)
class Origin:
    """Who sent a group of records; `broken` says why none of them can be kept, if so."""

    resource: Resource
    scope: Scope
    broken: str

    def require(self) -> None:
        """Raise UnreadableError where it is broken."""
        if self.broken:
            raise UnreadableError(self.broken)
