"""What the routers answer from, handed in once when the application is put together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from threadline_server.model.price import ListedPrice, OwnPrice
from threadline_server.query.pages import CarriedReader
from threadline_server.show.live import LiveFeed
from threadline_server.store.contract import Removed, SpanStore
from threadline_server.store.sql import SqlEngine

DeleteSession = Callable[[str, str], Awaitable[Removed | None]]
"""Deletes a session of a project after all that was accepted before."""


class Renewed(Protocol):
    """A stretch of a walk over all spans: how many it had, how many became other, where the next
    begins.
    """

    span_count: int
    changed_count: int
    next_cursor: str | None


Renew = Callable[[str, str | None], Awaitable[Renewed]]
"""Applies today's rules or prices to the spans of a project from a cursor on, a stretch of them."""


class Prices(Protocol):
    """The prices that hold right now."""

    @property
    def catalog(self) -> str:
        """Which list of prices comes with the server."""
        ...

    def listed(self, on: date) -> Iterable[ListedPrice]:
        """Every price: own ones first, then those of the list that hold on a day."""
        ...

    def put(self, price: OwnPrice) -> None:
        """Set an own price; raises ThreadlineError where it cannot be kept."""
        ...

    def remove(self, model: str, provider: str | None) -> bool:
        """Take an own price away; tells whether there was one."""
        ...


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server is reached: its ports, None where a protocol is off."""

    http_port: int
    grpc_port: int | None


@dataclass(frozen=True, slots=True)
class Services:
    """The store and what stands around it.

    `listening` and `spans_per_second` are asked at each call: ports are known only once bound.
    `project_of` tells the project of a request's headers, for clients that name none otherwise.
    """

    store: SpanStore
    sql: SqlEngine
    live: LiveFeed
    delete_session: DeleteSession
    read_carried: CarriedReader
    prices: Prices
    reprice: Renew
    renormalize: Renew
    listening: Callable[[], Listening]
    spans_per_second: Callable[[], float]
    data_may_be_discarded: bool
    project_of: Callable[[Mapping[str, str]], str]
