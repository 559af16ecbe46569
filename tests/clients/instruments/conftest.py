"""Gives a server to which the conversations of one environment have been sent."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from expected import EXPECTED
from fake_models import fake_models, settings
from started_server import ROOT, StartedServer, plain_environment, started_server

HERE = Path(__file__).parent


def run(environment: str, name: str, session_id: str, variables: dict[str, str]) -> str:
    """Run one conversation to its end; give what it said on stderr."""
    python = ROOT / ".tools" / "clients" / environment / "bin" / "python"
    done = subprocess.run(
        [str(python), str(HERE / "conversations" / f"{name}.py"), session_id],
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{name} ended with {done.returncode}: {done.stderr}"
    return done.stderr


Held = tuple[StartedServer, dict[str, str]]


@pytest.fixture(scope="module")
def held_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Held]]:
    """Hold the conversations of an environment, each with contents and without; give the server,
    and what each said with them.
    """
    with ExitStack() as stack:

        @cache
        def held(environment: str) -> Held:
            subprocess.run([sys.executable, str(HERE / "setup.py"), environment], check=True)
            folder = tmp_path_factory.mktemp(environment)
            server = stack.enter_context(started_server(folder))
            url = stack.enter_context(fake_models())
            variables = {**plain_environment(), **settings(url), "LMNR_BASE_URL": server.url}
            mute = {**variables, "LMNR_TRACE_CONTENT": "false"}
            names = list(EXPECTED[environment])
            with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
                said = {
                    name: pool.submit(run, environment, name, name, variables) for name in names
                }
                muted = [
                    pool.submit(run, environment, name, f"{name} muted", mute) for name in names
                ]
            for each in muted:
                each.result()
            return server, {name: each.result() for name, each in said.items()}

        yield held


@pytest.fixture
def server(environment: str, held_in: Callable[[str], Held]) -> StartedServer:
    """A server that every conversation of the test's environment has sent to."""
    return held_in(environment)[0]


@pytest.fixture
def said(environment: str, name: str, held_in: Callable[[str], Held]) -> str:
    """What the test's conversation said on stderr."""
    return held_in(environment)[1][name]
