"""All stories, the ones that deserve a look first."""

from __future__ import annotations

from threadline_server.demo import (
    checkout,
    coding,
    nightly,
    outage,
    research,
    support,
    visitors,
)
from threadline_server.demo.story import Session

STORIES: tuple[Session, ...] = (
    support.SESSION,
    outage.SESSION,
    coding.SESSION,
    *checkout.SESSIONS,
    *visitors.SESSIONS,
    research.SESSION,
    nightly.SESSION,
)

POINTED_AT: tuple[tuple[str, Session], ...] = (
    ("a support conversation with tools, retrieval and a sub-agent", support.SESSION),
    ("a tool that fails, is tried again, and fails", outage.SESSION),
    ("a checkout whose card is declined", checkout.SESSIONS[1]),
    ("a coding agent, about 60 model calls", coding.SESSION),
)
"""What to say of a story to someone who sees it for the first time."""
