"""Gives the oldest Node that the TypeScript SDK promises to run on, whatever Node the machine has.

It comes from the npm registry into `.tools/node20`; where that has none for this kind of machine,
a Node 20 on PATH serves. `python tools/node20.py FILE ...` runs it, in the current folder.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bootstrap import ROOT, TOOLS, alone, stop
from npm import install

PACKAGE = ROOT / "tools" / "node20_npm"
HOME = TOOLS / "node20"


def version(program: Path | str) -> str:
    """Give what a Node says of itself, `v20.20.2`; empty where it does not start."""
    try:
        asked = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return asked.stdout.strip()


def ensure_node20() -> Path:
    """Install Node 20 where it is missing; give its executable."""
    HOME.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PACKAGE / name, HOME)
    install(HOME)
    on_path = shutil.which("node")
    candidates = [*HOME.glob("node_modules/node-*/bin/node"), *([Path(on_path)] if on_path else [])]
    found = next((node for node in candidates if version(node).startswith("v20.")), None)
    if found is None:
        stop("the npm registry has no Node 20 for this machine: put one on PATH, then again")
    return found


def main() -> None:
    """Become Node 20 with the rest of the command line, itself first on PATH."""
    with alone():
        node = ensure_node20()
    path = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{path}"
    os.execv(node, [str(node), *sys.argv[1:]])  # noqa: S606 - the Node that was asked for


if __name__ == "__main__":
    main()
