"""Turns `web/` into the built page that the server carries, without touching what is up to date.

`install` brings `web/node_modules` to what the lock says; `build` does that and builds the page into
`server/src/threadline_server/show/webui`. Each remembers a hash of its inputs and does nothing while
that stands, so a second `make serve` needs neither time nor network.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bootstrap import alone, digest, is_stamped, say, stop
from node import BIN, node_environment, wheel_home

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
MODULES = WEB / "node_modules"
WEBUI = ROOT / "server" / "src" / "threadline_server" / "show" / "webui"
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results"}


def run_in_web(program: str, *arguments: str) -> None:
    """Run node or npm in `web/`; where it fails show what it said and stop."""
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=WEB,
        env=node_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        stop(f"in web/ this failed with status {done.returncode}: {program} {' '.join(arguments)}")


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


def install() -> None:
    """Install what `web/package-lock.json` says, checked against its hashes."""
    stamp = MODULES / ".threadline-stamp"
    wanted = digest(WEB / "package-lock.json", WEB / "package.json", str(wheel_home()))
    if is_stamped(stamp, wanted):
        return
    say("installing the page's packages (npm ci)")
    run_in_web("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
    stamp.write_text(wanted)


def build() -> None:
    """Build the page with Vite into the server's package."""
    stamp = ROOT / ".tools" / "web-stamp"
    files = list(sources())
    names = [path.relative_to(WEB).as_posix() for path in files]
    wanted = digest(*names, *files)
    if is_stamped(stamp, wanted) and (WEBUI / "index.html").is_file():
        return
    install()
    say("building the page")
    stamp.unlink(missing_ok=True)
    run_in_web("npm", "run", "build")
    if not (WEBUI / "index.html").is_file():
        stop(f"the build left no index.html in {WEBUI.relative_to(ROOT)}")
    stamp.write_text(wanted)


def main() -> None:
    """Do one of the two steps."""
    steps = {"install": install, "build": build}
    if sys.argv[1:] not in [[name] for name in steps]:
        sys.exit("usage: tools/web.py install|build")
    with alone():
        steps[sys.argv[1]]()


if __name__ == "__main__":
    main()
