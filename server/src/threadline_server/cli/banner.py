"""Turn where the server listens into the lines that it prints once it is ready."""

from __future__ import annotations

from threadline_server import __version__
from threadline_server.cli.listen import with_port
from threadline_server.settings import Settings


def banner(settings: Settings, hosts: list[str], port: int, grpc_port: int) -> str:
    """Plain lines: version, page, OTLP endpoints, data folder; `grpc_port` 0 means off."""
    page = f"http://{with_port(hosts[0], port)}"
    grpc = with_port(hosts[0], grpc_port) if grpc_port else "off (--grpc-port 0)"
    rows = (
        ("page", page),
        ("OTLP/HTTP", f"{page}/v1/traces"),
        ("OTLP/gRPC", grpc),
        ("data", str(settings.data_dir)),
    )
    return "\n".join([f"Threadline {__version__} is ready", *(f"  {k:<10} {v}" for k, v in rows)])
