"""Says what one message of a coding agent's conversation holds, before a dialect is chosen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What the model asks a tool to do; `arguments` is JSON text."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message; a tool's result names the call that it answers."""

    role: str  # system | user | assistant | tool
    text: str
    call: ToolCall | None = None
    answers: str = ""

    @property
    def size(self) -> int:
        """Characters of it, as a context window counts them."""
        return len(self.text) + (len(self.call.arguments) if self.call else 0)
