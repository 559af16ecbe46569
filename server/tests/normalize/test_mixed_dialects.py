"""What several dialects say of one span is understood together, in whichever order it comes."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalize.dialects.convention import Row, understood
from normalize.dialects.tables import EVERY_ROW
from provider_answers import ANSWERED
from provider_conversations import WRITTEN
from spans import RECEIVED_NS, decoded

from threadline_server.model.attributes import Attributes, to_json
from threadline_server.model.span import DecodedSpan, Event, Resource, Scope, Span
from threadline_server.normalize import plan, session
from threadline_server.normalize.dialects import DIALECTS
from threadline_server.normalize.pipeline import canonical, carried, normalize
from threadline_server.normalize.spoken_events import SPOKEN_EVENTS

SAID_BY_ONE = (
    "response_model", "response_id", "provider", "session", "user_id", "conversation_id",
    "tool_call_id", "cache_read_tokens", "reasoning_tokens", "first_token_ms",
)  # fmt: skip
"""Fields that some attribute says by itself, whatever stands beside it."""

MIXES = st.lists(st.sampled_from(EVERY_ROW), min_size=2, max_size=7, unique_by=lambda row: row.key)

PAYLOADS = st.sampled_from(
    [json.dumps(each) for each in [*WRITTEN.values(), *(said for said, _ in ANSWERED.values())]]
)
CUT = st.builds(lambda text, end: text[: end % len(text)], PAYLOADS, st.integers(0, 5_000))
USAGE = st.dictionaries(
    st.sampled_from(
        ["input", "output", "total", "input_tokens", "output_tokens", "total_tokens", "cache_read",
         "input_cached_tokens", "output_reasoning_tokens", "prompt_tokens_details", "usage"]
    ),
    st.integers(-1, 99) | st.none(),
    max_size=6,
).map(json.dumps)  # fmt: skip
VALUES = (
    PAYLOADS
    | CUT
    | USAGE
    | st.integers(-1, 999)
    | st.sampled_from([0.5, True, "", "null", "LLM", "chat", "agent", "tool", "s1", ["a", "b"], {}])
)
KEYS = sorted(
    {
        *plan.SOURCE_KEYS,
        *session.SESSION_KEYS,
        *session.CONVERSATION_KEYS,
        *session.USER_KEYS,
        *(key for dialect in DIALECTS for key in dialect.message_keys),
        *(key for row in EVERY_ROW for key in row.sent),
        *(f"{prefix}{end}" for dialect in DIALECTS for prefix in dialect.flattened
          for end in ("0", "0.role", "1.content", "0.message", "0.message.content.0.text")),
        *(f"{prefix}{end}" for dialect in DIALECTS for prefix in dialect.metadata_prefixes
          for end in ("", "a", "a.b", *dialect.identity)),
    }
)  # fmt: skip
ANY = st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=2, max_size=9)
SPOKEN = st.dictionaries(
    st.sampled_from(
        ["role", "content", "parts", "id", "message", "tool_calls", "tool_calls.0.id",
         "tool_calls.0.function.name", "gen_ai.event.content", "gen_ai.prompt", "gen_ai.completion"]
    ),
    VALUES,
    max_size=4,
)  # fmt: skip
EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from(sorted({*SPOKEN_EVENTS, "exception", "other"})),
        st.integers(0, 9),
        ANY | SPOKEN,
        VALUES,
        st.booleans(),
    ),
    max_size=3,
)


def mixed(rows: list[Row]) -> Attributes:
    """The attributes of all rows; what stands beside one gives way to what another says."""
    beside = {key: value for row in rows for key, value in row.beside.items()}
    return beside | {key: value for row in rows for key, value in row.sent.items()}


def shuffled(attributes: Attributes, seed: int) -> Attributes:
    items = list(attributes.items())
    random.Random(seed).shuffle(items)
    return dict(items)


def written(span: Span) -> str:
    """All that is understood of a span, to the order of what it lists; not what was sent."""
    shown = carried(span.decoded.attributes, span.type, span.decoded.events, span.start_ns)
    return repr((replace(span, decoded=decoded(attributes={})), shown))


@given(MIXES)
def test_what_one_dialect_says_is_said_among_others_too(rows: list[Row]) -> None:
    found = understood(mixed(rows))
    alone = [understood(row.attributes) for row in rows]
    for name in SAID_BY_ONE:
        said = [each[name] for each in alone if each[name] is not None]
        assert found[name] in (said or [None]), name
    for side in ("input", "output"):
        assert found[side] is not None or all(each[side] is None for each in alone)
    assert {tag for each in alone for tag in each["tags"]} == set(found["tags"])
    assert found["metadata"].keys() == {key for each in alone for key in each["metadata"]}


@given(MIXES.map(mixed) | ANY, EVENTS, st.integers())
def test_attributes_in_any_order_give_the_same_span(
    attributes: Attributes, events: list[Event], seed: int
) -> None:
    span = canonical(decoded(attributes=attributes, events=events), RECEIVED_NS)
    mixed_up = [replace(each, attributes=shuffled(each.attributes, seed)) for each in events]
    sent = decoded(attributes=shuffled(attributes, seed), events=mixed_up)
    assert written(canonical(sent, RECEIVED_NS)) == written(span)


@given(MIXES.map(mixed) | ANY, EVENTS)
def test_every_attribute_is_given_back_as_it_was_sent(
    attributes: Attributes, events: list[Event]
) -> None:
    sent, before = to_json(attributes), copy.deepcopy(events)
    span = canonical(decoded(attributes=attributes, events=events), RECEIVED_NS)
    written(span)
    assert to_json(span.decoded.attributes) == sent
    assert span.decoded.events == before


def sent(number: int, attributes: Attributes, shared: Attributes) -> DecodedSpan:
    scope = Scope("s", attributes=shared)
    return decoded(number, 1, attributes=attributes, resource=Resource(shared), scope=scope)


@given(st.lists(MIXES.map(mixed) | ANY, min_size=2, max_size=5), ANY, st.integers())
def test_spans_are_the_same_in_whichever_requests_they_come(
    each: list[Attributes], shared: Attributes, seed: int
) -> None:
    spans = [sent(number, attributes, shared) for number, attributes in enumerate(each)]
    together = {span.span_id: written(span) for span in normalize(spans, RECEIVED_NS)}
    random.Random(seed).shuffle(spans)
    apart = [made for span in spans for made in normalize([span], RECEIVED_NS)]
    assert len(together) == len(spans)
    assert {span.span_id: written(span) for span in apart} == together


@pytest.mark.parametrize(
    ("attributes", "becomes"),
    [
        ({"ai.model.id": "old", "gen_ai.request.model": "new"}, {"request_model": "new"}),
        ({"llm.model_name": "oi", "gen_ai.response.model": "otel"}, {"response_model": "otel"}),
        ({"llm.usage.prompt_tokens": 9, "llm.token_count.prompt": 7}, {"input_tokens": 7}),
        ({"openinference.span.kind": "TOOL", "traceloop.span.kind": "task"}, {"type": "tool"}),
        ({"lmnr.span.type": "LLM", "langfuse.observation.type": "agent"}, {"type": "llm"}),
        ({"traceloop.span.kind": "tool", "gen_ai.operation.name": "chat"}, {"type": "tool"}),
        ({"traceloop.span.kind": "unknown", "llm.request.type": "chat"}, {"type": "llm"}),
        ({"input.value": "oi", "lmnr.span.input": "lmnr"}, {"input": "lmnr"}),
        ({"traceloop.entity.output": "tl", "output.value": "oi"}, {"output": "oi"}),
        ({"llm.cost.total": 2.0, "gen_ai.usage.cost": 1.0}, {"total_cost": 1.0}),
        ({"gen_ai.request.model": "", "ai.model.id": "m"}, {"request_model": "m"}),
        ({"gen_ai.usage.input_tokens": -1, "llm.token_count.prompt": 7}, {"input_tokens": 7}),
    ],
)
def test_of_two_dialects_the_more_believed_counts_where_it_says_something(
    attributes: Attributes, becomes: dict[str, Any]
) -> None:
    for each in (attributes, dict(reversed(attributes.items()))):
        found = understood(each)
        assert {name: found[name] for name in becomes} == becomes


def all_of(rows: tuple[Row, ...]) -> dict[str, Any]:
    return {key: value for row in rows for key, value in row.attributes.items()}


def test_a_span_may_speak_every_dialect_at_once() -> None:
    attributes = all_of(EVERY_ROW)
    span = canonical(decoded(attributes=attributes), RECEIVED_NS)
    backwards = dict(reversed(attributes.items()))
    assert written(canonical(decoded(attributes=backwards), RECEIVED_NS)) == written(span)
    assert span.session is not None
    assert span.session.key == "langfuse.session.id"
    assert understood(attributes)["input_key"] == "lmnr.span.input"
