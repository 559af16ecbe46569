"""Tell the metadata that a program sets from what frameworks write among it."""

from __future__ import annotations

_NAMES = frozenset(
    {
        *("checkpoint_id", "checkpoint_ns", "run_attempt"),
        *("session_id", "thread_id", "conversation_id"),
    }
)
"""LangGraph's place in a run, and what is shown as the session or conversation that it names."""

_PREFIXES = ("langgraph_", "ls_", "lc_", "__pregel_")


def of_framework(name: str) -> bool:
    """Whether LangChain or LangGraph writes an entry of this name of itself."""
    return name in _NAMES or name.startswith(_PREFIXES)
