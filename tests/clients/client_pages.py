"""Turns the pages of docs/clients into programs, and runs them in the environments they name."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from programs import NODE
from started_server import ROOT, StartedServer, plain_environment

FOLDER = ROOT / "docs" / "clients"
PRINTED_URL = "http://localhost:8000"
WHERE = re.compile(r"^<!-- runs in ([a-z]+) -->$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXPORT = re.compile(r"^export (\w+)=(\S+)", re.MULTILINE)
ENVIRONMENTS = {"official": "python"}
"""Environments whose folder in .tools/clients has another name."""
NPM_FOLDERS = {"aisdk": ROOT / "tests" / "clients" / "ai_sdk"}
"""Environments of Node, by the folder whose lock they install."""


@dataclass(frozen=True, slots=True)
class ClientPage:
    """One page: a program in Python or TypeScript, where it runs, and the variables it sets."""

    name: str
    environment: str
    program: str
    variables: dict[str, str]

    @property
    def session_id(self) -> str:
        """The session of two turns that the program makes."""
        return self.name


def client_page(path: Path) -> ClientPage:
    """Read a page: its blocks of code are one program, its shell's exports its variables."""
    text = path.read_text()
    (where,) = WHERE.findall(text)
    blocks = BLOCK.findall(text)
    program = "\n".join(block for language, block in blocks if language in ("python", "ts"))
    shell = "\n".join(block for language, block in blocks if language == "sh")
    return ClientPage(path.stem, where, program, dict(EXPORT.findall(shell)))


PAGES = {
    path.stem: client_page(path) for path in sorted(FOLDER.glob("*.md")) if path.stem != "README"
}


def prepare(environment: str) -> Path:
    """Install an environment; give its interpreter."""
    if environment in NPM_FOLDERS:
        install = [sys.executable, str(ROOT / "tools" / "npm.py"), str(NPM_FOLDERS[environment])]
        subprocess.run(install, check=True)
        return NODE
    setup = ROOT / "tests" / "clients" / ("" if environment == "official" else "instruments")
    chosen = [] if environment == "official" else [environment]
    subprocess.run([sys.executable, str(setup / "setup.py"), *chosen], check=True)
    folder = ROOT / ".tools" / "clients" / ENVIRONMENTS.get(environment, environment)
    return folder / "bin" / "python"


def run_pages(
    pages: list[ClientPage], server: StartedServer, providers: dict[str, str], folder: Path
) -> dict[str, str]:
    """Run programs of one environment against a server; give what each said on stderr.

    `providers` are the variables by which the packages find the models.
    """
    interpreter = prepare(pages[0].environment)
    # Logfire's SDK sends nothing from within pytest.
    plain = {
        key: value for key, value in plain_environment().items() if not key.startswith("PYTEST_")
    }

    def run(page: ClientPage) -> str:
        printed = {"http_port=8000": f"http_port={server.port}", PRINTED_URL: server.url}
        printed["grpc_port=8001"] = f"grpc_port={server.grpc_port}"
        program, variables = page.program, dict(page.variables)
        for old, new in printed.items():
            program = program.replace(old, new)
            variables = {key: value.replace(old, new) for key, value in variables.items()}
        place = NPM_FOLDERS.get(page.environment)
        if place:
            # As if it stood where its packages are, where Node looks for them.
            command = ["--input-type=module-typescript", "--eval", program]
        else:
            file = folder / f"{page.name.replace('-', '_')}_page.py"
            file.write_text(program)
            command = [str(file)]
        done = subprocess.run(
            [str(interpreter), *command],
            env={**plain, **providers, **variables},
            cwd=place or folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, f"{page.name} ended with {done.returncode}: {done.stderr}"
        return done.stderr

    with ThreadPoolExecutor(max_workers=2) as pool:
        said = list(pool.map(run, pages))
    return {page.name: each for page, each in zip(pages, said, strict=True)}
