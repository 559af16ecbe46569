"""Run the server as a process: listen, say where, drain on a signal."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable

import uvicorn
import uvloop

from threadline_server.app import Threadline, compose
from threadline_server.cli import listen
from threadline_server.cli.banner import banner
from threadline_server.cli.logs import configure_logs
from threadline_server.settings import Settings

DRAIN_S = 8
KEEP_ALIVE_S = 75
"""Longer than any exporter's pause between batches: a connection that the server closes while the
client writes on it looks like a failed export."""


class HttpServer(uvicorn.Server):
    """Uvicorn that leaves signals to the process and tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until `should_exit` is set."""
        await self._serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        self._ready()


def _config(service: Threadline) -> uvicorn.Config:
    return uvicorn.Config(
        service.http,
        lifespan="off",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_S,
    )


async def _serve(settings: Settings) -> None:
    hosts = listen.addresses(settings.host)
    sockets = listen.bind(hosts, settings.port, "--port")
    port: int = sockets[0].getsockname()[1]
    try:
        service = compose(settings)
        async with service.running():

            def ready() -> None:
                print(banner(settings, hosts, port, 0), flush=True)

            server = HttpServer(_config(service), ready)

            def stop() -> None:
                service.stopping.set()
                server.should_exit = True

            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop)
            await server.serve(sockets)
    finally:
        for listener in sockets:
            listener.close()


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; gives exit status 0 once all that was accepted is stored.

    Raises ThreadlineError where the server cannot start.
    """
    configure_logs()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))
    return 0
