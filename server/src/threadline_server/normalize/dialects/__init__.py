"""One file per instrumentation: which attributes carry which meaning, and how messages are read."""

from __future__ import annotations

from threadline_server.normalize.dialects.adk import ADK
from threadline_server.normalize.dialects.ag2 import AG2
from threadline_server.normalize.dialects.agentops import AGENTOPS
from threadline_server.normalize.dialects.ai_sdk import AI_SDK
from threadline_server.normalize.dialects.braintrust import BRAINTRUST
from threadline_server.normalize.dialects.claude_code import CLAUDE_CODE
from threadline_server.normalize.dialects.codex import CODEX
from threadline_server.normalize.dialects.crewai import CREWAI
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.dialects.gemini_cli import GEMINI_CLI
from threadline_server.normalize.dialects.genai import GENAI
from threadline_server.normalize.dialects.genkit import GENKIT
from threadline_server.normalize.dialects.haystack import HAYSTACK
from threadline_server.normalize.dialects.laminar import LAMINAR
from threadline_server.normalize.dialects.langfuse import LANGFUSE
from threadline_server.normalize.dialects.langsmith import LANGSMITH
from threadline_server.normalize.dialects.langwatch import LANGWATCH
from threadline_server.normalize.dialects.livekit import LIVEKIT
from threadline_server.normalize.dialects.logfire import LOGFIRE
from threadline_server.normalize.dialects.mastra import MASTRA
from threadline_server.normalize.dialects.mastra_spans import MASTRA_SPANS
from threadline_server.normalize.dialects.microsoft import MICROSOFT
from threadline_server.normalize.dialects.mirascope import MIRASCOPE
from threadline_server.normalize.dialects.mlflow import MLFLOW
from threadline_server.normalize.dialects.openinference import OPENINFERENCE
from threadline_server.normalize.dialects.openlit import OPENLIT
from threadline_server.normalize.dialects.sentry import SENTRY
from threadline_server.normalize.dialects.strands import STRANDS
from threadline_server.normalize.dialects.traceloop import TRACELOOP

DIALECTS: tuple[Dialect, ...] = (
    LAMINAR,
    GEMINI_CLI,
    GENAI,
    OPENINFERENCE,
    TRACELOOP,
    LANGFUSE,
    AI_SDK,
    LOGFIRE,
    MLFLOW,
    LANGSMITH,
    AGENTOPS,
    GENKIT,
    LIVEKIT,
    ADK,
    STRANDS,
    MICROSOFT,
    HAYSTACK,
    CREWAI,
    SENTRY,
    OPENLIT,
    MASTRA,
    MASTRA_SPANS,
    LANGWATCH,
    BRAINTRUST,
    CLAUDE_CODE,
    CODEX,
    AG2,
    MIRASCOPE,
)
"""The first dialect that says something is believed."""
