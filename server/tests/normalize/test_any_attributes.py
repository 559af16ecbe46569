"""Whatever a client sends, the pipeline understands what it can and never fails."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spans import RECEIVED_NS, decoded, failed_event

from threadline_server.model.attributes import to_json
from threadline_server.model.span import Resource, Scope
from threadline_server.normalize import plan, session
from threadline_server.normalize.dialects import DIALECTS
from threadline_server.normalize.pipeline import canonical, carried, normalize

KNOWN = sorted(
    {
        *session.SESSION_KEYS,
        *session.CONVERSATION_KEYS,
        *session.USER_KEYS,
        *plan.SOURCE_KEYS,
        *(key for dialect in DIALECTS for key in dialect.message_keys),
        *(prefix + name for dialect in DIALECTS for prefix in dialect.metadata_prefixes
          for name in ("", "a", *dialect.identity)),
        "langsmith.trace.session_name",
        "exception.message",
        "logfire.span_type",
        "logfire.pending_parent_id",
    }
)  # fmt: skip
PIECES = st.sampled_from(
    ["0", "1", "10", "²", "٣", "", "role", "content", "message", "contents", "message_content",
     "tool_calls", "tool_call", "function", "arguments", "name", "text", "type", "prompt",
     "completion", "document", "embedding", "tool", "json_schema", "parameters"]
)  # fmt: skip
FLATTENED = st.builds(
    lambda prefix, pieces: prefix + ".".join(pieces),
    st.sampled_from(sorted({prefix for dialect in DIALECTS for prefix in dialect.flattened})),
    st.lists(PIECES, max_size=5),
)
WORDS = st.sampled_from(
    ["user", "assistant", "tool", "LLM", "chat", "pending_span", "text", "tool_use", "tool_call",
     "image_url", "reasoning", "function_call", "", "null", "{", '{"a":', "[", "\ud800", "0" * 16]
)  # fmt: skip
NAMES = st.sampled_from(
    ["role", "content", "parts", "type", "text", "tool_calls", "function", "arguments", "id",
     "input", "source", "image_url", "url", "messages", "choices", "message", "summary", "output",
     "functionCall", "inlineData", "tool_call_id", "reasoning_content"]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | WORDS
    | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=14,
)
TEXTS = VALUES.map(json.dumps)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(KNOWN) | FLATTENED | st.text(max_size=8), VALUES | TEXTS | st.binary(max_size=4),
    max_size=9,
)  # fmt: skip


@settings(max_examples=300)
@given(ATTRIBUTES, ATTRIBUTES, st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_no_attributes_make_the_pipeline_fail(
    attributes: dict,
    shared: dict,
    start_ns: int,
    end_ns: int,  # type: ignore[type-arg]
) -> None:
    sent = to_json([attributes, shared])
    (span,) = normalize(
        [
            decoded(
                1,
                2,
                attributes=attributes,
                resource=Resource(shared),
                scope=Scope("s", attributes=shared),
                start_ns=start_ns,
                end_ns=end_ns,
                events=[failed_event()],
            )
        ],
        RECEIVED_NS,
    )
    assert 0 < span.start_ns < 2**63
    shown = span.previews
    assert span.end_ns is None or span.start_ns <= span.end_ns < 2**63
    for each in (shown.input, shown.output, shown.first_user, shown.last_assistant):
        assert each is None or len(each) <= 300
    for kind_of_span in ("llm", "agent", "tool"):
        given_again = carried(attributes, kind_of_span)
        for message in [*given_again.input_messages, *given_again.output_messages]:
            assert isinstance(message.role, str)
            assert all(isinstance(part["type"], str) for part in message.parts)
        to_json([given_again.tool_definitions, given_again.system_instructions])
    to_json([span.tags, span.metadata, span.session and span.session.value, span.user_id])
    assert to_json([span.decoded.attributes, span.decoded.resource.attributes]) == sent


DEEP = "[" * 300 + "1" + "]" * 300 + " " * 300
CALL = {"function": {"name": "f", "arguments": DEEP}}


@pytest.mark.parametrize(
    "attributes",
    [
        {"lmnr.span.input": DEEP, "lmnr.span.output": DEEP},
        {"gen_ai.output.messages": json.dumps([{"role": "assistant", "tool_calls": [CALL]}])},
        {"gen_ai.input.messages": json.dumps([{"role": "user", "content": DEEP}])},
        {"gen_ai.prompt.0.role": "user", "gen_ai.prompt.0." + "a." * 5_000 + "b": "x"},
        {"metadata": '{"deep": ' + DEEP + "}"},
    ],
)
def test_nesting_without_end_costs_no_span_and_no_answer(attributes: dict) -> None:  # type: ignore[type-arg]
    span = canonical(decoded(attributes=attributes), RECEIVED_NS)
    given_again = carried(attributes, "llm")
    orjson.dumps([span.metadata, given_again.input, given_again.output])
    orjson.dumps([each.parts for each in given_again.input_messages + given_again.output_messages])
