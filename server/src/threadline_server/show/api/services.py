"""What the routers answer from, handed in once when the application is put together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from threadline_server.query.pages import CarriedReader
from threadline_server.show.live import LiveFeed
from threadline_server.store.contract import Removed, SpanStore

DeleteSession = Callable[[str, str], Awaitable[Removed | None]]
"""Deletes a session of a project after all that was accepted before."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server is reached: its ports, None where a protocol is off."""

    http_port: int
    grpc_port: int | None


@dataclass(frozen=True, slots=True)
class Services:
    """The store and what stands around it.

    `listening` and `spans_per_second` are asked at each call: ports are known only once bound.
    """

    store: SpanStore
    live: LiveFeed
    delete_session: DeleteSession
    read_carried: CarriedReader
    listening: Callable[[], Listening]
    spans_per_second: Callable[[], float]
    data_may_be_discarded: bool
