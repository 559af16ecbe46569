"""Turn all spans of one trace into its row of totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from threadline_server.model.previews import Previews, Shown
from threadline_server.model.span import Status
from threadline_server.store.rollup.choice import Choices, SessionChoice
from threadline_server.store.rollup.forest import forest
from threadline_server.store.rollup.interval import Union
from threadline_server.store.rollup.plain import plain_usage
from threadline_server.store.rollup.span import RollupSpan
from threadline_server.store.rollup.usage import CountAnewError, GrowingUsage, TraceUsage

PATIENCE = 4
"""How many ancestors per span of the trace are told of new spans before counting anew is cheaper."""


@dataclass(slots=True)
class TextSource:
    """The span, and which of its previews, from which a trace's input or output comes."""

    span_id: str
    shown: Shown


@dataclass(slots=True)
class TraceRollup:
    """A trace's totals; `end_ns` is the last known end, or the start of a span still running."""

    name: str
    root_span_id: str | None
    session: SessionChoice | None
    user_id: str | None
    start_ns: int
    end_ns: int
    running: bool
    status: Status
    span_count: int
    error_count: int
    usage: TraceUsage
    models: list[str]
    tags: list[str]
    metadata: dict[str, Any]
    input_source: TextSource | None
    output_source: TextSource | None
    step_count: int
    model_ns: int
    tool_ns: int


class GrowingTrace:
    """The totals of a trace, kept true as spans come in, in whatever order.

    What comes in costs by itself and its ancestors. Only a span that closes a cycle, or so deep a
    trace that its ancestors are more than the trace, has everything counted anew.
    """

    def __init__(self, spans: list[RollupSpan]) -> None:
        self.spans: dict[str, RollupSpan] = {}
        self.counted_by: dict[str, str] = {}
        self._plain = plain_usage(spans)
        self._growing: GrowingUsage | None = None
        self._choices = Choices()
        self._root: RollupSpan | None = None
        self._earliest: RollupSpan | None = None
        self._asked: RollupSpan | None = None
        self._answered: RollupSpan | None = None
        self._models: dict[str, RollupSpan] = {}
        self._tags: set[str] = set()
        self._in_models, self._in_tools = Union(), Union()
        self._end_ns = 0
        self._running_count = self._error_count = 0
        self._note(spans)
        if self._plain is None:
            self._count_anew()

    def _count_anew(self) -> GrowingUsage:
        tree = forest(list(self.spans.values()))
        usage = GrowingUsage()
        # Children first: each span then finds its subtree complete and has no ancestors to tell.
        self._count(usage.add(reversed(tree.ordered), tree.broken))
        self._plain, self._growing = None, usage
        return usage

    @property
    def _usage(self) -> GrowingUsage:
        """Who counts, made ready to grow once it is asked for."""
        return self._growing or self._count_anew()

    def add(self, spans: list[RollupSpan]) -> dict[str, str | None]:
        """Take in spans that are new to the trace; give those whose usage another counts now,
        with the other, and with None those that count themselves again.

        Raises CountAnewError, and is of no more use.
        """
        usage = self._usage
        usage.patience = PATIENCE * (len(self.spans) + len(spans))
        moved = usage.add(spans)
        self._note(spans)
        self._count(moved)
        return moved

    def hear(self, span_id: str, previews: Previews) -> bool:
        """Take in what was said in a span that is there. False where everything must then be
        counted anew: where it says less than before, or where who speaks decides what counts.
        """
        span = self.spans[span_id]
        before = (span.says_user, span.says_assistant)
        spoke = span.has_messages
        span.has_messages = previews.has_messages
        is_root = span.parent_span_id is None
        span.has_input = is_root and previews.input is not None
        span.has_output = is_root and previews.output is not None
        span.says_user = previews.asked is not None
        span.says_assistant = previews.answered is not None
        after = (span.says_user, span.says_assistant)
        if any(was and not now for was, now in zip(before, after, strict=True)):
            return False
        if span.type == "llm":
            self._note_speakers(span)
        return spoke == span.has_messages or not self._usage.may_be_one_call(span)

    def _count(self, moved: dict[str, str | None]) -> None:
        for span_id, instead in moved.items():
            if instead is None:
                self.counted_by.pop(span_id, None)
            else:
                self.counted_by[span_id] = instead

    def _note(self, spans: list[RollupSpan]) -> None:
        for span in spans:
            self.spans[span.span_id] = span
            self._choices.offer(span)
            self._earliest = _earlier(self._earliest, span)
            if span.parent_span_id is None:
                self._root = _earlier(self._root, span)
            self._end_ns = max(self._end_ns, span.stop_ns)
            self._running_count += span.end_ns is None
            self._error_count += span.status == "error"
            self._tags.update(span.tags)
            if span.model:
                self._models[span.model] = _earlier(self._models.get(span.model), span)
            if span.type == "llm":
                self._note_call(span)
            elif span.type == "tool":
                self._in_tools.add(span.start_ns, span.stop_ns)

    def _note_call(self, span: RollupSpan) -> None:
        self._in_models.add(span.start_ns, span.stop_ns)
        self._note_speakers(span)

    def _note_speakers(self, span: RollupSpan) -> None:
        if span.says_user:
            self._asked = _earlier(self._asked, span)
        last = self._answered
        if span.says_assistant and (
            last is None or (-span.stop_ns, span.order) < (-last.stop_ns, last.order)
        ):
            self._answered = span

    def _status(self) -> Status:
        if self._error_count:
            return "error"
        return "unset" if self._root is None else self._root.status

    def _input_source(self) -> TextSource | None:
        """Design rule 8: the root's input, else the first user message of the earliest call."""
        if self._root is not None and self._root.has_input:
            return TextSource(self._root.span_id, "input")
        return None if self._asked is None else TextSource(self._asked.span_id, "first_user")

    def _output_source(self) -> TextSource | None:
        """Design rule 8: the root's output, else the last assistant message of the latest call."""
        if self._root is not None and self._root.has_output:
            return TextSource(self._root.span_id, "output")
        last = self._answered
        return None if last is None else TextSource(last.span_id, "last_assistant")

    def _step_count(self) -> int:
        if self._root is None:
            return 0
        if self._growing is None:
            root_id = self._root.span_id
            types = [span.type for span in self.spans.values() if span.parent_span_id == root_id]
            return len(types) if len(types) > 1 and "llm" not in types else 0
        node = self._growing.nodes[self._root.span_id]
        return node.child_count if node.child_count > 1 and not node.llm_children else 0

    def rollup(self) -> TraceRollup:
        """The totals as they stand; there is at least one span."""
        earliest, root = self._earliest, self._root
        if earliest is None:
            raise ValueError("a trace without spans has no totals")
        models = sorted(self._models.items(), key=lambda item: item[1].order)
        return TraceRollup(
            name=(root or earliest).name,
            root_span_id=None if root is None else root.span_id,
            session=self._choices.session(root),
            user_id=self._choices.user_id(root),
            start_ns=earliest.start_ns,
            end_ns=self._end_ns,
            running=self._running_count > 0,
            status=self._status(),
            span_count=len(self.spans),
            error_count=self._error_count,
            usage=self._usage.totals() if self._plain is None else self._plain,
            models=[model for model, _ in models],
            tags=sorted(self._tags),
            metadata=self._choices.merged_metadata(root),
            input_source=self._input_source(),
            output_source=self._output_source(),
            step_count=self._step_count(),
            model_ns=self._in_models.covered_ns,
            tool_ns=self._in_tools.covered_ns,
        )


def _earlier(known: RollupSpan | None, other: RollupSpan) -> RollupSpan:
    return other if known is None or other.before(known) else known


def grown(
    trace: GrowingTrace, spans: list[RollupSpan]
) -> tuple[GrowingTrace, dict[str, str | None]]:
    """The trace with spans that are new to it, and whose usage another counts now, or no longer."""
    try:
        return trace, trace.add(spans)
    except CountAnewError:
        anew = GrowingTrace([*trace.spans.values(), *spans])
        return anew, differences(trace.counted_by, anew.counted_by)


def differences(before: dict[str, str], after: dict[str, str]) -> dict[str, str | None]:
    """What `after` says otherwise than `before`; None where it says nothing any more."""
    return {
        span_id: after.get(span_id)
        for span_id in before.keys() | after.keys()
        if before.get(span_id) != after.get(span_id)
    }


def roll_up_trace(spans: list[RollupSpan]) -> TraceRollup:
    """The totals of a trace of one or more spans, the same in whatever order they came."""
    return GrowingTrace(spans).rollup()
