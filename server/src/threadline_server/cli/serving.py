"""Run the server as a process: listen, say where, drain on a signal."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Callable

import uvicorn
import uvloop

from threadline_server.app import DRAIN_S, Threadline, create_app
from threadline_server.cli import listen
from threadline_server.cli.banner import banner
from threadline_server.cli.logs import configure_logs
from threadline_server.settings import AUTO, Settings
from threadline_server.show.api.services import Listening

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
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_S,
    )


def _grpc_port(settings: Settings, hosts: list[str]) -> int | None:
    """The port that gRPC can have on every address, None where it is off.

    gRPC binds for itself and complains on standard error: so it is asked of the system before.
    """
    if settings.grpc_port == 0:
        return None
    wanted = 0 if settings.grpc_port == AUTO else settings.grpc_port
    probes = listen.bind(hosts, wanted, "--grpc-port")
    port: int = probes[0].getsockname()[1]
    for probe in probes:
        probe.close()
    return port


def _stop_on_signals(server: HttpServer, service: Threadline) -> None:
    loop = asyncio.get_running_loop()
    ending: set[asyncio.Task[None]] = set()

    def stop() -> None:
        if server.should_exit:  # asked twice: what still runs is not waited for
            server.force_exit = True
        ending.add(loop.create_task(service.end_streams()))
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


async def _serve(settings: Settings) -> None:
    hosts = listen.addresses(settings.host)
    sockets = listen.bind(hosts, settings.port, "--port")
    try:
        port: int = sockets[0].getsockname()[1]
        grpc_port = _grpc_port(settings, hosts)
        service = create_app(settings)
        service.listening = Listening(port, grpc_port)
        server = HttpServer(
            _config(service),
            lambda: print(banner(settings.data_dir, hosts, service.listening), flush=True),
        )
        _stop_on_signals(server, service)
        targets = [listen.with_port(host, grpc_port) for host in hosts] if grpc_port else []
        async with service.running(targets):
            await server.serve(sockets)
    finally:
        for listener in sockets:
            listener.close()


def _collect_rarely() -> None:
    """Have the interpreter look for cycles seldom, and not among what is there for good: spans hold
    none, and looking for some took a tenth of the time of storing them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; gives exit status 0 once all that was accepted is stored.

    Raises ThreadlineError where the server cannot start.
    """
    configure_logs()
    _collect_rarely()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))
    return 0
