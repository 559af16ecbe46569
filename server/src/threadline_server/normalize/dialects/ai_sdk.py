"""Read the `ai.*` attributes of the Vercel AI SDK, before its version 7."""

from __future__ import annotations

from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import named

AI_SDK = Dialect(
    name="ai_sdk",
    sources=(
        *named(Meaning.TOOL_NAME, "ai.toolCall.name"),
        *named(Meaning.TOOL_CALL_ID, "ai.toolCall.id"),
    ),
)
