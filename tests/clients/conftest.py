"""Gives a server that the programs of examples/ have sent to: with our SDKs, with the official ones."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fake_openai import fake_openai
from programs import EXAMPLES, PROGRAMS, official_examples, run_program
from started_server import StartedServer, plain_environment, started_server


@pytest.fixture(scope="module", params=["threadline", "official-grpc", "official-http"])
def sent_by(request: pytest.FixtureRequest) -> str:
    """Whose SDKs send, and how."""
    return str(request.param)


@pytest.fixture(scope="module")
def server(
    sent_by: str, tmp_path_factory: pytest.TempPathFactory, official_packages: None
) -> Iterator[StartedServer]:
    """A server that every program has sent to, with one family of SDKs over one transport."""
    transport = "grpc" if sent_by.endswith("grpc") else "http"
    folder: Path = EXAMPLES
    if sent_by.startswith("official"):
        folder = official_examples(tmp_path_factory.mktemp("examples") / "examples")
    with started_server(tmp_path_factory.mktemp(sent_by)) as started, fake_openai() as url:
        environment = {
            **plain_environment(),
            **started.client_environment(transport),
            "OPENAI_BASE_URL": url,
            "OPENAI_API_KEY": "no-secret",
        }
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            list(pool.map(lambda program: run_program(program, environment, folder), PROGRAMS))
        yield started
