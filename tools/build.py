"""Turns `web/` and `sdk/typescript/` into what they are built to, where their sources changed.

The page goes into `server/src/threadline_server/show/webui`, the SDK into `sdk/typescript/dist`. A
hash of the sources is remembered and nothing done while that stands, so a second `make serve` needs
neither time nor network. `python tools/build.py web sdk/typescript` builds both.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bootstrap import ROOT, TOOLS, alone, digest, is_stamped, say, stop
from npm import install, run_in

NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results", "tests", "checks"}


@dataclass(frozen=True, slots=True)
class Build:
    """One thing that npm builds: what it is called, and a file that is there once it is built."""

    title: str
    result: Path


BUILDS = {
    "web": Build(
        "the page", ROOT / "server" / "src" / "threadline_server" / "show" / "webui" / "index.html"
    ),
    "sdk/typescript": Build(
        "the TypeScript SDK", ROOT / "sdk" / "typescript" / "dist" / "index.js"
    ),
}


def sources(folder: Path) -> Iterator[Path]:
    """Give the files that a build depends on, in a fixed order; tests are not among them."""
    pending = [folder]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            if path.is_dir() and path.name not in NOT_SOURCES:
                pending.append(path)
            elif path.is_file() and ".test." not in path.name and path.suffix != ".tsbuildinfo":
                yield path


def build(name: str) -> None:
    """Build what a folder holds unless it stands."""
    wanted_build, folder = BUILDS[name], ROOT / name
    stamp = TOOLS / f"{name.replace('/', '-')}-stamp"
    files = list(sources(folder))
    names = [path.relative_to(folder).as_posix() for path in files]
    wanted = digest(*names, *files)
    if is_stamped(stamp, wanted) and wanted_build.result.is_file():
        return
    install(folder)
    say(f"building {wanted_build.title}")
    stamp.unlink(missing_ok=True)
    run_in(folder, "npm", "run", "build")
    if not wanted_build.result.is_file():
        stop(f"the build left no {wanted_build.result.relative_to(ROOT)}")
    stamp.write_text(wanted)


def main() -> None:
    """Build each of the folders that are named."""
    if not sys.argv[1:] or not set(sys.argv[1:]) <= set(BUILDS):
        sys.exit(f"usage: tools/build.py {'|'.join(BUILDS)} ...")
    with alone():
        for name in sys.argv[1:]:
            build(name)


if __name__ == "__main__":
    main()
