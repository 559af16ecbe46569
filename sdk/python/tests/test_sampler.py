"""A sampler decides as OpenTelemetry's own does, whatever the parent."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from threadline.sampler import ParentSampler

STATE = TraceState([("vendor", "1")])
PARENTS = {
    "none": None,
    "invalid": trace.INVALID_SPAN_CONTEXT,
    **{
        f"{place}, {kept}": SpanContext(
            7, 9, is_remote=place == "remote", trace_flags=TraceFlags(flags), trace_state=STATE
        )
        for place in ("local", "remote")
        for kept, flags in (
            ("kept", 1),
            ("dropped", 0),
            ("kept at random", 3),
            ("dropped at random", 2),
        )
    },
}


@pytest.mark.parametrize("parent", PARENTS.values(), ids=PARENTS)
def test_a_span_is_kept_or_dropped_as_opentelemetry_does(parent):
    around = Context()
    if parent is not None:
        around = trace.set_span_in_context(NonRecordingSpan(parent), around)
    asked = {"trace_id": 7, "name": "span", "attributes": {"a": 1}}
    ours = ParentSampler().should_sample(around, **asked)
    theirs = ParentBased(ALWAYS_ON).should_sample(around, **asked)
    assert ours.decision is theirs.decision
    assert dict(ours.attributes or {}) == dict(theirs.attributes or {})
    assert (ours.trace_state or None) == (theirs.trace_state or None)
