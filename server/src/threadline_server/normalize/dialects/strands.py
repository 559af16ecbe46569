"""Read what Strands Agents writes beside the GenAI conventions; its messages are span events."""

from __future__ import annotations

from threadline_server.model.attributes import AttributeValue
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.numbers import seconds
from threadline_server.normalize.source import carrying, counted, named


def _first_token(value: AttributeValue) -> float | None:
    """Strands writes whole milliseconds under the key under which others write seconds."""
    found = seconds(value)
    return found / 1000 if found is not None and isinstance(value, int) else found


STRANDS = Dialect(
    name="strands",
    title="Strands Agents",
    sources=(
        *counted(Meaning.CACHE_WRITE_TOKENS, "gen_ai.usage.cache_write_input_tokens"),
        *named(Meaning.TIME_TO_FIRST_TOKEN, "gen_ai.server.time_to_first_token", read=_first_token),
        *carrying(Meaning.SYSTEM_INSTRUCTIONS, "system_prompt"),
        *carrying(Meaning.TOOL_DEFINITIONS, "gen_ai.agent.tools"),
    ),
)
