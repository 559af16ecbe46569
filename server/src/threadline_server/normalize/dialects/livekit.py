"""Read LiveKit's `lk.*` attributes."""

from __future__ import annotations

from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import carrying

LIVEKIT = Dialect(
    name="livekit",
    sources=(
        *carrying(Meaning.INPUT, "lk.user_transcript", "lk.input_text", "lk.chat_ctx"),
        *carrying(Meaning.OUTPUT, "lk.response.text", "lk.function_tool.output"),
    ),
)
