"""Gives the files of the repository as git sees them: kept, or new and not ignored."""

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file of the working tree that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = sorted(ROOT / name for name in set(listed.stdout.split("\0")) if name)
    return tuple(path for path in paths if path.is_file())


@functools.cache
def text(path: Path) -> str:
    """The text of a file; empty for what is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def named(path: Path) -> str:
    """A file as a person names it."""
    return path.relative_to(ROOT).as_posix()
