"""Turns a bare Python 3.11 into `.venv` with everything that Threadline needs to run and be tested.

Runs on the machine's own Python with nothing installed, so only the standard library is imported
and the syntax is old enough for a Python that is too old to be told so. Says what it does in short
lines, does nothing twice, and where it cannot go on it names the command to run.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the very check that tells
    sys.exit(
        f"threadline needs Python 3.11 or newer; this is {sys.version_info[0]}.{sys.version_info[1]} ({sys.executable}).\n"
        "Name another one: make setup PYTHON=python3.12"
    )

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
BOOTSTRAP_LOCK = ROOT / "requirements" / "bootstrap.txt"
DEVELOPMENT_LOCK = ROOT / "requirements" / "dev.txt"
OLDEST_LOCK = ROOT / "requirements" / "oldest.txt"
# Importable from their sources; the server depends on the SDK.
MEMBERS = ("sdk/python", "server")

# An environment stays good while the second number of its Python and the place of that one stay.
INTERPRETER = f"{sys.version_info[0]}.{sys.version_info[1]} {sys.base_prefix}"


def say(line: str) -> None:
    """Print one line of progress at once, also into a pipe."""
    print("==> " + line, flush=True)


def stop(line: str) -> NoReturn:
    """End with a reason and the command that helps."""
    sys.exit("threadline: " + line)


def run(command: list[str], environment: Mapping[str, str] | None = None) -> None:
    """Run a command quietly; where it fails show what it said and stop."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=None if environment is None else dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        stop("this command failed with status {}: {}".format(done.returncode, " ".join(command)))


def digest(*parts: str | Path) -> str:
    """Hash texts and the contents of files into a stamp."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    """Tell whether a step was finished for these very inputs."""
    return stamp.is_file() and stamp.read_text() == value


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the only right to change the environments: two `make` at once take turns."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up in this folder")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def require_venv_module() -> None:
    """Make sure `python3 -m venv` can install pip: Debian keeps that in a package of its own."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    # Debian names the package after the program: python3-venv, python3.12-venv.
    package = Path(sys.executable).name + "-venv"
    command = f"apt-get update && apt-get install -y {package}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        stop(
            "this Python cannot make virtual environments (no ensurepip). Run this, then again:\n"
            f"  sudo sh -c '{command}'"
        )
    say(f"installing {package}, which this Python lacks")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], quiet)
    # That may have brought a newer Python: go on as that one.
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - ourselves


def ensure_uv() -> Path:
    """Install uv from its hashed lock into an environment of its own; give its executable."""
    home = TOOLS / "uv"
    uv = home / "bin" / "uv"
    stamp = home / "stamp"
    wanted = digest(BOOTSTRAP_LOCK, INTERPRETER, str(home))
    if is_stamped(stamp, wanted) and uv.exists():
        return uv
    require_venv_module()
    say("installing uv into .tools/uv")
    shutil.rmtree(home, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(home)])
    python = str(home / "bin" / "python")
    install = ["install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run([python, "-m", "pip", *install, "--require-hashes", "-r", str(BOOTSTRAP_LOCK)])
    stamp.write_text(wanted)
    return uv


def uv_environment() -> dict[str, str]:
    """Tell uv of a package mirror that this machine has set for pip, since uv does not look."""
    environment = {**os.environ, "UV_NO_PROGRESS": "1", "UV_PYTHON_DOWNLOADS": "never"}
    environment.pop("VIRTUAL_ENV", None)
    if "UV_DEFAULT_INDEX" in environment or "UV_INDEX_URL" in environment:
        return environment
    index = os.environ.get("PIP_INDEX_URL")
    if not index:
        asked = subprocess.run(
            [
                str(TOOLS / "uv" / "bin" / "python"),
                "-m",
                "pip",
                "config",
                "get",
                "global.index-url",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        index = asked.stdout.strip() if asked.returncode == 0 else ""
    if index:
        environment["UV_DEFAULT_INDEX"] = index
    return environment


def ensure_environment() -> None:
    """Bring `.venv` to exactly what the lock says, with our packages importable from their sources."""
    stamp = VENV / "threadline-stamp"
    declared = [ROOT / member / "pyproject.toml" for member in MEMBERS]
    wanted = digest(DEVELOPMENT_LOCK, *declared, Path(__file__), INTERPRETER, str(VENV))
    python = VENV / "bin" / "python"
    if is_stamped(stamp, wanted) and python.exists():
        return
    uv = str(ensure_uv())
    environment = uv_environment()
    say("filling .venv from requirements/dev.txt")
    if not python.exists() or not stamp.exists():
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)], environment)
    stamp.unlink(missing_ok=True)
    into = ["--quiet", "--python", str(python)]
    run([uv, "pip", "sync", *into, "--require-hashes", str(DEVELOPMENT_LOCK)], environment)
    without_network = ["--no-deps", "--no-build-isolation", "--no-index"]
    editable = [part for member in MEMBERS for part in ("--editable", member)]
    run([uv, "pip", "install", *into, *without_network, *editable], environment)
    stamp.write_text(wanted)


def ensure_oldest() -> None:
    """Fill `.tools/oldest` with the least of everything that the SDK says it works with."""
    home = TOOLS / "oldest"
    python = home / "bin" / "python"
    stamp = home / "threadline-stamp"
    wanted = digest(OLDEST_LOCK, Path(__file__), INTERPRETER, str(home))
    if is_stamped(stamp, wanted) and python.exists():
        return
    uv = str(ensure_uv())
    environment = uv_environment()
    say("filling .tools/oldest from requirements/oldest.txt")
    run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)], environment)
    into = ["--quiet", "--python", str(python)]
    run([uv, "pip", "sync", *into, "--require-hashes", str(OLDEST_LOCK)], environment)
    # The SDK itself from its sources, also for programs that tests start with an empty environment.
    packages = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (packages / "threadline.pth").write_text(f"{ROOT / 'sdk' / 'python' / 'src'}\n")
    stamp.write_text(wanted)


def ensure_hooks() -> None:
    """Let git run the hooks of this repository, unless the clone has others already."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        return
    asked = subprocess.run(
        ["git", "config", "core.hooksPath"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not asked.stdout.strip():
        run(["git", "config", "core.hooksPath", ".githooks"])


def main() -> None:
    """Prepare the environment and the hooks; `--uv` prints where uv is, `--oldest` fills that one."""
    with alone():
        if sys.argv[1:] == ["--uv"]:
            print(ensure_uv())
        elif sys.argv[1:] == ["--oldest"]:
            ensure_oldest()
        else:
            ensure_environment()
            ensure_hooks()


if __name__ == "__main__":
    main()
