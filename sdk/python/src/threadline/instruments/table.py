"""Lists the packages that can be traced, each with what switches its tracing on."""

from threadline.instruments.anthropic import silence_own_spans
from threadline.instruments.instrumentation import Instrumentation
from threadline.instruments.langchain import nest_runs
from threadline.instruments.names import Instruments
from threadline.instruments.openai_agents import leave_calls_of_agents
from threadline.instruments.openinference import openinference

TABLE: tuple[Instrumentation, ...] = (
    # Carries the context into threads and executors; makes no spans.
    Instrumentation(
        instrument=Instruments.THREADING,
        extra="threading",
        modules=("threading",),
        distribution="opentelemetry-instrumentation-threading",
        instrumentor="opentelemetry.instrumentation.threading:ThreadingInstrumentor",
        records_calls=False,
    ),
    # Clients of providers
    openinference(
        Instruments.OPENAI,
        "openai",
        "OpenAIInstrumentor",
        "0.1.66",
        client=True,
        afterwards=leave_calls_of_agents,
    ),
    openinference(
        Instruments.ANTHROPIC,
        "anthropic",
        "AnthropicInstrumentor",
        "3.1.0",
        client=True,
        afterwards=silence_own_spans,
    ),
    openinference(
        Instruments.GOOGLE_GENAI,
        "google-genai",
        "GoogleGenAIInstrumentor",
        "1.4.14",
        modules=("google.genai",),
        client=True,
    ),
    # Who imports botocore may want no more than a file from S3, so nothing is said of a missing
    # instrumentor. aiobotocore.client imports botocore.client and is patched together with it.
    openinference(
        Instruments.BEDROCK,
        "bedrock",
        "BedrockInstrumentor",
        "0.1.61",
        modules=("botocore.client", "aiobotocore.client"),
        distribution="botocore",
        client=True,
        advised=False,
    ),
    openinference(Instruments.LITELLM, "litellm", "LiteLLMInstrumentor", "0.1.51", client=True),
    openinference(Instruments.GROQ, "groq", "GroqInstrumentor", "0.1.33", client=True),
    openinference(
        Instruments.MISTRAL,
        "mistral",
        "MistralAIInstrumentor",
        "2.2.2",
        modules=("mistralai.client",),
        distribution="mistralai",
        part="mistralai",
        client=True,
    ),
    openinference(Instruments.COHERE, "cohere", "CohereInstrumentor", "0.1.15", client=True),
    openinference(Instruments.OLLAMA, "ollama", "OllamaInstrumentor", "0.1.13", client=True),
    openinference(Instruments.TOGETHER, "together", "TogetherInstrumentor", "0.1.13", client=True),
    # Frameworks
    openinference(
        Instruments.LANGCHAIN,
        "langchain",
        "LangChainInstrumentor",
        "0.1.80",
        modules=("langchain_core",),
        distribution="langchain-core",
        family=("langchain", "langgraph"),
        afterwards=nest_runs,
    ),
    openinference(
        Instruments.LLAMA_INDEX,
        "llama-index",
        "LlamaIndexInstrumentor",
        "4.6.1",
        modules=("llama_index.core",),
        distribution="llama-index-core",
        family=("llama_index",),
    ),
    # By default this one replaces the processors that are there, and with them the program's own
    # traces at OpenAI.
    openinference(
        Instruments.OPENAI_AGENTS,
        "openai-agents",
        "OpenAIAgentsInstrumentor",
        "2.6.0",
        modules=("agents",),
        options={"exclusive_processor": False},
    ),
    Instrumentation(
        instrument=Instruments.PYDANTIC_AI,
        extra="pydantic-ai",
        modules=("pydantic_ai",),
        distribution="pydantic-ai-slim",
        instrumentor="threadline.instruments.pydantic_ai:PydanticAIInstrumentor",
        hidden_contents=lambda: {"include_content": False},
    ),
    openinference(
        Instruments.CREWAI, "crewai", "CrewAIInstrumentor", "1.1.21", records_calls=False
    ),
    openinference(Instruments.DSPY, "dspy", "DSPyInstrumentor", "0.1.48", records_calls=False),
    openinference(Instruments.MCP, "mcp", "MCPInstrumentor", "2.0.13", records_calls=False),
    openinference(
        Instruments.HAYSTACK,
        "haystack",
        "HaystackInstrumentor",
        "0.1.46",
        distribution="haystack-ai",
    ),
    openinference(Instruments.SMOLAGENTS, "smolagents", "SmolagentsInstrumentor", "0.1.43"),
    # Imports every model provider that is installed, to find the classes it patches.
    openinference(Instruments.AGNO, "agno", "AgnoInstrumentor", "1.0.15"),
    openinference(
        Instruments.GOOGLE_ADK,
        "google-adk",
        "GoogleADKInstrumentor",
        "1.0.5",
        modules=("google.adk",),
    ),
    openinference(
        Instruments.CLAUDE_AGENT,
        "claude-agent",
        "ClaudeAgentSDKInstrumentor",
        "0.1.22",
        modules=("claude_agent_sdk",),
        distribution="claude-agent-sdk",
        part="claude_agent_sdk",
    ),
)

COVERED_BY: dict[Instruments, Instruments] = {
    Instruments.LANGGRAPH: Instruments.LANGCHAIN,
    Instruments.DEEPAGENTS: Instruments.LANGCHAIN,
}
"""Packages that another's instrumentor traces: asking for one asks for the other."""

TRACE_THEMSELVES: frozenset[Instruments] = frozenset({Instruments.STRANDS})
"""Packages that send spans to the global tracer provider without being asked."""
