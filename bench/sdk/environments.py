"""Turns the names of the measured SDKs into environments that hold each alone, as a user gets it.

Below `.tools/bench`, one for Python and one for Node each, at the versions that the repository's
locks name; ours is built and installed like a release, so that no editable install helps or hinders.
"""

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from bootstrap import DEVELOPMENT_LOCK, digest, ensure_uv, is_stamped, run, say, uv_environment  # noqa: E402
from node import BIN, node_environment  # noqa: E402
from npm import install, run_in  # noqa: E402

HOMES = ROOT / ".tools" / "bench"
NAMES = ("opentelemetry", "lmnr", "threadline")
LOCKED_PEERS = ROOT / "tests" / "clients" / "requirements.txt"
PEER_LOCK = ROOT / "examples" / "typescript" / "package-lock.json"
SDK_PYTHON = ROOT / "sdk" / "python"
SDK_NODE = ROOT / "sdk" / "typescript"
NODE_LINE = ("@opentelemetry/sdk-trace-node@2.12.0", "@opentelemetry/exporter-trace-otlp-proto@")
"""Bare OpenTelemetry for Node; the exporter at the version of the transformer that our SDK locks."""


def sources(folder: Path) -> list[Path]:
    """Give what an SDK is built from."""
    kept = [
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    return sorted(kept)


def python_pins(name: str) -> list[str]:
    """Give the requirements of a bare or official Python SDK, at the versions of the tests' lock."""
    locked = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", LOCKED_PEERS.read_text(), re.MULTILINE))
    wanted = {
        "opentelemetry": ("opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"),
        "lmnr": ("lmnr",),
        "threadline": (),
    }[name]
    return [f"{package}=={locked[package]}" for package in wanted]


def build_wheel(folder: Path) -> Path:
    """Build our Python SDK as a release is built; give the wheel."""
    shutil.rmtree(folder, ignore_errors=True)
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder)]
    run([*build, str(SDK_PYTHON)])
    return next(folder.glob("*.whl"))


def ensure_python(name: str) -> Path:
    """Install one Python SDK into an environment of its own; give the environment's folder."""
    home = HOMES / f"python-{name}"
    stamp = home / "threadline-stamp"
    ours = [DEVELOPMENT_LOCK, SDK_PYTHON / "pyproject.toml", *sources(SDK_PYTHON / "src")]
    inputs = ours if name == "threadline" else python_pins(name)
    wanted = digest(*inputs, Path(__file__), sys.version)
    if is_stamped(stamp, wanted):
        return home
    say(f"installing {name} into .tools/bench/{home.name}")
    uv, environment = str(ensure_uv()), uv_environment()
    run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)], environment)
    into = ["pip", "install", "--quiet", "--compile-bytecode", "--python", str(home)]
    if name == "threadline":
        wheel = str(build_wheel(ROOT / "build" / "bench" / "wheel"))
        only = ["--constraints", str(DEVELOPMENT_LOCK)]
        run([uv, *into, *only, wheel], environment)
    else:
        only = ["--constraints", str(LOCKED_PEERS)]
        run([uv, *into, *only, *python_pins(name)], environment)
    stamp.write_text(wanted)
    return home


def node_pins(name: str) -> list[str]:
    """Give the packages of a bare or official SDK for Node, at the versions of our locks."""
    if name == "threadline":
        return []
    ours = json.loads((SDK_NODE / "package-lock.json").read_text())["packages"]
    peers = json.loads(PEER_LOCK.read_text())["packages"]
    if name == "lmnr":
        return ["@lmnr-ai/lmnr@" + peers["node_modules/@lmnr-ai/lmnr"]["version"]]
    api = "@opentelemetry/api@" + ours["node_modules/@opentelemetry/api"]["version"]
    transformer = ours["node_modules/@opentelemetry/otlp-transformer"]["version"]
    return [api, NODE_LINE[0], NODE_LINE[1] + transformer]


def pack(folder: Path) -> Path:
    """Build our SDK for Node and pack it as a release is packed; give the tarball."""
    install(SDK_NODE)
    run_in(SDK_NODE, "npm", "run", "build")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run_in(SDK_NODE, "npm", "pack", "--pack-destination", str(folder))
    return next(folder.glob("*.tgz"))


def ensure_node(name: str) -> Path:
    """Install one SDK for Node into a folder of its own, for production; give the folder."""
    home = HOMES / f"node-{name}"
    stamp = home / "threadline-stamp"
    packed = [SDK_NODE / "package-lock.json", SDK_NODE / "package.json", *sources(SDK_NODE / "src")]
    wanted = digest(*(packed if name == "threadline" else node_pins(name)), Path(__file__))
    if is_stamped(stamp, wanted):
        return home
    say(f"installing {name} into .tools/bench/{home.name}")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / "package.json").write_text('{"private": true, "type": "module"}')
    wishes = node_pins(name)
    if name == "threadline":
        wishes.append(str(pack(ROOT / "build" / "bench" / "tarball")))
    quietly = ["--omit=dev", "--ignore-scripts", "--loglevel=error", "--no-audit", "--no-fund"]
    run([str(BIN / "npm"), "install", "--prefix", str(home), *quietly, *wishes], node_environment())
    stamp.write_text(wanted)
    return home


def files_of(folder: Path) -> list[Path]:
    """Give every file below a folder once, links not followed."""
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def size_of_python(home: Path) -> tuple[int, int]:
    """Give bytes and packages of an environment, the bytecode that Python writes included."""
    (place,) = home.glob("lib/python*/site-packages")
    kept = [path for path in files_of(place) if not path.name.startswith("_virtualenv")]
    return sum(path.stat().st_size for path in kept), len(list(place.glob("*.dist-info")))


def size_of_node(home: Path) -> tuple[int, int]:
    """Give bytes and packages of a `node_modules`, packages inside packages counted too."""
    modules = home / "node_modules"
    lock = json.loads((modules / ".package-lock.json").read_text())["packages"]
    return sum(path.stat().st_size for path in files_of(modules)), len(lock)


ENSURE: dict[str, Callable[[str], Path]] = {"python": ensure_python, "node": ensure_node}
