"""Gives a server that the programs of examples/ have sent to, once over each transport."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fake_openai import fake_openai
from programs import PROGRAMS, run_program
from started_server import StartedServer, plain_environment, started_server


@pytest.fixture(scope="module", params=["grpc", "http"])
def server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    official_packages: None,
) -> Iterator[StartedServer]:
    """A server that every program has sent to, over one transport."""
    with started_server(tmp_path_factory.mktemp(request.param)) as started, fake_openai() as url:
        environment = {
            **plain_environment(),
            **started.client_environment(request.param),
            "OPENAI_BASE_URL": url,
            "OPENAI_API_KEY": "no-secret",
        }
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            list(pool.map(lambda program: run_program(program, environment), PROGRAMS))
        yield started
