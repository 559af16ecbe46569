"""Runs the programs of examples/ as programs, with Threadline's SDKs or with the official ones."""

import shutil
import subprocess
from pathlib import Path

from started_server import ROOT

PYTHON = ROOT / ".tools" / "clients" / "python" / "bin" / "python"
NODE = ROOT / ".tools" / "node" / "bin" / "node"
EXAMPLES = ROOT / "examples"
AWKWARD = "shop/42 é🚀 ?q=1&r=#top"
"""A session id that has to survive a URL: slash, space, emoji, `?`, `&`, `=` and `#`."""

PROGRAMS: list[list[str]] = [
    ["python/chatbot.py", "conversation-1"],
    ["python/chatbot.py", AWKWARD, "Does this id work?"],
    ["python/chatbot_openai.py", "conversation-openai"],
    ["python/opentelemetry_sdk.py", "weather"],
    ["typescript/setTraceSessionId.ts"],
    ["typescript/observeSessionId.ts", "session456"],
    ["typescript/observeSessionId.ts", AWKWARD],
    ["typescript/openai.ts", "weather-chat"],
    ["typescript/checkout.ts", "user-1"],
    ["typescript/checkoutSteps.ts", "user-2"],
    ["typescript/checkoutSteps.ts", "user-broke", "expired"],
    ["typescript/checkoutTraces.ts", "user-3"],
]
"""Every program with its arguments, in no order that matters."""

IMPORTS = {
    ".py": ("from threadline import", "from lmnr import"),
    ".ts": ('from "threadline"', 'from "@lmnr-ai/lmnr"'),
}
"""The one line of a program that names its SDK: ours, and the official one."""


def official_examples(folder: Path) -> Path:
    """Copy the programs with nothing but the import changed to the official SDK's."""
    for language in ("python", "typescript"):
        (folder / language).mkdir(parents=True)
        for program in (EXAMPLES / language).iterdir():
            if program.suffix in IMPORTS:
                text = program.read_text().replace(*IMPORTS[program.suffix])
                (folder / language / program.name).write_text(text)
    shutil.copy(EXAMPLES / "typescript" / "package.json", folder / "typescript")
    (folder / "typescript" / "node_modules").symlink_to(EXAMPLES / "typescript" / "node_modules")
    return folder


def run_program(program: list[str], environment: dict[str, str], folder: Path = EXAMPLES) -> str:
    """Run one program of examples/, or of a copy, to its end; give what it printed."""
    path, *arguments = program
    interpreter = PYTHON if path.startswith("python/") else NODE
    done = subprocess.run(
        [str(interpreter), str(folder / path), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{program} ended with {done.returncode}: {done.stderr}"
    return done.stdout


def run_snippet(language: str, text: str, environment: dict[str, str]) -> None:
    """Run a snippet of the guide as if a user had pasted it where the packages are installed."""
    if language == "python":
        command, folder = [str(PYTHON), "-c", text], EXAMPLES / "python"
    else:
        command = [str(NODE), "--input-type=module-typescript", "--eval", text]
        folder = EXAMPLES / "typescript"
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
