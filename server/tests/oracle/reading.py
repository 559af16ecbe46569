"""Read one sent span by the words of the design's rules, sharing nothing with the product's code.

Everything here is written for being obviously right, not for being fast.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from threadline_server.model.span import DecodedSpan

SESSION_KEYS = ("session.id", "lmnr.association.properties.session_id")
CONVERSATION_KEYS = ("gen_ai.conversation.id",)
USER_KEYS = ("user.id", "lmnr.association.properties.user_id")
METADATA_PREFIX = "lmnr.association.properties.metadata."
TAGS_KEY = "lmnr.association.properties.tags"
TOKEN_KEYS = {
    "input": "gen_ai.usage.input_tokens",
    "output": "gen_ai.usage.output_tokens",
    "cache_read": "gen_ai.usage.cache_read.input_tokens",
    "cache_write": "gen_ai.usage.cache_creation.input_tokens",
    "reasoning": "gen_ai.usage.reasoning.output_tokens",
}
STATED_TYPES = {"LLM": "llm", "TOOL": "tool", "EVALUATOR": "evaluator"}
OPERATION_TYPES = {
    "chat": "llm",
    "generate_content": "llm",
    "text_completion": "llm",
    "embeddings": "embedding",
    "retrieval": "retrieval",
    "execute_tool": "tool",
    "invoke_agent": "agent",
}
STATUS = {0: "unset", 1: "ok", 2: "error"}
ABSENT = {"null", "undefined", "None", "NaN", "[object Object]"}
ZERO_SPAN = "0" * 16
FIRST_NS = int(datetime(1971, 1, 1, tzinfo=UTC).timestamp()) * 10**9
LAST_NS = int(datetime(2262, 1, 1, tzinfo=UTC).timestamp()) * 10**9


@dataclass
class Claim:
    """A value that a span states, under which key and of which rank."""

    value: str
    key: str
    rank: int


@dataclass
class Fact:
    """What one span says, once its attributes are read and its numbers are made safe."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    start: int
    end: int | None
    type: str
    status: str
    pending: bool
    attribute_count: int
    scope: str
    event_count: int
    claim: Claim | None
    user: str | None
    metadata: dict[str, Any]
    tags: list[str]
    model: str | None
    response_id: str | None
    tokens: dict[str, int | None]
    reported_cost: float | None
    has_messages: bool
    input: str | None
    output: str | None
    first_user: str | None
    last_assistant: str | None
    sent: DecodedSpan = field(repr=False)

    @property
    def reports_tokens(self) -> bool:
        """Rule 5: tokens of all kinds are one quantity; all zeros are no report."""
        return any(self.tokens.values())

    @property
    def reports_cost(self) -> bool:
        """Rule 5 says "all zeros are no report" of tokens, and rule 9 knows known costs of 0.

        So a cost of 0 that was reported is a report.
        """
        return self.reported_cost is not None

    @property
    def order(self) -> tuple[int, str]:
        """Rule 1: earliest-started, ties by lowest span id."""
        return (self.start, self.span_id)


def clean_session_id(value: Any) -> str | None:
    """Rule 2, in its order: to text, unquote, control characters, trim, absent, cut."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, float) and math.isnan(value):
        text = "NaN"
    elif isinstance(value, int | float):
        text = json.dumps(value)
    else:
        return None
    if text.startswith('"') and text.endswith('"'):
        try:
            inner = json.loads(text)
        except ValueError:
            inner = None
        if isinstance(inner, str):
            text = inner
    text = "".join(letter for letter in text if not _is_control(letter))
    text = text.strip()
    if text == "" or text in ABSENT or text.startswith("[Scrubbed due to"):
        return None
    if len(text) > 1000:
        # Section 5 names BLAKE2b as the hash; rule 2 leaves its length open. What is stored has
        # to fit the limit it enforces, so 936 + 1 + 62 hexadecimal digits.
        digest = hashlib.blake2b(text.encode(), digest_size=31).hexdigest()
        text = text[:936] + "…" + digest
    return text


def _is_control(letter: str) -> bool:
    return ord(letter) < 32 or 127 <= ord(letter) < 160


def _claim(span: DecodedSpan) -> Claim | None:
    """The one claim of a span: rank first, then the place, then the precedence of the keys.

    Rule 1 says "the precedence of 2g; span attributes before scope before resource". Read as: any
    key on the span itself goes before any key of its scope, and that before the resource; within
    one of these places the precedence of the keys holds. A conversation key on the span does not
    beat a session key of the resource: it counts only where there is no session key at all.
    """
    places = (span.attributes, span.scope.attributes, span.resource.attributes)
    for rank, keys in ((1, SESSION_KEYS), (2, CONVERSATION_KEYS)):
        for place in places:
            for key in keys:
                value = clean_session_id(place.get(key))
                if value is not None:
                    return Claim(value, key, rank)
    return None


def _user(span: DecodedSpan) -> str | None:
    for place in (span.attributes, span.scope.attributes, span.resource.attributes):
        for key in USER_KEYS:
            if isinstance(place.get(key), str) and place[key]:
                return str(place[key])
    return None


def _tokens(span: DecodedSpan) -> dict[str, int | None]:
    """Rule 12: integers below 2^53, not negative, else ignored."""
    found: dict[str, int | None] = {}
    for kind, key in TOKEN_KEYS.items():
        value = span.attributes.get(key)
        safe = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
        found[kind] = value if safe else None
    counts = found
    # Section 3: input includes what was cached and output what was reasoned; a part greater than
    # its whole tells that its dialect counted it beside.
    for whole, parts in (("input", ("cache_read", "cache_write")), ("output", ("reasoning",))):
        beside = sum(counts[part] or 0 for part in parts)
        if counts[whole] is not None and beside > counts[whole]:
            counts[whole] += beside
    return counts


def _cost(span: DecodedSpan) -> float | None:
    """Rule 12: finite and not negative, else ignored; without a total, the sum of its parts.

    Of two parts one may be missing: as rule 9 has it, the known sum.
    """

    def safe(key: str) -> float | None:
        value = span.attributes.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if math.isfinite(value) and value >= 0 else None

    total = safe("gen_ai.usage.cost")
    parts = [safe("gen_ai.usage.input_cost"), safe("gen_ai.usage.output_cost")]
    known = [part for part in parts if part is not None]
    if total is None and known:
        return sum(known)
    return total


def _type(span: DecodedSpan) -> str:
    operation = span.attributes.get("gen_ai.operation.name")
    stated = STATED_TYPES.get(str(span.attributes.get("lmnr.span.type")))
    inferred = OPERATION_TYPES.get(str(operation))
    if stated == "llm" and operation == "embeddings":
        return "embedding"
    return stated or inferred or "span"


def _status(span: DecodedSpan) -> str:
    """Rule 6: status ERROR, or an exception event while the status is unset."""
    if span.status_code == 0 and any(event.name == "exception" for event in span.events):
        return "error"
    return STATUS[span.status_code]


def _texts(span: DecodedSpan, key: str, role: str) -> list[str]:
    text = span.attributes.get(key)
    if not isinstance(text, str):
        return []
    return [
        "".join(part["content"] for part in message["parts"] if part["type"] == "text")
        for message in json.loads(text)
        if message["role"] == role
    ]


def read(span: DecodedSpan, received_ns: int) -> Fact:
    """One sent span as a fact; a pending span becomes the span that it announces (rule 10)."""
    attributes = span.attributes
    start = span.start_ns if FIRST_NS <= span.start_ns < LAST_NS else received_ns
    end: int | None = span.end_ns
    if end == 0:
        end = None
    elif not FIRST_NS <= span.end_ns < LAST_NS or span.end_ns < start:
        end = start
    span_id, parent_id = span.span_id, span.parent_span_id
    pending = attributes.get("logfire.span_type") == "pending_span"
    if pending and parent_id is not None:
        real_parent = attributes.get("logfire.pending_parent_id")
        span_id = parent_id
        parent_id = None if real_parent in {None, "", ZERO_SPAN} else str(real_parent)
        # What it stands in for has not ended, or it would have arrived itself.
        end = None
    users = _texts(span, "gen_ai.input.messages", "user")
    assistants = _texts(span, "gen_ai.output.messages", "assistant")
    # What a span itself was asked is the newest user message; those before it are history.
    own_input = attributes.get("lmnr.span.input", users[-1] if users else None)
    own_output = attributes.get("lmnr.span.output", assistants[-1] if assistants else None)
    model = attributes.get("gen_ai.response.model") or attributes.get("gen_ai.request.model")
    response_id = attributes.get("gen_ai.response.id")
    tags = attributes.get(TAGS_KEY, [])
    return Fact(
        trace_id=span.trace_id,
        span_id=span_id,
        parent_id=parent_id,
        name=span.name,
        start=start,
        end=end,
        type=_type(span),
        status=_status(span),
        pending=pending,
        attribute_count=len(attributes),
        scope=span.scope.name,
        event_count=len(span.events),
        claim=_claim(span),
        user=_user(span),
        metadata={
            key.removeprefix(METADATA_PREFIX): value
            for key, value in attributes.items()
            if key.startswith(METADATA_PREFIX)
        },
        tags=[str(tag) for tag in tags] if isinstance(tags, list) else [],
        model=None if model is None else str(model),
        response_id=None if response_id is None else str(response_id),
        tokens=_tokens(span),
        reported_cost=_cost(span),
        has_messages="gen_ai.input.messages" in attributes
        or "gen_ai.output.messages" in attributes,
        input=None if own_input is None else str(own_input),
        output=None if own_output is None else str(own_output),
        first_user=users[0] if users else None,
        last_assistant=assistants[-1] if assistants else None,
        sent=span,
    )
