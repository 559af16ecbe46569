"""Log lines: JSON for programs, quoted for people, and never with local variables."""

import json
import logging
import sys

import pytest
import structlog

from threadline_server.cli.logs import configure_logs

KEY = "secret-key"


def fail(authorization):
    raise RuntimeError(f"failed with {len(authorization)}")


@pytest.fixture(autouse=True)
def as_before():
    root = logging.getLogger()
    handlers, level, configuration = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configuration)


@pytest.fixture
def lines(capsys, monkeypatch):
    """Configures the log for a terminal or not, logs one failure, and gives what was written."""

    def write(*, terminal, path="/x"):
        monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
        configure_logs()
        try:
            fail(KEY)
        except RuntimeError:
            structlog.get_logger("threadline").exception("a request failed", path=path)
        return capsys.readouterr().err

    return write


def test_elsewhere_than_on_a_terminal_a_line_is_json(lines):
    (line,) = lines(terminal=False).splitlines()
    document = json.loads(line)
    assert (document["event"], document["path"], document["level"]) == (
        "a request failed",
        "/x",
        "error",
    )
    assert "RuntimeError: failed with 10" in document["exception"]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_traceback_shows_no_local_variables(lines, terminal):
    written = lines(terminal=terminal)
    assert "RuntimeError" in written
    assert KEY not in written


def test_control_sequences_of_a_path_do_not_reach_the_terminal(lines):
    assert "\x1b]0;" not in lines(terminal=True, path="/\x1b]0;title")


def test_records_of_libraries_join(lines, capsys):
    lines(terminal=False)
    logging.getLogger("uvicorn.error").warning("from a library")
    assert json.loads(capsys.readouterr().err)["event"] == "from a library"
