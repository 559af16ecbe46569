"""Runs every check of the sources, two at a time, and shows only what has something to say."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from node import node_environment

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

CHECKS: dict[str, tuple[list[str], str]] = {
    "types": ([f"{BIN}/mypy"], "."),
    "page: types": (["npm", "run", "--silent", "typecheck"], "web"),
    "rules": ([f"{BIN}/ruff", "check", "--quiet", "."], "."),
    "formatting": ([f"{BIN}/ruff", "format", "--check", "--quiet", "."], "."),
    "import arrows": ([f"{BIN}/lint-imports", "--no-logo"], "."),
    "page: rules and formatting": (["npm", "run", "--silent", "lint"], "web"),
    "TypeScript SDK: types": (["npm", "run", "--silent", "typecheck"], "sdk/typescript"),
    "TypeScript SDK: rules and formatting": (["npm", "run", "--silent", "lint"], "sdk/typescript"),
    "page: description of the calls": ([f"{BIN}/python", "tools/schema.py", "--check"], "."),
    "dependencies": ([f"{BIN}/deptry", "src"], "server"),
    "Python SDK: dependencies": ([f"{BIN}/deptry", "src"], "sdk/python"),
    "spelling": ([f"{BIN}/codespell"], "."),
}


def check(name: str) -> tuple[str, int, str]:
    """Run one check; give its name, status and output."""
    command, folder = CHECKS[name]
    environment = {
        **node_environment(),
        "NO_COLOR": "1",
        "PYTHONPATH": os.pathsep.join(
            str(ROOT / part / "src") for part in ("server", "sdk/python")
        ),
    }
    done = subprocess.run(
        command,
        cwd=ROOT / folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return name, done.returncode, done.stdout


def main() -> None:
    """Run all checks and end with status 1 where one failed."""
    failed = []
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 2)) as pool:
        for name, status, output in pool.map(check, CHECKS):
            print(f"==> lint: {name}: {'failed' if status else 'ok'}", flush=True)
            if status:
                failed.append(name)
                print(output, flush=True)
    if failed:
        sys.exit(f"threadline: lint failed: {', '.join(failed)}. Much of it is mended by: make fix")


if __name__ == "__main__":
    main()
