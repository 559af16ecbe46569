"""Brings a folder's `node_modules` to what its package-lock.json says, once for each lock and Node.

`python tools/npm.py web sdk/typescript` installs for both where something changed, and does nothing
where nothing did.
"""

import subprocess
import sys
from pathlib import Path

from bootstrap import ROOT, alone, digest, is_stamped, say, stop
from node import BIN, node_environment, wheel_home


def run_in(folder: Path, program: str, *arguments: str) -> None:
    """Run node or npm in a folder; where it fails show what it said and stop."""
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=folder,
        env=node_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        place = folder.relative_to(ROOT)
        stop(f"in {place}/ this failed with status {done.returncode}: {program} {arguments[0]}")


def install(folder: Path) -> None:
    """Install what the folder's lock says, checked against its hashes."""
    stamp = folder / "node_modules" / ".threadline-stamp"
    wanted = digest(folder / "package-lock.json", folder / "package.json", str(wheel_home()))
    if is_stamped(stamp, wanted):
        return
    say(f"installing the npm packages of {folder.relative_to(ROOT)}")
    # npm ci does not always delete the folder itself; what is left of it must not look finished.
    stamp.unlink(missing_ok=True)
    run_in(folder, "npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
    stamp.write_text(wanted)


def main() -> None:
    """Install for each folder that is named."""
    if not sys.argv[1:]:
        sys.exit("usage: tools/npm.py FOLDER ...")
    with alone():
        for name in sys.argv[1:]:
            install(ROOT / name)


if __name__ == "__main__":
    main()
