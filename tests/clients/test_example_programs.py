"""The guide's programs show up as they should, run with our SDKs and with the official ones on both transports."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from programs import AWKWARD

# One worker runs the programs of both transports, one after the other.
pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients")]


class Facts(NamedTuple):
    """What differs by whose SDKs sent."""

    session_key: str
    python_call: str
    typescript_call: str
    one_argument: Callable[[str], Any]
    """How a single argument that is a text is recorded."""


FACTS = {
    "threadline": Facts(
        "session.id",
        "ChatCompletion",
        "OpenAI Chat Completions",
        lambda text: text,
    ),
    "official": Facts(
        "lmnr.association.properties.session_id",
        "openai.chat",
        "chat gpt-4o-mini",
        lambda text: [text],
    ),
}


@pytest.fixture
def facts(sent_by: str) -> Facts:
    """What holds for the SDKs that sent."""
    return FACTS[sent_by.split("-", maxsplit=1)[0]]


def traces_of(server, session_id: str) -> list[dict[str, Any]]:
    return server.items("/traces", session_id=session_id, sort="start_time", limit=2)


def spans_of(server, trace: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The spans of a trace with their content, by name (a later one of a name takes its place)."""
    whole = server.get(f"/traces/{trace['trace_id']}")
    return {
        span["name"]: server.get(f"/traces/{trace['trace_id']}/spans/{span['span_id']}")
        for span in whole["spans"]
    }


def test_a_python_chatbots_turns_are_traces_of_one_session(server, facts):
    session = server.session_with("conversation-1", 3)
    assert session["trace_count"] == session["span_count"] == 3
    assert session["error_count"] == session["error_trace_count"] == 0
    assert "Hello" in session["first_input"]
    assert session["last_output"] == "You said: Goodbye"
    assert session["provenance"]["keys"] == {facts.session_key: 3}
    traces = traces_of(server, "conversation-1")
    assert [trace["name"] for trace in traces] == ["handle_turn"] * 3
    assert [trace["output"] for trace in traces] == [
        "You said: Hello",
        "You said: What is a session?",
        "You said: Goodbye",
    ]
    turn = spans_of(server, traces[0])["handle_turn"]
    assert turn["input"] == {"user_message": "Hello", "conversation_id": "conversation-1"}
    assert turn["output"] == "You said: Hello"
    assert turn["input_key"] == "lmnr.span.input"


def test_a_python_chatbots_model_calls_are_inside_their_turns(server, facts):
    session = server.session_with("conversation-openai", 2)
    assert session["span_count"] == 4
    assert (session["input_tokens"], session["output_tokens"]) == (22, 14)
    assert session["models"] == ["gpt-4o-mini-2024-07-18"]
    first, second = traces_of(server, "conversation-openai")
    assert (second["input_tokens"], second["output_tokens"], second["total_tokens"]) == (11, 7, 18)
    spans = spans_of(server, second)
    call, turn = spans[facts.python_call], spans["handle_turn"]
    assert call["parent_span_id"] == turn["span_id"]
    assert (call["type"], call["model"], call["provider"]) == (
        "llm",
        "gpt-4o-mini-2024-07-18",
        "openai",
    )
    said = [(message["role"], message["parts"]) for message in call["messages"]["input"]]
    assert said == [
        ("system", [{"type": "text", "text": "Be brief."}]),
        ("user", [{"type": "text", "text": "Hello"}]),
        ("assistant", [{"type": "text", "text": "Echo: Hello"}]),
        ("user", [{"type": "text", "text": "What is a session?"}]),
    ]
    answer = call["messages"]["output"]
    assert [message["role"] for message in answer] == ["assistant"]
    assert answer[0]["parts"] == [{"type": "text", "text": "Echo: What is a session?"}]
    # Nobody reported a cost, so it is computed from the model's prices.
    assert call["cost_source"] == "computed"
    assert call["total_cost"] == pytest.approx(11 * 0.15e-6 + 7 * 0.6e-6)
    assert session["total_cost"] == pytest.approx(2 * call["total_cost"])
    assert (first["unpriced_calls"], session["unpriced_calls"]) == (0, 0)


def test_the_plain_opentelemetry_sdk_names_its_session_by_an_attribute(server):
    session = server.session_with("weather", 1)
    assert (session["span_count"], session["user_ids"]) == (2, ["alice"])
    (trace,) = traces_of(server, "weather")
    spans = spans_of(server, trace)
    assert spans["invoke_agent weather"]["type"] == "agent"
    tool = spans["execute_tool get_weather"]
    assert (tool["type"], tool["tool_name"]) == ("tool", "get_weather")
    assert (tool["input"], tool["output"]) == ({"city": "Paris"}, "18 °C")
    assert tool["resource"]["service.name"] == "weather-agent"


def test_set_trace_session_id_inside_a_typescript_span_names_its_session(server, facts):
    session = server.session_with("session123", 1)
    assert session["trace_count"] == session["span_count"] == 1
    (trace,) = traces_of(server, "session123")
    assert trace["name"] == "myFunction"
    whole = server.get(f"/traces/{trace['trace_id']}")
    assert whole["provenance"] == {
        "key": facts.session_key,
        "span_id": trace["root_span_id"],
        "conflict": False,
    }


def test_a_session_id_given_to_observe_names_its_session(server, facts):
    server.session_with("session456", 1)
    (trace,) = traces_of(server, "session456")
    assert trace["name"] == "myFunction"
    assert trace["output"] == "You asked: What is a session?"
    observed = spans_of(server, trace)["myFunction"]
    assert observed["input"] == facts.one_argument("What is a session?")
    assert observed["output"] == "You asked: What is a session?"


def test_an_instrumented_openai_client_shows_its_calls(server, facts):
    session = server.session_with("weather-chat", 4)
    # The SDK reports no usage for a stream; the plain call and the two around the tool have it.
    assert (session["input_tokens"], session["output_tokens"]) == (33, 21)
    assert session["error_trace_count"] == 1
    traces = {trace["name"]: trace for trace in traces_of(server, "weather-chat")}
    assert list(traces) == ["answer", "answerWithTool", "answerInPieces", "answerFails"]

    call = spans_of(server, traces["answer"])[facts.typescript_call]
    assert (call["type"], call["model"]) == ("llm", "gpt-4o-mini-2024-07-18")
    assert call["request_model"] == "gpt-4o-mini"
    assert (call["input_tokens"], call["output_tokens"]) == (11, 7)
    assert call["messages"]["input"][0]["parts"] == [{"type": "text", "text": "Hello"}]
    assert call["messages"]["output"][0]["parts"] == [{"type": "text", "text": "Echo: Hello"}]

    with_tool = spans_of(server, traces["answerWithTool"])
    tool = with_tool["get_weather"]
    assert (tool["type"], tool["input"], tool["output"]) == (
        "tool",
        facts.one_argument("Paris"),
        "18 °C in Paris",
    )
    question, asked, answered = with_tool[facts.typescript_call]["messages"]["input"]
    assert question["role"] == "user"
    assert asked["parts"] == [
        {"type": "tool_call", "id": "call_1", "name": "get_weather", "arguments": {"city": "Paris"}}
    ]
    assert answered["parts"] == [
        {
            "type": "tool_result",
            "id": "call_1",
            "result": "18 °C in Paris",
            "name": "get_weather",
        }
    ]
    assert traces["answerWithTool"]["span_count"] == 4

    in_pieces = spans_of(server, traces["answerInPieces"])[facts.typescript_call]
    assert in_pieces["input_tokens"] is None
    assert in_pieces["output_tokens"] is None
    assert in_pieces["messages"]["output"][0]["parts"] == [
        {"type": "text", "text": "Echo: Tell it in pieces "}
    ]

    assert traces["answerFails"]["status"] == "error"
    failed = spans_of(server, traces["answerFails"])["answerFails"]
    assert failed["status"] == "error"
    (exception,) = failed["events"]
    assert exception["name"] == "exception"
    assert "no-such-model" in exception["attributes"]["exception.message"]


def test_the_checkout_as_the_guide_prints_it_is_one_trace_with_three_steps(server):
    session = server.session_with("checkout-user-1", 1)
    assert (session["trace_count"], session["span_count"]) == (1, 4)
    (trace,) = server.get("/traces", session_id="checkout-user-1", include="steps")["items"]
    assert trace["name"] == "checkout"
    assert trace["step_count"] == 3
    # Node starts spans in whole milliseconds, so the order of steps this short is anyone's.
    steps = ["validateCart", "processPayment", "createOrder"]
    assert sorted(step["name"] for step in trace["steps"]) == sorted(steps)
    starts = [step["start_time"] for step in trace["steps"]]
    assert starts == sorted(starts)
    whole = server.get(f"/traces/{trace['trace_id']}")
    parents = {span["name"]: span["parent_span_id"] for span in whole["spans"]}
    root = trace["root_span_id"]
    assert parents == {"checkout": None, **dict.fromkeys(steps, root)}


def test_every_step_of_a_checkout_has_its_own_input_output_and_status(server):
    server.session_with("checkout-user-2", 1)
    (trace,) = server.get("/traces", session_id="checkout-user-2", include="steps")["items"]
    assert trace["user_id"] == "user-2"
    assert trace["output"] == "order of 2 for 40"
    names = [step["name"] for step in trace["steps"]]
    assert names == ["validateCart", "processPayment", "createOrder"]
    for step in trace["steps"]:
        assert step["duration_ms"] > 0
        assert step["status"] != "error"
    spans = spans_of(server, trace)
    assert spans["validateCart"]["input"] == ["book", "lamp"]
    assert spans["validateCart"]["output"] == {"items": ["book", "lamp"], "total": 40}
    assert spans["processPayment"]["output"] == {"paid": 40, "card": "4242"}
    assert spans["createOrder"]["output"] == "order of 2 for 40"


def test_a_step_that_throws_fails_and_so_does_its_checkout(server):
    session = server.session_with("checkout-user-broke", 1)
    assert (session["error_count"], session["error_trace_count"]) == (2, 1)
    (trace,) = server.get("/traces", session_id="checkout-user-broke", include="steps")["items"]
    assert trace["status"] == "error"
    assert [(step["name"], step["status"] == "error") for step in trace["steps"]] == [
        ("validateCart", False),
        ("processPayment", True),
    ]
    payment = spans_of(server, trace)["processPayment"]
    assert payment["input"] == [{"items": ["book", "lamp"], "total": 40}, "expired"]
    assert payment["output"] is None
    assert payment["events"][0]["attributes"]["exception.message"] == "the card has expired"


def test_a_checkout_of_separate_traces_is_joined_by_its_session(server):
    session = server.session_with("checkout-user-3", 3)
    assert (session["trace_count"], session["span_count"]) == (3, 3)
    traces = traces_of(server, "checkout-user-3")
    assert [trace["name"] for trace in traces] == ["validateCart", "processPayment", "createOrder"]
    assert session["last_output"] == "order of 2 for 40"
    assert all(trace["step_count"] == 0 for trace in traces)


def test_an_awkward_session_id_works_from_both_sdks_to_the_url(server):
    session = server.session_with(AWKWARD, 2)
    assert session["session_id"] == AWKWARD
    assert session["trace_count"] == 2
    names = [trace["name"] for trace in traces_of(server, AWKWARD)]
    assert sorted(names) == ["handle_turn", "myFunction"]
    listed = server.items("/sessions", filter=f"session_id:eq:{AWKWARD}")
    assert [item["session_id"] for item in listed] == [AWKWARD]


def test_nothing_but_the_programs_sessions_is_there(server):
    ids = {session["session_id"] for session in server.items("/sessions", limit=3)}
    assert ids == {
        "conversation-1",
        "conversation-openai",
        "weather",
        "session123",
        "session456",
        "weather-chat",
        "checkout-user-1",
        "checkout-user-2",
        "checkout-user-broke",
        "checkout-user-3",
        AWKWARD,
    }
    assert all(trace["session_id"] in ids for trace in server.items("/traces"))
