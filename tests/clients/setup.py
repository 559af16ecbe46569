"""Turns two locks into environments that hold the packages of examples/, each apart from `.venv`.

Both hold the official SDKs and, from this checkout, Threadline's.

`python tests/clients/setup.py` installs what is missing and does nothing twice. `--lock` takes the
newest versions that install and writes both locks again.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from bootstrap import (  # noqa: E402 - tools/ is no package
    TOOLS,
    alone,
    digest,
    ensure_uv,
    is_stamped,
    run,
    say,
    uv_environment,
)
from node import BIN, node_environment  # noqa: E402 - as above

PYTHON_WISHES = Path(__file__).with_name("wishes.txt")
PYTHON_SDK = ROOT / "sdk" / "python"
PYTHON_LOCK = Path(__file__).with_name("requirements.txt")
PYTHON_HOME = TOOLS / "clients" / "python"
NODE_HOME = ROOT / "examples" / "typescript"
NODE_LOCK = NODE_HOME / "package-lock.json"


def ensure_python() -> Path:
    """Install the Python packages of the examples at the locked versions; give their interpreter."""
    python = PYTHON_HOME / "bin" / "python"
    stamp = PYTHON_HOME / "threadline-stamp"
    wanted = digest(PYTHON_LOCK, PYTHON_SDK / "pyproject.toml", sys.version, str(PYTHON_HOME))
    if is_stamped(stamp, wanted) and python.exists():
        return python
    uv = str(ensure_uv())
    environment = uv_environment()
    say("installing the Python SDKs into .tools/clients/python")
    run(
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(PYTHON_HOME)],
        environment,
    )
    into = ["--quiet", "--python", str(python)]
    run([uv, "pip", "sync", *into, "--require-hashes", str(PYTHON_LOCK)], environment)
    without_network = ["--no-deps", "--no-build-isolation", "--no-index"]
    run([uv, "pip", "install", *into, *without_network, "--editable", str(PYTHON_SDK)], environment)
    stamp.write_text(wanted)
    return python


def ensure_node() -> Path:
    """Install the npm packages of the examples at the locked versions; give Node itself."""
    environment = node_environment()
    node = BIN / "node"
    stamp = NODE_HOME / "node_modules" / "threadline-stamp"
    wanted = digest(NODE_LOCK, str(node.resolve()), str(NODE_HOME))
    if is_stamped(stamp, wanted):
        return node
    say("installing the TypeScript SDKs into examples/typescript")
    # Not `npm ci`: it refuses a lock in which an optional package of another platform is missing, and
    # a registry need not have them all. `install` takes the lock's versions and checks their hashes.
    # Install scripts would fetch binaries that the examples have no use for.
    quietly = ["--no-save", "--ignore-scripts", "--loglevel=error"]
    run([str(BIN / "npm"), "install", "--prefix", str(NODE_HOME), *quietly], environment)
    stamp.write_text(wanted)
    return node


def write_locks() -> None:
    """Compile both locks anew from the newest versions that install."""
    say("compiling tests/clients/requirements.txt")
    fixed = ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade", "--quiet"]
    silent = ["--no-emit-index-url", "--no-annotate"]
    named = ["--custom-compile-command", "python tests/clients/setup.py --lock"]
    run(
        [
            *[str(ensure_uv()), "pip", "compile", *fixed, *silent, *named],
            *["--output-file", str(PYTHON_LOCK), str(PYTHON_WISHES)],
        ],
        uv_environment(),
    )
    say("compiling examples/typescript/package-lock.json")
    NODE_LOCK.unlink(missing_ok=True)
    # npm would lock what is installed, without hashes, instead of asking the registry.
    shutil.rmtree(NODE_HOME / "node_modules", ignore_errors=True)
    install = ["install", "--prefix", str(NODE_HOME), "--package-lock-only", "--ignore-scripts"]
    subprocess.run([str(BIN / "npm"), *install], cwd=ROOT, env=node_environment(), check=True)


def main() -> None:
    """Prepare both environments, one set-up at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="compile both locks anew first")
    wanted = parser.parse_args()
    with alone():
        if wanted.lock:
            write_locks()
        ensure_python()
        ensure_node()


if __name__ == "__main__":
    main()
