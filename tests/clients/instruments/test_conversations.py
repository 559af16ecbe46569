"""Programs that use the packages Threadline traces show up as sessions, each call once."""

import json

import pytest
from expected import EXPECTED, Session
from fake_models import INPUT_TOKENS, OUTPUT_TOKENS
from outline import outline, traces_of
from started_server import StartedServer, until

MARKS = {
    "light": [pytest.mark.clients],
    # The first test holds all conversations, and some packages take long to import.
    "heavy": [pytest.mark.heavy, pytest.mark.timeout(1500)],
}
CONVERSATIONS = [
    pytest.param(environment, name, session, marks=MARKS[environment], id=name)
    for environment, sessions in EXPECTED.items()
    for name, session in sessions.items()
]
each_conversation = pytest.mark.parametrize(("environment", "name", "session"), CONVERSATIONS)
SAID = ("Weather?", "tomorrow", "Tell it", "Hello", "Echo", "Be brief", "Paris", "18 °C")
"""What is said in the conversations, by either side and by tools."""

pytestmark = pytest.mark.xdist_group("instruments")


def whole(server: StartedServer, name: str, session: Session):
    """The session, once all its spans have arrived; several processes may send them."""
    expected = sum(len(lines) for lines in session.outlines)
    return until(
        lambda: (found := server.session_with(name, 2))["span_count"] >= expected and found,
        f"{expected} spans of {name}",
    )


@each_conversation
def test_two_turns_are_two_traces_of_one_session_with_every_span_in_its_place(
    server, name, session
):
    assert whole(server, name, session)["trace_count"] == 2
    assert [outline(trace) for trace in traces_of(server, name)] == session.outlines


@each_conversation
def test_tokens_are_those_of_the_calls_each_counted_once(server, name, session):
    found = whole(server, name, session)
    assert found["input_tokens"] == session.calls * INPUT_TOKENS
    assert found["output_tokens"] == session.calls * OUTPUT_TOKENS
    assert bool(found["models"]) == bool(session.calls)
    assert found["error_count"] == session.errors


@each_conversation
def test_a_call_that_reports_tokens_shows_its_model_and_what_was_asked_and_answered(
    server, name, session
):
    whole(server, name, session)
    calls = [
        span
        for trace in traces_of(server, name)
        for span in trace
        if span["type"] == "llm" and span["input_tokens"]
    ]
    assert len(calls) >= session.calls
    for call in calls:
        assert (call["input_tokens"], call["output_tokens"]) == (INPUT_TOKENS, OUTPUT_TOKENS)
        assert call["model"]
        if call["name"] not in session.silent:
            assert call["messages"]["input"], call["name"]
            assert call["messages"]["output"], call["name"]


@each_conversation
def test_a_tool_is_named_and_shows_what_it_was_given_and_gave(server, name, session):
    whole(server, name, session)
    tools = [span for trace in traces_of(server, name) for span in trace if span["type"] == "tool"]
    for tool in tools:
        assert "get_weather" in tool["tool_name"]
        if tool["name"] not in session.silent:
            assert "Paris" in str(tool["input"])
            assert "18 °C in Paris" in str(tool["output"])


@each_conversation
def test_without_contents_the_calls_are_there_and_nothing_that_was_said(server, name, session):
    whole(server, f"{name} muted", session)
    traces = traces_of(server, f"{name} muted")
    assert [outline(trace) for trace in traces] == session.outlines
    for span in (span for trace in traces for span in trace):
        assert (span["input"], span["output"]) == (None, None)
        found = [said for said in SAID if said in json.dumps(span, ensure_ascii=False)]
        assert found == [], f"{span['name']} holds {found}"


@each_conversation
def test_a_program_hears_nothing_of_threadline(name, session, said):
    assert "not traced" not in said
    assert "threadline" not in said.lower().replace("threadline/tests", "")
    assert "Traceback" not in said
