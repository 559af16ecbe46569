"""A turn that several processes in two languages answer is one trace in one session."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from programs import EXAMPLES, NODE, PYTHON, run_program
from started_server import StartedServer, free_port, plain_environment, started_server, until

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients")]


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, official_packages: None
) -> Iterator[StartedServer]:
    """A server of this module's own."""
    with started_server(tmp_path_factory.mktemp("distributed")) as started:
        yield started


@pytest.fixture(scope="module")
def environment(server: StartedServer) -> dict[str, str]:
    """What tells the programs where the server is."""
    return {**plain_environment(), **server.client_environment("http")}


@contextmanager
def listening(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    """Run a service until the block ends, from when it says that it listens."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "listening\n"
            yield
        finally:
            process.terminate()


def chain(server: StartedServer, session_id: str, span_count: int) -> list[dict]:
    """Wait for the one trace of a session and give its spans, each the parent of the next."""

    def whole() -> list[dict] | None:
        items = server.get("/traces", session_id=session_id)["items"]
        found = [trace for trace in items if trace["span_count"] == span_count]
        return items if found else None

    (trace,) = until(whole, f"{span_count} spans in session {session_id!r}")
    spans = server.get(f"/traces/{trace['trace_id']}")["spans"]
    parents = [None, *(span["span_id"] for span in spans[:-1])]
    assert [span["parent_span_id"] for span in spans] == parents
    return spans


def test_python_asks_typescript_asks_python_in_one_session(server, environment):
    middle, back = free_port(), free_port()
    back_program = [str(PYTHON), str(EXAMPLES / "python" / "distributed_back.py"), str(back)]
    middle_program = [str(NODE), str(EXAMPLES / "typescript" / "distributedMiddle.ts"), str(middle)]
    with (
        listening(back_program, environment),
        listening([*middle_program, f"http://127.0.0.1:{back}"], environment),
    ):
        url = f"http://127.0.0.1:{middle}"
        printed = run_program(
            ["python/distributed_front.py", url, "far/1 é", "zoë; =,%"], environment
        )
        assert "A-17" in printed
        spans = chain(server, "far/1 é", 3)
    assert [span["name"] for span in spans] == ["handle_turn", "plan", "look_up_order"]
    assert [span["type"] for span in spans] == ["span", "span", "tool"]
    session = server.get("/session", session_id="far/1 é")
    assert session["user_ids"] == ["zoë; =,%"]
    assert session["metadata"] == {"entrance": "front"}
    (trace,) = server.get("/traces", session_id="far/1 é")["items"]
    assert "A-17" in trace["output"]
    whole = server.get(f"/traces/{trace['trace_id']}")
    assert whole["provenance"]["key"] == "session.id"
    assert whole["provenance"]["conflict"] is False


def test_work_from_a_queue_is_done_in_the_trace_that_asked_for_it(server, environment):
    run_program(["python/worker_queue.py", "queue-7"], environment)
    asked, done = chain(server, "queue-7", 2)
    assert (asked["name"], done["name"]) == ("handle_turn", "summarize")
    whole = server.get(
        f"/traces/{server.get('/traces', session_id='queue-7')['items'][0]['trace_id']}"
    )
    work = server.get(f"/traces/{whole['trace_id']}/spans/{done['span_id']}")
    assert work["input"] == "A session groups traces. Each turn is one."
    assert work["output"] == "A session groups traces"
