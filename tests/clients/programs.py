"""Runs the programs of examples/ as programs, with the official packages that setup.py installed."""

import subprocess

from started_server import ROOT

PYTHON = ROOT / ".tools" / "clients" / "python" / "bin" / "python"
NODE = ROOT / ".tools" / "node" / "bin" / "node"
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


def run_program(program: list[str], environment: dict[str, str]) -> str:
    """Run one program of examples/ to its end; give what it printed."""
    path, *arguments = program
    interpreter = PYTHON if path.startswith("python/") else NODE
    done = subprocess.run(
        [str(interpreter), str(ROOT / "examples" / path), *arguments],
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
        command, folder = [str(PYTHON), "-c", text], ROOT / "examples" / "python"
    else:
        command = [str(NODE), "--input-type=module-typescript", "--eval", text]
        folder = ROOT / "examples" / "typescript"
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
