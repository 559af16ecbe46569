"""Turns locks into environments that hold the packages Threadline traces, with Threadline itself.

`python tests/clients/instruments/setup.py [light|heavy|exporters|others]` installs what is missing and
does nothing twice. `--lock` takes the newest versions that install together and writes the lock again.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from bootstrap import (  # noqa: E402 - tools/ is no package
    TOOLS,
    alone,
    digest,
    ensure_uv,
    is_stamped,
    run,
    say,
    uv_environment,
)

SDK = ROOT / "sdk" / "python"
EXTRAS: dict[str, tuple[str, ...]] = {
    "light": (
        "anthropic",
        "langchain",
        "langgraph",
        "mcp",
        "openai",
        "openai-agents",
        "pydantic-ai",
    ),
    "heavy": (
        *("agno", "bedrock", "cohere", "crewai", "dspy", "google-genai", "groq"),
        *("haystack", "litellm", "llama-index", "mistral", "ollama", "smolagents", "together"),
        "openai",  # what most of the frameworks among them call
    ),
    "exporters": (),  # packages that send to Threadline by themselves
    "others": (),  # packages of which there are captures, and that no other environment holds
}
"""The extras of the SDK that each environment has."""


def home_of(name: str) -> Path:
    """Give the folder of an environment."""
    return TOOLS / "clients" / name


def lock(name: str) -> None:
    """Compile a lock anew from the newest versions that install."""
    say(f"compiling tests/clients/instruments/{name}.txt")
    fixed = ["--python-version", "3.11", "--generate-hashes", "--upgrade", "--quiet"]
    # On Python 3.15 CrewAI and LiteLLM want different releases of pydantic, so no lock fits all.
    if name != "heavy":
        fixed.append("--universal")
    silent = ["--no-emit-index-url", "--no-annotate"]
    command = f"python tests/clients/instruments/setup.py {name} --lock"
    extras = [part for extra in EXTRAS[name] for part in ("--extra", extra)]
    run(
        [
            *[str(ensure_uv()), "pip", "compile", *fixed, *silent, *extras],
            *["--custom-compile-command", command, "--output-file", str(HERE / f"{name}.txt")],
            *[str(HERE / f"{name}.in"), str(SDK / "pyproject.toml")],
        ],
        uv_environment(),
    )


def ensure(name: str) -> Path:
    """Install the packages of an environment at the locked versions; give its interpreter."""
    home = home_of(name)
    python = home / "bin" / "python"
    stamp = home / "threadline-stamp"
    locked = HERE / f"{name}.txt"
    wanted = digest(locked, SDK / "pyproject.toml", sys.version, str(home))
    if is_stamped(stamp, wanted) and python.exists():
        return python
    uv = str(ensure_uv())
    environment = uv_environment()
    say(f"installing what is traced into .tools/clients/{name}")
    run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)], environment)
    into = ["--quiet", "--python", str(python)]
    run([uv, "pip", "sync", *into, "--require-hashes", str(locked)], environment)
    without_network = ["--no-deps", "--no-build-isolation", "--no-index"]
    run([uv, "pip", "install", *into, *without_network, "--editable", str(SDK)], environment)
    stamp.write_text(wanted)
    return python


def main() -> None:
    """Prepare one environment, one set-up at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", choices=EXTRAS, default="light")
    parser.add_argument("--lock", action="store_true", help="compile the lock anew first")
    wanted = parser.parse_args()
    with alone():
        if wanted.lock:
            lock(wanted.name)
        ensure(wanted.name)


if __name__ == "__main__":
    main()
