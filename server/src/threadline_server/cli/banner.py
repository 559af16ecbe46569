"""Turn where the server listens into the lines that it prints once it is ready."""

from __future__ import annotations

from pathlib import Path

from threadline_server import __version__
from threadline_server.cli.listen import with_port
from threadline_server.show.api.services import Listening


def banner(data_dir: Path, hosts: list[str], listening: Listening) -> str:
    """Plain lines, for people and programs alike: version, page, OTLP endpoints, data folder."""
    page = f"http://{with_port(hosts[0], listening.http_port)}"
    grpc = with_port(hosts[0], listening.grpc_port) if listening.grpc_port else "off"
    rows = (
        ("page", page),
        ("OTLP/HTTP", f"{page}/v1/traces"),
        ("OTLP/gRPC", grpc),
        ("data", f"{data_dir} (an update of Threadline may still begin with an empty one)"),
    )
    return "\n".join([f"Threadline {__version__} is ready", *(f"  {k:<10} {v}" for k, v in rows)])
