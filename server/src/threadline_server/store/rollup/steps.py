"""Turn a trace that is a workflow into its steps."""

from __future__ import annotations

from threadline_server.store.rollup.forest import Forest
from threadline_server.store.rollup.span import RollupSpan


def root_of(spans: list[RollupSpan]) -> RollupSpan | None:
    """The span without parent, of several the earliest started."""
    parentless = (span for span in spans if span.parent_span_id is None)
    return min(parentless, key=lambda span: span.order, default=None)


def steps(root: RollupSpan | None, tree: Forest) -> list[RollupSpan]:
    """The steps of a trace that is a workflow: the direct children of a root that hands all work
    on to two or more of them and speaks to no model itself. Other traces have none.
    """
    children = tree.children.get(root.span_id, []) if root is not None else []
    if len(children) < 2 or any(child.type == "llm" for child in children):
        return []
    return children
