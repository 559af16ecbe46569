"""Turns `web/` into the built page that the server carries, without touching what is up to date.

The page goes into `server/src/threadline_server/show/webui`. A hash of its sources is remembered and
nothing done while that stands, so a second `make serve` needs neither time nor network.
"""

from collections.abc import Iterator
from pathlib import Path

from bootstrap import ROOT, alone, digest, is_stamped, say, stop
from npm import install, run_in

WEB = ROOT / "web"
WEBUI = ROOT / "server" / "src" / "threadline_server" / "show" / "webui"
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}


def sources() -> Iterator[Path]:
    """Give the files that the built page depends on, in a fixed order; tests are not among them."""
    pending = [WEB]
    while pending:
        folder = pending.pop()
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.name not in NOT_SOURCES:
                pending.append(path)
            elif path.is_file() and ".test." not in path.name and path.suffix != ".tsbuildinfo":
                yield path


def build() -> None:
    """Build the page with Vite into the server's package."""
    stamp = ROOT / ".tools" / "web-stamp"
    files = list(sources())
    names = [path.relative_to(WEB).as_posix() for path in files]
    wanted = digest(*names, *files)
    if is_stamped(stamp, wanted) and (WEBUI / "index.html").is_file():
        return
    install(WEB)
    say("building the page")
    stamp.unlink(missing_ok=True)
    run_in(WEB, "npm", "run", "build")
    if not (WEBUI / "index.html").is_file():
        stop(f"the build left no index.html in {WEBUI.relative_to(ROOT)}")
    stamp.write_text(wanted)


def main() -> None:
    """Build the page unless it stands."""
    with alone():
        build()


if __name__ == "__main__":
    main()
