"""Read what Codex writes of its turns, model calls and tools; what was said is in log records."""

from __future__ import annotations

from threadline_server.model.span import SpanType
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import Source, counted, named

_TURN = "codex.turn.token_usage."
_CALL = "codex.usage."


def _always(kind: SpanType, key: str) -> tuple[Source, ...]:
    return named(Meaning.OPERATION, key, read=lambda _: kind)


CODEX = Dialect(
    name="codex",
    title="Codex",
    sources=(
        *_always("agent", _TURN + "total_tokens"),
        *_always("llm", _CALL + "total_tokens"),
        *_always("tool", "codex.tool.phase"),
        *named(Meaning.ENTITY_NAME, "tool_name"),
        *named(Meaning.TOOL_CALL_ID, "call_id"),
        *counted(Meaning.INPUT_TOKENS, _TURN + "input_tokens"),
        *counted(Meaning.OUTPUT_TOKENS, _TURN + "output_tokens"),
        *counted(Meaning.CACHE_READ_TOKENS, _TURN + "cached_input_tokens"),
        *counted(Meaning.CACHE_WRITE_TOKENS, _TURN + "cache_write_input_tokens"),
        *counted(
            Meaning.REASONING_TOKENS,
            _TURN + "reasoning_output_tokens",
            _CALL + "reasoning_output_tokens",
        ),
    ),
)
