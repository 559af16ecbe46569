"""Compiles `requirements/*.in`-like wishes of the pyproject files into locks with hashes.

A lock names versions and hashes and no address, so it installs from whatever index a machine uses.
It holds for every platform and every Python from 3.11 on. `--upgrade` takes the newest versions;
without it what is locked already stays.
"""

import subprocess
import sys

from bootstrap import ROOT, alone, ensure_uv, say, uv_environment

LOCKS: dict[str, list[str]] = {
    # The environment that develops, tests and measures: everything.
    "dev": [
        "server/pyproject.toml",
        "sdk/python/pyproject.toml",
        "--group",
        "pyproject.toml:dev",
        "--group",
        "pyproject.toml:bench",
    ],
    # What a server alone needs, at the versions that were tested.
    "runtime": ["server/pyproject.toml", "--constraints", "requirements/dev.txt"],
    # The Python SDK on the least of everything that it says it works with.
    "oldest": [
        "sdk/python/pyproject.toml",
        "--group",
        "pyproject.toml:test",
        "--resolution",
        "lowest-direct",
    ],
    # The one thing that pip installs itself.
    "bootstrap": ["--group", "pyproject.toml:bootstrap"],
}


def main() -> None:
    """Compile every lock in turn: the runtime's follows the development environment's."""
    if sys.argv[1:] not in ([], ["--upgrade"]):
        sys.exit("usage: tools/lock.py [--upgrade]")
    with alone():
        uv = str(ensure_uv())
        for name, wishes in LOCKS.items():
            say(f"compiling requirements/{name}.txt")
            fixed = ["--universal", "--python-version", "3.11", "--generate-hashes"]
            silent = [
                "--no-emit-index-url",
                "--no-annotate",
                # The SDK, which the server depends on: it lies beside, at no version of an index.
                "--no-emit-package",
                "threadline",
                "--custom-compile-command",
                "make lock",
            ]
            target = ["--quiet", "--output-file", f"requirements/{name}.txt", *sys.argv[1:]]
            subprocess.run(
                [uv, "pip", "compile", *fixed, *silent, *target, *wishes],
                cwd=ROOT,
                env=uv_environment(),
                check=True,
            )


if __name__ == "__main__":
    main()
