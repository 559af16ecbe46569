"""Compose store, write path and routes into one service."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Gauge
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Scope

from threadline_server import __version__
from threadline_server.access.open_mode import OpenMode, OpenModeMiddleware
from threadline_server.access.request_id import RequestIdMiddleware
from threadline_server.access.security_headers import SecurityHeadersMiddleware
from threadline_server.errors import ThreadlineError
from threadline_server.maintenance.renewal import Renewal
from threadline_server.model.span import DecodedSpan, Span
from threadline_server.model.time import Clock, now_ns
from threadline_server.normalize.pipeline import carried, normalize, previews
from threadline_server.normalize.prices.book import OWN_FILE, PriceBook
from threadline_server.receive.admission import Admission
from threadline_server.receive.counters import Counters
from threadline_server.receive.intake import Intake
from threadline_server.receive.langfuse import Langfuse
from threadline_server.receive.limits import Limits
from threadline_server.receive.logfire import logfire_routes
from threadline_server.receive.otlp_grpc import OtlpGrpc
from threadline_server.receive.otlp_http import OtlpHttp, refusal
from threadline_server.receive.paths import is_otlp
from threadline_server.settings import Settings
from threadline_server.show.api.services import Listening, Services
from threadline_server.show.api.sql import laminar_sql_router
from threadline_server.show.docs import docs_route
from threadline_server.show.error_answer import error_answer, exception_handlers
from threadline_server.show.health import health_routes
from threadline_server.show.live import LiveFeed
from threadline_server.show.openapi import documented
from threadline_server.show.page import page_routes
from threadline_server.show.router import api_router
from threadline_server.store.contract import SpanStore
from threadline_server.store.sql import SqlLimits
from threadline_server.store.sqlite import open_store
from threadline_server.store.sqlite.sql_processes import SqlProcesses
from threadline_server.store.sqlite.store import DATABASE
from threadline_server.store.writer import Writer

DATA_MAY_BE_DISCARDED = True
"""Until the store's format is settled, an update may begin with an empty store, and says so."""

SQL_COMMAND = (sys.executable, "-P", "-m", "threadline_server.sql_process")
"""Starts a process that answers SQL; what lies in the current folder is not imported."""

DRAIN_S = 8
GZIP_FROM_BYTES = 1024
GZIP_LEVEL = 1
"""Answers mostly travel over loopback: compressing harder would take longer than it saves."""


class Threadline:
    """One service over one store: `http` answers requests while `running` is entered."""

    def __init__(
        self, settings: Settings, store: SpanStore, *, limits: Limits, clock: Clock
    ) -> None:
        self.listening = Listening(settings.port, None)
        self.store = store
        # Understanding requests and writing them take turns: threads that fight for the
        # interpreter's lock at every statement get half as much done.
        turn = threading.Lock()
        self.writer = Writer(store, turn=turn)
        self.live = LiveFeed(store)
        self.sql = SqlProcesses(
            SQL_COMMAND, settings.data_dir / DATABASE, SqlLimits(deadline_s=settings.sql_timeout)
        )
        self.registry = CollectorRegistry()
        self._mode = OpenMode(settings.allowed_host, trust_proxy=settings.trust_proxy)
        self._admission = Admission(limits.in_flight)
        self._counters = Counters(self.registry, clock)
        self._prices = PriceBook(settings.prices or settings.data_dir / OWN_FILE)
        self._intake = Intake(self.writer, limits, self._counters, clock, self._priced, turn=turn)
        way_in = (self._intake, self._admission, limits, self._counters, self._mode.project_of)
        self._grpc = OtlpGrpc(*way_in)
        self._add_gauges()
        self.http = self._guarded(
            self._routed(
                [
                    *OtlpHttp(*way_in).routes(),
                    *Langfuse(self.writer, *way_in[1:], clock=clock).routes(),
                    *logfire_routes(self._mode.project_of),
                ]
            )
        )

    def _priced(self, spans: list[DecodedSpan], received_ns: int) -> list[Span]:
        return normalize(spans, received_ns, self._prices.table)

    def _add_gauges(self) -> None:
        in_flight = Gauge(
            "threadline_in_flight_bytes",
            "Bytes of requests that are not answered yet",
            registry=self.registry,
        )
        in_flight.set_function(lambda: self._admission.held)
        waiting = Gauge(
            "threadline_writer_waiting_bytes",
            "Bytes of requests that wait for the writer",
            registry=self.registry,
        )
        waiting.set_function(lambda: self.writer.waiting_bytes)
        watchers = Gauge(
            "threadline_live_watchers", "Pages that watch live", registry=self.registry
        )
        watchers.set_function(lambda: self.live.watcher_count)

    def _routed(self, way_in: list[BaseRoute]) -> FastAPI:
        app = FastAPI(
            title="Threadline",
            version=__version__,
            description="Sessions, traces and spans of AI agents.",
            docs_url=None,
            redoc_url=None,
            routes=[
                *way_in,
                *health_routes(self.store, lambda: self.writer.is_full, self.registry),
            ],
            exception_handlers=dict(exception_handlers(refuse)),
        )
        renewal = Renewal(self.store, self.writer, self._priced, lambda: self._prices.table)
        services = Services(
            store=self.store,
            sql=self.sql,
            live=self.live,
            delete_session=self.writer.delete_session,
            read_carried=carried,
            prices=self._prices,
            reprice=renewal.reprice,
            renormalize=renewal.renormalize,
            listening=lambda: self.listening,
            spans_per_second=self._counters.spans_per_second,
            data_may_be_discarded=DATA_MAY_BE_DISCARDED,
            project_of=self._mode.project_of,
        )
        app.include_router(api_router(services))
        app.include_router(laminar_sql_router(services))
        app.openapi = documented(app)  # type: ignore[method-assign]  # FastAPI's way to extend it
        app.router.routes.append(docs_route(app.openapi))
        app.router.routes.extend(page_routes())
        return app

    def _guarded(self, app: ASGIApp) -> ASGIApp:
        compressed = GZipMiddleware(app, GZIP_FROM_BYTES, GZIP_LEVEL)
        guarded = OpenModeMiddleware(compressed, self._mode, is_otlp, refuse)
        return RequestIdMiddleware(SecurityHeadersMiddleware(guarded))

    @asynccontextmanager
    async def running(self, grpc_targets: list[str]) -> AsyncIterator[None]:
        """Write and tell watchers until left, then store what was accepted and close the store.

        Raises ThreadlineError where a gRPC target (`address:port`) cannot be had.
        """
        self.writer.listen(self.live.changed)
        self.writer.start()
        self.live.start()
        loading = asyncio.create_task(asyncio.to_thread(self._prices.load))
        try:
            if grpc_targets:
                await self._start_grpc(grpc_targets)
            yield
        finally:
            await loading
            await self._grpc.stop(DRAIN_S)
            await self.live.stop()
            await self.writer.stop()
            await asyncio.to_thread(self._intake.close)
            await asyncio.to_thread(self.sql.close)
            self.store.close()

    async def _start_grpc(self, targets: list[str]) -> None:
        try:
            await self._grpc.start(targets)
        except OSError as error:
            raise ThreadlineError(
                "port_in_use", f"OTLP/gRPC: {error}", hint="choose another with --grpc-port"
            ) from error

    async def end_streams(self) -> None:
        """Let every watcher go, and everyone whose SQL runs, so that nothing but requests that end
        soon keeps connections open.
        """
        self.sql.give_up()
        await self.live.stop()


def refuse(scope: Scope, error: ThreadlineError) -> Response:
    """An answer as the path wants it: exporters read google.rpc.Status, everybody else JSON."""
    return refusal(scope, error) if is_otlp(scope["path"]) else error_answer(error)


def _opened(data_dir: Path) -> SpanStore:
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return open_store(data_dir, previewer=previews)
    except OSError as error:
        raise ThreadlineError(
            "data_dir_unusable",
            f"the data directory {data_dir} cannot be used: {error.strerror or error}",
            hint="pass another with --data-dir",
        ) from error


def create_app(
    settings: Settings,
    *,
    store: SpanStore | None = None,
    limits: Limits | None = None,
    clock: Clock = now_ns,
) -> Threadline:
    """A service over the data folder of the settings, or over a given store.

    Raises ThreadlineError where another process holds the folder or nothing can be kept there.
    """
    if store is None:
        store = _opened(settings.data_dir)
    try:
        return Threadline(settings, store, limits=limits or Limits(), clock=clock)
    except ThreadlineError:
        store.close()
        raise
