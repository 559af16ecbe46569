"""Starts each server that is measured: a process of its own with its data in a folder of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEER_PACKAGES = {"phoenix": "arize-phoenix==20.26.1", "mlflow": "mlflow==3.17.2"}
"""Other servers that can be measured beside ours, at the versions of the figures in loadkit."""

OURS = {"threadline": None, "unshared": "unshared.py", "sampled": "sampled.py"}
"""Our own, and the programs that start it as it is not for users: without sharing texts, and with a
clock on its threads."""


@dataclass(slots=True)
class Server:
    """A running server: where it listens, its process and the folder of its data."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    data_dir: Path


def free_port() -> int:
    """Give a port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def peer_program(name: str) -> Path:
    """Install a peer into an environment of its own if it is not there; give its `bin` folder."""
    home = ROOT / ".tools" / "peers" / name
    if not (home / "bin" / name).exists():
        sys.path.insert(0, str(ROOT / "tools"))
        from bootstrap import ensure_uv, uv_environment

        uv, environment = str(ensure_uv()), uv_environment()
        make = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)]
        into = ["--quiet", "--python", str(home / "bin" / "python")]
        subprocess.run(make, env=environment, check=True)
        subprocess.run(
            [uv, "pip", "install", *into, PEER_PACKAGES[name]], env=environment, check=True
        )
    return home / "bin"


def installable(names: Iterable[str]) -> list[str]:
    """Those of the peers that are or can be installed here; of the others it is said why not."""
    found = []
    for name in names:
        try:
            peer_program(name)
        except (subprocess.CalledProcessError, OSError) as error:
            print(f"bench: {name} is left out, it cannot be installed: {error}", file=sys.stderr)
        else:
            found.append(name)
    return found


def start_command(name: str, port: int, data_dir: Path) -> tuple[list[str], dict[str, str], str]:
    """Give a server's command, the variables it needs and the path that answers once it is up."""
    if name in OURS:
        program = [str(Path(sys.executable).with_name("threadline"))]
        if script := OURS[name]:
            program = [sys.executable, str(ROOT / "bench" / script)]
        flags = [f"--port={port}", f"--grpc-port={free_port()}", f"--data-dir={data_dir}"]
        return [*program, "serve", *flags], {}, "/healthz"
    bin_folder = peer_program(name)
    if name == "phoenix":
        places = {"PHOENIX_WORKING_DIR": str(data_dir), "PHOENIX_PORT": str(port)}
        places |= {"PHOENIX_GRPC_PORT": str(free_port()), "PHOENIX_HOST": "127.0.0.1"}
        return [str(bin_folder / "phoenix"), "serve"], places, "/healthz"
    store = f"--backend-store-uri=sqlite:///{data_dir}/mlflow.db"
    flags = [f"--port={port}", "--host=127.0.0.1", "--workers=1", store]
    return [str(bin_folder / "mlflow"), "server", *flags], {}, "/health"


@contextmanager
def running(name: str, folder: Path) -> Iterator[Server]:
    """Start a server, wait until it answers, end it after."""
    port, data_dir = free_port(), folder / "data"
    data_dir.mkdir(parents=True)
    command, places, path = start_command(name, port, data_dir)
    url, log = f"http://127.0.0.1:{port}", folder / "server.log"
    environment = {**os.environ, **places}
    if name not in OURS:
        # Peers find their own programs, not those of .venv, and call nobody home.
        environment["PATH"] = f"{Path(command[0]).parent}:{os.environ['PATH']}"
        environment |= {"DO_NOT_TRACK": "true", "PHOENIX_TELEMETRY_ENABLED": "false"}
        environment |= {"MLFLOW_DISABLE_TELEMETRY": "true"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        wait_until_up(url + path, process, log)
        yield Server(name, url, process, data_dir)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask a server until it answers; stop with its own words if it ends or two minutes pass."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            with opener.open(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"bench: no answer from {url}:\n{log.read_text()[-2000:]}")
