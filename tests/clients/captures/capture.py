"""Runs the programs of conformance/otlp against fakes of the models and writes down what they send.

`python tests/clients/captures/capture.py [CLIENT ...]` makes these captures anew, without a name
all that have a program; `make captures` does the same. `expect.json` is not touched: it says what
the conversation was.

A program begins with two comments: `# runs in ENVIRONMENT`, which is a lock of
tests/clients/instruments, or `node`, and `# packages: NAME ...`, those whose versions are recorded.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [
    str(ROOT / "tests"),
    *(str(ROOT / "tests" / "clients" / at) for at in ("", "instruments")),
]

from fake_models import fake_models, settings  # noqa: E402 - tests/ is no package
from recorder import as_files, recorder  # noqa: E402 - as above
from started_server import plain_environment  # noqa: E402 - as above

CAPTURES = ROOT / "conformance" / "otlp"
NODE_HOME = Path(__file__).with_name("node")
CONVERSATIONS = Path(__file__).with_name("conversations")
HEAD = re.compile(r"^(?:#|//) runs in (\w+)\n(?:#|//) packages: (.+)$", re.MULTILINE)
ELSEWHERE = b"/somewhere"
"""What stands in place of a folder of this machine in what is recorded, filled up to its length."""


def program_of(client: str) -> Path | None:
    """Give the program that makes a capture; None where it was given."""
    return next(iter(sorted((CAPTURES / client).glob("program.*"))), None)


def head_of(program: Path) -> tuple[str, list[str]]:
    """Give where a program runs, and the packages whose versions are recorded."""
    found = HEAD.search(program.read_text())
    assert found, f"{program} does not say where it runs and of which packages it is"
    return found[1], found[2].split()


def command(environment: str, program: Path) -> tuple[list[str], Path]:
    """Install an environment; give what runs a program in it, and where."""
    if environment == "node":
        folder = str(NODE_HOME.relative_to(ROOT))
        subprocess.run([sys.executable, str(ROOT / "tools" / "npm.py"), folder], check=True)
        # As if it stood where its packages are, where Node looks for them.
        text = program.read_text()
        node = str(ROOT / ".tools" / "node" / "bin" / "node")
        return [node, "--input-type=module-typescript", "--eval", text], NODE_HOME
    setup = ROOT / "tests" / "clients" / "instruments" / "setup.py"
    subprocess.run([sys.executable, str(setup), environment], check=True)
    python = ROOT / ".tools" / "clients" / environment / "bin" / "python"
    return [str(python), str(program)], program.parent


def versions(environment: str, packages: list[str]) -> dict[str, str]:
    """Give the versions of packages as they are installed."""
    if environment == "node":
        places = {name: NODE_HOME / "node_modules" / name / "package.json" for name in packages}
        return {name: json.loads(place.read_text())["version"] for name, place in places.items()}
    python = ROOT / ".tools" / "clients" / environment / "bin" / "python"
    asked = "import importlib.metadata as m, sys, json; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    done = subprocess.run([str(python), "-c", asked, *packages], check=True, capture_output=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def neutral(content: bytes) -> bytes:
    """Put others of the same length in place of this machine's folders: lengths are in protobuf."""
    for folder in (ROOT, Path(sys.base_prefix), Path.home()):
        here = str(folder).encode()
        content = content.replace(here, ELSEWHERE[: len(here)].ljust(len(here), b"_"))
    return content


def capture(client: str) -> None:
    """Run one program and write its capture's requests anew."""
    program = program_of(client)
    assert program, f"conformance/otlp/{client} has no program"
    environment, packages = head_of(program)
    called, place = command(environment, program)
    with fake_models() as models, recorder() as recording:
        variables = {
            **plain_environment(),
            **settings(models),
            "OTEL_EXPORTER_OTLP_ENDPOINT": recording.url,
            "OTEL_SERVICE_NAME": client,
            "PYTHONPATH": str(CONVERSATIONS),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            called,
            env=variables,
            cwd=place,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    if done.returncode:
        sys.exit(f"{client} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    for old in [*program.parent.glob("*.bin"), *program.parent.glob("*.meta.json")]:
        old.unlink()
    found = versions(environment, packages)
    for request in recording.requests:
        request.meta["packages"] = found
    for name, content in as_files(recording).items():
        (program.parent / name).write_bytes(neutral(content))
    size = sum(len(request.body) for request in recording.requests)
    sys.stdout.write(f"{client}: {len(recording.requests)} requests, {size} bytes; {found}\n")


def main() -> None:
    """Make the captures that are named, or all that have a program."""
    parser = argparse.ArgumentParser(description=__doc__)
    all_clients = sorted(folder.name for folder in CAPTURES.iterdir() if program_of(folder.name))
    parser.add_argument("clients", nargs="*", metavar="CLIENT", help="folders of conformance/otlp")
    for client in parser.parse_args().clients or all_clients:
        capture(client)


if __name__ == "__main__":
    main()
