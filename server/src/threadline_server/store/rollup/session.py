"""Turn the rows of a session's traces into the row of its totals."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from threadline_server.store.rollup.dollars import exact, rounded
from threadline_server.store.rollup.interval import Union
from threadline_server.store.rollup.usage import CountAnewError


@dataclass(slots=True, eq=False)
class RollupTrace:
    """The few fields of a trace from which its session's totals are computed; the order of fields
    is the order in which stores read them.
    """

    session_id: str | None
    trace_id: str
    start_ns: int
    end_ns: int
    running: bool
    span_count: int
    error_count: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    total_cost: float | None
    unpriced_calls: int
    user_id: str | None
    models: list[str]
    tags: list[str]
    input: str | None
    output: str | None

    @property
    def has_known_cost(self) -> bool:
        """Whether its cost says something of its session's: one that is 0 because the trace called
        no model does not.
        """
        if self.total_cost is None:
            return False
        called = self.input_tokens or self.output_tokens or self.unpriced_calls
        return bool(self.total_cost or called)


@dataclass(slots=True)
class SessionRollup:
    """A session's totals: of the whole session, whatever a page selects (design rule 3)."""

    start_ns: int
    end_ns: int
    active_ns: int
    running: bool
    trace_count: int
    span_count: int
    error_count: int
    error_trace_count: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    total_cost: float | None
    unpriced_calls: int
    user_ids: list[str]
    models: list[str]
    tags: list[str]
    first_input: str | None
    last_output: str | None


Place: TypeAlias = tuple[int, str]
"""A trace among those of a session: its start, ties by lowest id."""


@dataclass(slots=True)
class _Sums:
    """What is added up over traces; costs in exact units."""

    trace_count: int = 0
    running: int = 0
    span_count: int = 0
    error_count: int = 0
    error_trace_count: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    unpriced_calls: int = 0
    known_costs: int = 0
    cost: int = 0

    def add(self, trace: RollupTrace, sign: int) -> None:
        """Count a trace, or with -1 no longer."""
        self.trace_count += sign
        self.running += sign * trace.running
        self.span_count += sign * trace.span_count
        self.error_count += sign * trace.error_count
        self.error_trace_count += sign * (trace.error_count > 0)
        self.input_tokens += sign * trace.input_tokens
        self.output_tokens += sign * trace.output_tokens
        self.cache_read_tokens += sign * trace.cache_read_tokens
        self.unpriced_calls += sign * trace.unpriced_calls
        if trace.has_known_cost:
            self.known_costs += sign
            self.cost += sign * exact(trace.total_cost or 0.0)

    def total_cost(self) -> float | None:
        """The known sum; None only if every call is unknown (design rule 9)."""
        if self.unpriced_calls and not self.known_costs:
            return None
        return rounded(self.cost)


class _Firsts:
    """Values that traces state, in the order of the traces that state each first."""

    __slots__ = ("_places",)

    def __init__(self) -> None:
        self._places: dict[str, tuple[Place, int]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def change(
        self, before: Collection[str], was: Place | None, after: Collection[str], place: Place
    ) -> None:
        """Take what a trace states, in place of what it stated before."""
        for value in before:
            if value not in after and self._places[value][0] == was:
                raise CountAnewError
        for index, value in enumerate(after):
            known = self._places.get(value)
            if known is None or known[0] == was or (place, index) < known:
                self._places[value] = (place, index)

    def values(self) -> list[str]:
        return sorted(self._places, key=self._places.__getitem__)


class GrowingSession:
    """The totals of a session, kept true as traces come in and grow, in whatever order.

    What changes costs by itself, not by the size of the session. Only where a trace goes, or no
    longer holds what decided something, must all be counted anew.
    """

    def __init__(self, traces: Iterable[RollupTrace]) -> None:
        self._sums = _Sums()
        self._start_ns: int | None = None
        self._end_ns = 0
        self._active = Union()
        self._users, self._models = _Firsts(), _Firsts()
        self._tags: set[str] = set()
        self._asked: tuple[Place, str] | None = None
        self._answered: tuple[Place, str] | None = None
        for trace in sorted(traces, key=_place):
            self.change(None, trace)

    @property
    def trace_count(self) -> int:
        """How many traces it has."""
        return self._sums.trace_count

    @property
    def size(self) -> int:
        """How many intervals and values it keeps."""
        return len(self._active) + len(self._users) + len(self._models) + len(self._tags)

    def change(self, before: RollupTrace | None, after: RollupTrace | None) -> None:
        """Take in a trace that is new to it, or what one of its traces has become.

        Raises CountAnewError, and is of no more use.
        """
        if after is None:
            raise CountAnewError
        was, place = None, _place(after)
        if before is not None:
            was = _place(before)
            if after.start_ns > before.start_ns or after.end_ns < before.end_ns:
                raise CountAnewError
            if not set(before.tags) <= set(after.tags):
                raise CountAnewError
            self._sums.add(before, -1)
        self._sums.add(after, 1)
        if self._start_ns is None or after.start_ns < self._start_ns:
            self._start_ns = after.start_ns
        self._end_ns = max(after.end_ns, self._end_ns)
        self._active.add(after.start_ns, after.end_ns)
        self._users.change(_users(before), was, _users(after), place)
        self._models.change(before.models if before else (), was, after.models, place)
        self._tags.update(after.tags)
        self._note_input(was, after)
        self._note_output(was, after)

    def _note_input(self, was: Place | None, trace: RollupTrace) -> None:
        """Design rule 8: the input of the earliest-started trace that has one."""
        decides = self._asked is not None and self._asked[0] == was
        if trace.input is None:
            if decides:
                raise CountAnewError
            return
        place = _place(trace)
        if self._asked is None or decides or place < self._asked[0]:
            self._asked = (place, trace.input)

    def _note_output(self, was: Place | None, trace: RollupTrace) -> None:
        """Design rule 8: the output of the latest-started trace that has one."""
        place = _place(trace)
        decides = self._answered is not None and self._answered[0] == was
        if decides and (trace.output is None or place != was):
            raise CountAnewError
        if trace.output is None:
            return
        if self._answered is None or decides or _is_later(place, self._answered[0]):
            self._answered = (place, trace.output)

    def rollup(self) -> SessionRollup:
        """The totals as they stand; there is at least one trace."""
        sums = self._sums
        if self._start_ns is None:
            raise ValueError("a session without traces has no totals")
        return SessionRollup(
            start_ns=self._start_ns,
            end_ns=self._end_ns,
            active_ns=self._active.covered_ns,
            running=sums.running > 0,
            trace_count=sums.trace_count,
            span_count=sums.span_count,
            error_count=sums.error_count,
            error_trace_count=sums.error_trace_count,
            input_tokens=sums.input_tokens,
            output_tokens=sums.output_tokens,
            cache_read_tokens=sums.cache_read_tokens,
            total_cost=sums.total_cost(),
            unpriced_calls=sums.unpriced_calls,
            user_ids=self._users.values(),
            models=self._models.values(),
            tags=sorted(self._tags),
            first_input=None if self._asked is None else self._asked[1],
            last_output=None if self._answered is None else self._answered[1],
        )


def _place(trace: RollupTrace) -> Place:
    return (trace.start_ns, trace.trace_id)


def _is_later(place: Place, other: Place) -> bool:
    return (-place[0], place[1]) < (-other[0], other[1])


def _users(trace: RollupTrace | None) -> tuple[str, ...]:
    return () if trace is None or not trace.user_id else (trace.user_id,)
