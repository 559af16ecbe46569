"""Turn the spans that a test's code makes into plain values to assert on.

Example:
    ```python
    from threadline import Laminar, observe
    from threadline.testing import capture


    @observe(span_type="TOOL")
    def search(query: str) -> list[str]:
        return ["red shoes"]


    with capture() as spans:
        with Laminar.session("chat-42"):
            search("shoes")

    span = spans.find("search")
    assert span.type == "TOOL"
    assert span.input == {"query": "shoes"}
    assert span.output == ["red shoes"]
    assert span.session_id == "chat-42"
    ```

As a fixture of pytest:
    ```python
    @pytest.fixture
    def spans():
        with capture() as captured:
            yield captured
    ```
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opentelemetry import context as context_api
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor, TracerProvider

from threadline import association, runtime
from threadline.activation import detach
from threadline.attributes import (
    METADATA_PREFIX,
    SCOPE,
    SESSION_ID,
    SPAN_INPUT,
    SPAN_OUTPUT,
    SPAN_TYPE,
    TAGS,
    USER_ID,
)
from threadline.runtime import MAX_ATTRIBUTES, Runtime
from threadline.score import ScoreRecord
from threadline.settings import Settings
from threadline.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import Span


@dataclass(frozen=True, slots=True)
class CapturedEvent:
    """An event of a captured span.

    Attributes:
        name: of the event.
        attributes: its attributes.
        time_ns: when it happened, in nanoseconds since the epoch.
    """

    name: str
    attributes: dict[str, Any]
    time_ns: int


@dataclass(slots=True, eq=False)
class CapturedSpan:
    """A span that has ended, as plain values.

    Attributes:
        name: of the span.
        type: LLM, TOOL and so on; DEFAULT where none was given.
        input: the value that the JSON of the input says; None without one.
        output: the same of the output.
        session_id: or None.
        user_id: or None.
        metadata: of its trace on a root; else what was given to the span.
        tags: in order.
        status: `unset`, `ok` or `error`.
        status_message: of an error, or None.
        events: in order.
        attributes: all of them, as they would be sent without masking.
        trace_id: 32 lower-case hex digits.
        span_id: 16 lower-case hex digits.
        parent_id: of the parent, captured or not; None of a root.
        links: span ids that it links to.
        start_ns: in nanoseconds since the epoch.
        end_ns: in nanoseconds since the epoch.
        parent: the parent, if it was captured.
        children: in the order of their start.
    """

    name: str
    type: str
    input: Any
    output: Any
    session_id: str | None
    user_id: str | None
    metadata: dict[str, Any]
    tags: list[str]
    status: str
    status_message: str | None
    events: list[CapturedEvent]
    attributes: dict[str, Any]
    trace_id: str
    span_id: str
    parent_id: str | None
    links: list[str]
    start_ns: int
    end_ns: int
    parent: CapturedSpan | None = field(default=None, repr=False)
    children: list[CapturedSpan] = field(default_factory=list, repr=False)

    def find(self, name: str) -> CapturedSpan:
        """The one span of that name below this one.

        Raises:
            AssertionError: there is none, or more than one.
        """
        return _one(list(_below(self)), name)


class CapturedSpans:
    """The spans that have ended since `capture` began, and the scores that were given.

    Iterating gives the spans in the order of their start.
    """

    def __init__(self) -> None:
        self._ended: list[ReadableSpan] = []
        self._started: dict[int, int] = {}
        self.scores: list[ScoreRecord] = []

    @property
    def spans(self) -> list[CapturedSpan]:
        """All of them, in the order of their start, with parents and children."""
        captured = [_captured(span) for span in sorted(self._ended, key=self._order)]
        by_id = {(span.trace_id, span.span_id): span for span in captured}
        for span in captured:
            parent = by_id.get((span.trace_id, span.parent_id or ""))
            if parent is not None:
                span.parent = parent
                parent.children.append(span)
        return captured

    @property
    def roots(self) -> list[CapturedSpan]:
        """Those whose parent was not captured."""
        return [span for span in self.spans if span.parent is None]

    @property
    def names(self) -> list[str]:
        """Names in the order of start."""
        return [span.name for span in self.spans]

    def find(self, name: str) -> CapturedSpan:
        """The one span of that name.

        Raises:
            AssertionError: there is none, or more than one.
        """
        return _one(self.spans, name)

    def find_all(self, name: str) -> list[CapturedSpan]:
        """Every span of that name."""
        return [span for span in self.spans if span.name == name]

    def tree(self) -> str:
        """The spans as indented text, one a line, with what is set: `answer [TOOL] error`."""
        lines: list[str] = []

        def write(span: CapturedSpan, depth: int) -> None:
            kind = "" if span.type == "DEFAULT" else f" [{span.type}]"
            status = "" if span.status == "unset" else f" {span.status}"
            lines.append(f"{'  ' * depth}{span.name}{kind}{status}")
            for child in span.children:
                write(child, depth + 1)

        for root in self.roots:
            write(root, 0)
        return "\n".join(lines)

    def clear(self) -> None:
        """Forget what was captured so far."""
        self._ended.clear()
        self.scores.clear()

    def _order(self, span: ReadableSpan) -> int:
        return self._started.get(span.context.span_id, 0)

    def saw_start(self, span: ReadableSpan) -> None:
        """Number a span that starts: clocks are too coarse to tell which was first."""
        self._started[span.context.span_id] = len(self._started)

    def take(self, span: ReadableSpan) -> None:
        """Keep a span that has ended."""
        self._ended.append(span)

    def __iter__(self) -> Iterator[CapturedSpan]:
        return iter(self.spans)

    def __len__(self) -> int:
        return len(self._ended)


@contextmanager
def capture(
    *,
    trace_content: bool = True,
    metadata: Mapping[str, Any] | None = None,
) -> Iterator[CapturedSpans]:
    """A block whose spans are kept in memory; nothing is sent, and nothing is left of it after.

    Works with and without `Laminar.initialize`, and may be nested. Spans of other tracers are
    captured where the program has an OpenTelemetry tracer provider. The block begins outside of
    any span and session.

    Args:
        trace_content: as of `Laminar.initialize`.
        metadata: as of `Laminar.initialize`.
    """
    captured = CapturedSpans()
    processor = _Capturing(captured)
    provider, restore = _provider(processor)
    before = runtime.current, runtime.settings, association.base_metadata()
    settings = Settings(metadata=dict(metadata or {}), trace_content=trace_content)
    tracer = provider.get_tracer(SCOPE, VERSION)
    isolated = provider is not trace.get_tracer_provider()
    runtime.settings = settings
    runtime.current = Runtime(
        settings, provider, processor, tracer, isolated, content=trace_content
    )
    association.set_base_metadata(settings.metadata)
    token = context_api.attach(context_api.Context())
    try:
        yield captured
    finally:
        detach(token)
        runtime.current, runtime.settings, base = before
        association.set_base_metadata(base)
        restore()


def _provider(processor: _Capturing) -> tuple[TracerProvider, Callable[[], None]]:
    """A provider whose spans go to the processor alone, and what undoes that."""
    running = runtime.current
    existing = trace.get_tracer_provider() if running is None else running.provider
    if not isinstance(existing, TracerProvider):
        made = TracerProvider(
            span_limits=SpanLimits(max_span_attributes=MAX_ATTRIBUTES), shutdown_on_exit=False
        )
        made.add_span_processor(processor)
        return made, lambda: None
    # Tracers hold on to what joins the processors, so its list is what has to change.
    joined: Any = existing._active_span_processor  # noqa: SLF001 - there is no public way
    processors = joined._span_processors  # noqa: SLF001 - as above
    joined._span_processors = (processor,)  # noqa: SLF001 - as above

    def restore() -> None:
        joined._span_processors = processors  # noqa: SLF001 - as above

    return existing, restore


class _Capturing(SpanProcessor):
    def __init__(self, captured: CapturedSpans) -> None:
        self._captured = captured

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        association.started(span, parent_context)
        self._captured.saw_start(span)

    def on_end(self, span: ReadableSpan) -> None:
        association.ended(span)
        self._captured.take(span)

    def put_score(self, record: ScoreRecord) -> None:
        self._captured.scores.append(record)


def _captured(span: ReadableSpan) -> CapturedSpan:
    attributes = dict(span.attributes or {})
    return CapturedSpan(
        name=span.name,
        type=str(attributes.get(SPAN_TYPE, "DEFAULT")),
        input=_decoded(attributes.get(SPAN_INPUT)),
        output=_decoded(attributes.get(SPAN_OUTPUT)),
        session_id=_id(attributes.get(SESSION_ID)),
        user_id=_id(attributes.get(USER_ID)),
        metadata={
            key.removeprefix(METADATA_PREFIX): value
            for key, value in attributes.items()
            if key.startswith(METADATA_PREFIX)
        },
        tags=list(attributes.get(TAGS, ())),  # type: ignore[arg-type]  # an array of strings
        status=span.status.status_code.name.lower(),
        status_message=span.status.description,
        events=[
            CapturedEvent(event.name, dict(event.attributes or {}), event.timestamp)
            for event in span.events
        ],
        attributes=attributes,
        trace_id=f"{span.context.trace_id:032x}",
        span_id=f"{span.context.span_id:016x}",
        parent_id=None if span.parent is None else f"{span.parent.span_id:016x}",
        links=[f"{link.context.span_id:016x}" for link in span.links],
        start_ns=span.start_time or 0,
        end_ns=span.end_time or 0,
    )


def _id(value: object) -> str | None:
    return None if value is None else str(value)


def _decoded(text: object) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _below(span: CapturedSpan) -> Iterator[CapturedSpan]:
    for child in span.children:
        yield child
        yield from _below(child)


def _one(spans: list[CapturedSpan], name: str) -> CapturedSpan:
    found = [span for span in spans if span.name == name]
    if len(found) != 1:
        names = ", ".join(span.name for span in spans) or "none"
        raise AssertionError(f"{len(found)} spans are named {name!r}; there are: {names}")
    return found[0]
