"""What clients without a page of their own send, in the attributes and events that they sent."""

from __future__ import annotations

import json

import pytest
from normalize.dialects.convention import call, result
from spans import RECEIVED_NS, START_NS, decoded

from threadline_server.model.span import (
    CONVERSATION_RANK,
    Carried,
    Claim,
    Event,
    Message,
    Span,
)
from threadline_server.normalize.pipeline import canonical, carried, previews
from threadline_server.normalize.preview import preview

Attributes = dict[str, object]


def span_of(attributes: Attributes, *events: Event) -> Span:
    return canonical(decoded(attributes=attributes, events=list(events)), RECEIVED_NS)


def shown(attributes: Attributes, *events: Event) -> Carried:
    return carried(attributes, span_of(attributes).type, events, START_NS)


def said(messages: list[Message]) -> list[tuple[str, object]]:
    return [(each.role, part.get("text", part)) for each in messages for part in each.parts]


def logged(name: str, attributes: Attributes, body: object = None) -> Event:
    return Event(name, START_NS, attributes, body, logged=True)


def test_semantic_kernel_1_45_writes_the_body_of_its_log_records_as_json() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "W-weather"}}
    call["function"] = {"name": "W-weather", "arguments": '{"city":"Paris"}'}
    answer = {
        "message": {"role": "assistant", "tool_calls": [call]},
        "finish_reason": "tool_calls",
        "index": 0,
    }
    about: Attributes = {"gen_ai.system": "openai"}
    found = shown(
        {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o-mini"},
        logged("gen_ai.system.message", about, '{"role": "system", "content": "Be brief"}'),
        logged("gen_ai.user.message", about, '{"role": "user", "content": "Weather in Paris?"}'),
        logged("gen_ai.choice", about, json.dumps(answer)),
    )
    assert said(found.input_messages) == [("system", "Be brief"), ("user", "Weather in Paris?")]
    (called,) = found.output_messages
    assert called.parts == [
        {
            "type": "tool_call",
            "id": "call_1",
            "name": "W-weather",
            "arguments": {"city": "Paris"},
        }
    ]


def test_semantic_kernel_1_45_sends_an_empty_list_of_messages_which_is_nothing_to_preview() -> None:
    agent: Attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.input.messages": "[]"}
    assert previews(agent, "agent", ()).input is None


STRANDS_TOOL: Attributes = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.system": "strands-agents",
    "gen_ai.tool.name": "weather",
    "gen_ai.tool.call.id": "call_1",
}
STRANDS_CALL = (
    Event(
        "gen_ai.tool.message",
        START_NS,
        {"role": "tool", "content": '{"city": "Paris"}', "id": "call_1"},
    ),
    Event(
        "gen_ai.choice",
        START_NS,
        {"message": '[{"text": "sunny in Paris"}]', "id": "call_1"},
    ),
)


def test_strands_1_62_tells_arguments_and_result_of_a_tool_by_events() -> None:
    found = shown(STRANDS_TOOL, *STRANDS_CALL)
    assert (found.input, found.output) == ({"city": "Paris"}, "sunny in Paris")
    assert (found.input_key, found.output_key) == ("gen_ai.tool.message", "gen_ai.choice")
    assert (found.input_messages, found.output_messages) == ([], [])
    lines = previews(STRANDS_TOOL, "tool", STRANDS_CALL)
    assert (lines.input, lines.output) == ('{"city": "Paris"}', "sunny in Paris")


def test_claude_code_2_1_tells_what_a_command_gave_by_an_event() -> None:
    tool: Attributes = {
        "span.type": "tool",
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "Bash",
        "gen_ai.provider.name": "anthropic",
        "full_command": "echo hi",
    }
    output = Event("tool.output", START_NS, {"bash_command": "echo hi", "output": "hi"})
    found = shown(tool, output)
    assert (found.input, found.output) == ("echo hi", "hi")


def test_claude_code_2_1_says_the_answer_of_a_turn_in_a_log_record() -> None:
    turn: Attributes = {
        "span.type": "interaction",
        "gen_ai.operation.name": "invoke_agent",
        "user_prompt": "Say hello",
    }
    events = (
        logged(
            "user_prompt",
            {"event.name": "user_prompt", "prompt": "Say hello"},
            "claude_code.user_prompt",
        ),
        logged(
            "assistant_response",
            {"event.name": "assistant_response", "response": "Hello."},
            "claude_code.assistant_response",
        ),
    )
    found = shown(turn, *events)
    assert said(found.input_messages) == [("user", "Say hello")]
    assert said(found.output_messages) == [("assistant", "Hello.")]
    lines = previews(turn, "agent", events)
    assert (lines.input, lines.output) == ("Say hello", "Hello.")


def test_what_a_coding_agent_leaves_out_for_privacy_is_no_message() -> None:
    found = shown({"span.type": "interaction"}, logged("user_prompt", {"prompt_length": 9}, "x"))
    assert found.input_messages == []


INSTRUCTED = [{"type": "text", "content": "Be brief"}]


def test_openlit_1_45_writes_instructions_apart_and_among_the_messages_which_is_once() -> None:
    asked = [
        {"role": "system", "parts": [{"type": "text", "content": "Be brief"}]},
        {"role": "user", "parts": [{"type": "text", "content": "Weather in Paris?"}]},
    ]
    found = shown(
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.input.messages": json.dumps(asked),
            "gen_ai.system_instructions": json.dumps(INSTRUCTED),
        }
    )
    assert said(found.input_messages) == [("system", "Be brief"), ("user", "Weather in Paris?")]


def test_openlit_1_45_writes_a_whole_0_where_it_has_no_price() -> None:
    call: Attributes = {"gen_ai.operation.name": "chat", "gen_ai.usage.cost": 0}
    assert span_of(call).cost.total is None
    assert span_of({**call, "gen_ai.usage.cost": 0.0}).cost.total == 0.0


def test_gemini_cli_0_61_writes_instructions_as_json_text() -> None:
    asked = [{"role": "user", "parts": [{"text": "Say hello"}]}]
    found = shown(
        {
            "gen_ai.operation.name": "llm_call",
            "gen_ai.request.model": "gemini-2.5-flash",
            "gen_ai.input.messages": json.dumps(asked),
            "gen_ai.system_instructions": json.dumps("You are a CLI agent."),
        }
    )
    assert said(found.input_messages)[0] == ("system", "You are a CLI agent.")


def test_a_step_of_the_ai_sdk_7_is_no_agent() -> None:
    assert span_of({"gen_ai.operation.name": "agent_step"}).type == "chain"


CHAT = "ChatMessage(role=<MessageRole.{}>, additional_kwargs={{}}, blocks=[TextBlock(block_type='text', text={})])"
ASKED = CHAT.format("USER: 'user'", "'Weather?'")
ANSWERED = CHAT.format("ASSISTANT: 'assistant'", '"It\'s 18 °C"')
SHOWN_STATE = "<workflows.context.context.Context object at 0x7f>"


@pytest.mark.parametrize(
    ("sent", "role", "line"),
    [
        (
            f"StopEvent(result=AgentOutput(response={ANSWERED}, raw=None))",
            "assistant",
            "It's 18 °C",
        ),
        (f"AgentInput(input=[{ASKED}], current_agent_name='Agent')", "user", "Weather?"),
        (
            json.dumps({"ctx": SHOWN_STATE, "ev": f"AgentInput(input=[{ASKED}])"}),
            "user",
            "Weather?",
        ),
        (
            json.dumps({"init_state": {"config": {}}, "start_event": "AgentWorkflowStartEvent()"}),
            "user",
            None,
        ),
        (json.dumps({"blocks": [], "raw_output": "18 °C"}), "assistant", "18 °C"),
        ("StopEvent(result='TextBlock(')", "assistant", "StopEvent(result='TextBlock(')"),
        ("Done(TextBlock( text='\\x')", "assistant", "Done(TextBlock( text='\\x')"),
    ],
)
def test_llama_index_0_14_shows_objects_of_which_what_was_said_is_previewed(
    sent: str, role: str, line: str | None
) -> None:
    assert preview(sent, role) == line


def test_llama_index_0_14_shows_its_messages_to_be_which_are_no_messages_of_the_conversation() -> (
    None
):
    prepared: Attributes = {
        "openinference.span.kind": "LLM",
        "llm.model_name": "gpt-4o-mini",
        "output.value": json.dumps({"messages": [ASKED], "model": "gpt-4o-mini"}),
    }
    assert shown(prepared).output_messages == []


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (
            {"llm": {"replies": [{"role": "assistant", "content": [{"text": "Hello."}]}]}},
            "Hello.",
        ),
        ({"agent": {"messages": [{"role": "assistant", "content": "Hello."}]}}, "Hello."),
        (
            {
                "output": {
                    "lc": 1,
                    "type": "constructor",
                    "id": ["langchain_core", "messages", "ToolMessage"],
                    "kwargs": {"status": "success", "content": "Hello.", "tool_call_id": "call_1"},
                }
            },
            "Hello.",
        ),
        ({"text": "Hello.", "files": []}, "Hello."),
        (
            {"a": {"output": {"a": {"output": {"a": {"b": 1}}}}}},
            '{"output":{"a":{"output":{"a":{"b":1}}}}}',
        ),
    ],
    ids=["haystack", "langgraph", "langchain.js", "mastra", "no more than some wrappers"],
)
def test_the_result_of_a_step_is_previewed_without_what_is_around_it(
    sent: object, line: str
) -> None:
    assert preview(json.dumps(sent), "assistant") == line


def test_langgraph_1_2_writes_its_own_place_among_the_metadata_which_is_left_out() -> None:
    said = {
        "plan": "pro",
        "thread_id": "t1",
        "checkpoint_ns": "agent:1",
        "langgraph_node": "agent",
        "langgraph_step": 1,
        "ls_provider": "openai",
    }
    chain: Attributes = {"openinference.span.kind": "CHAIN", "metadata": json.dumps(said)}
    assert span_of(chain).metadata == {"plan": "pro"}


def test_langwatch_0_27_names_thread_and_user_within_the_attribute_metadata() -> None:
    sent: Attributes = {"metadata": '{"thread_id": "t1", "user_id": "ada", "labels": ["x"]}'}
    span = span_of(sent)
    assert span.session == Claim("t1", "metadata.thread_id", CONVERSATION_RANK)
    assert (span.conversation_id, span.user_id) == ("t1", "ada")
    assert span_of({**sent, "session.id": "s1", "user.id": "bob"}).user_id == "bob"
    assert span_of({"metadata": {"thread_id": "t1"}}).conversation_id == "t1"


@pytest.mark.parametrize(
    "sent", ["thread_id", '"thread_id"', '{"thread_id": ', '["thread_id"]', '{"thread_id": []}', 7]
)
def test_metadata_that_names_no_thread_is_no_session(sent: object) -> None:
    assert span_of({"metadata": sent}).session is None


def test_agent_framework_1_0_names_an_answer_as_the_conversation_which_is_none() -> None:
    call: Attributes = {"gen_ai.operation.name": "chat", "gen_ai.response.id": "resp_0a1b"}
    for named in ("resp_0a1b", "resp_of_the_turn_before"):
        span = span_of({**call, "gen_ai.conversation.id": named})
        assert (span.session, span.conversation_id) == (None, None)
    compatible: Attributes = {"gen_ai.response.id": "chatcmpl-1"}
    assert span_of({**compatible, "gen_ai.conversation.id": "chatcmpl-1"}).session is None


@pytest.mark.parametrize("named", ["conv_0a1b", "resp", "thread_1"])
def test_a_conversation_of_agent_framework_1_0_is_one(named: str) -> None:
    span = span_of({"gen_ai.response.id": "resp_0a1b", "gen_ai.conversation.id": named})
    assert span.session == Claim(named, "gen_ai.conversation.id", CONVERSATION_RANK)


@pytest.mark.parametrize(
    ("said", "provider"),
    [
        ("openai.chat", "openai"),
        ("openai.responses", "openai"),
        ("anthropic.messages", "anthropic"),
        ("google.generative-ai", "google"),
        ("amazon-bedrock", "amazon-bedrock"),
        ("azure.ai.openai", "azure.ai.openai"),
        ("gcp.vertex_ai", "gcp.vertex_ai"),
        ("aws.bedrock", "aws.bedrock"),
    ],
)
def test_the_ai_sdk_6_names_a_provider_with_its_api(said: str, provider: str) -> None:
    assert span_of({"gen_ai.system": said}).provider == provider


def test_a_failing_call_of_mlflow_3_17_has_its_model_in_an_attribute_of_that_name() -> None:
    span = span_of({"mlflow.spanType": '"CHAT_MODEL"', "model": '"gpt-4o-mini"'})
    assert (span.type, span.request_model) == ("llm", "gpt-4o-mini")
    assert span_of({"model": "a camera"}).request_model is None


def test_codex_0_169_logs_what_a_tool_was_called_with_and_gave() -> None:
    ran = logged(
        "codex.tool_result",
        {
            "event.name": "codex.tool_result",
            "tool_name": "exec_command",
            "call_id": "call_1",
            "arguments": '{"cmd": "echo hi"}',
            "output": "hi",
        },
    )
    found = shown({"target": "codex_core::tools::router"}, ran)
    (asked,), (answered,) = found.input_messages, found.output_messages
    assert (asked.role, asked.parts) == (
        "assistant",
        [call("call_1", "exec_command", {"cmd": "echo hi"})],
    )
    assert (answered.role, answered.parts) == ("tool", [result("call_1", "hi")])


def test_codex_logs_the_answer_of_a_turn_where_it_is_told_to() -> None:
    answer = logged("codex.agent_response", {"response": "Hello.", "agent.type": "main"})
    assert said(shown({}, answer).output_messages) == [("assistant", "Hello.")]
