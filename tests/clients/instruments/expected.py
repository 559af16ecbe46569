"""Says for each conversation which spans its traces hold, and what its model calls add up to."""

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True, slots=True)
class Session:
    """What the server shows of one conversation of two turns."""

    calls: int
    """Calls to the model that report tokens; every one reports 11 in and 7 out."""

    traces: tuple[str, str]
    """The spans of each turn, one line each, `type name`, indented as they are nested."""

    errors: int = 0
    silent: tuple[str, ...] = ()
    """Names of spans that hold no contents, or where the server does not look for them."""

    @property
    def outlines(self) -> list[list[str]]:
        """The lines of each turn."""
        return [dedent(trace).strip().splitlines() for trace in self.traces]


PYDANTIC_TURN = """
    span turn
      agent invoke_agent weather
        llm chat gpt-4o-mini
          llm Response
        tool execute_tool get_weather
        llm chat gpt-4o-mini
          llm Response
"""
LANGGRAPH_TURN = """
    span turn
      chain LangGraph
        chain model
          llm ChatOpenAI
            llm ChatCompletion
        chain tools
          tool get_weather
            span look it up
        chain model
          llm ChatOpenAI
            llm ChatCompletion
"""
AGENTS_TURN = """
    span {name}
      agent Agent workflow
        chain Agent workflow
          agent weather
            chain turn
              llm response
              tool get_weather
            chain turn
              llm response
"""
LLAMA_TURN = """
    span turn
      chain FunctionAgent.run
        chain BaseWorkflowAgent.init_run
        chain BaseWorkflowAgent.setup_agent
        chain BaseWorkflowAgent.run_agent_step
          llm OpenAI._prepare_chat_with_tools
          llm OpenAI.achat
            llm ChatCompletion
        chain BaseWorkflowAgent.parse_agent_output
        chain BaseWorkflowAgent.call_tool
          tool FunctionTool.acall
        chain BaseWorkflowAgent.aggregate_tool_results
        chain BaseWorkflowAgent.setup_agent
        chain BaseWorkflowAgent.run_agent_step
          llm OpenAI._prepare_chat_with_tools
          llm OpenAI.achat
            llm ChatCompletion
        chain BaseWorkflowAgent.parse_agent_output
"""
CREW_TURN = """
    span turn
      chain Crew_ID.kickoff
        agent weather._execute_core
          llm ChatCompletion
          tool get_weather.run
          llm ChatCompletion
"""
DSPY_TURN = """
    span turn
      llm LM.__call__
        llm completion
          llm ChatCompletion
      tool get_weather.__call__
"""
LITELLM_TURN = """
    span turn
      llm completion
        llm ChatCompletion
"""
BEDROCK_TURN = """
    span turn
      llm bedrock.converse
"""

AGNO_TURN = """
    span turn
      agent Agent.run
        llm OpenAIChat.invoke
          llm ChatCompletion
        tool get_weather
        llm OpenAIChat.invoke
          llm ChatCompletion
"""
HAYSTACK_TURN = """
    span turn
      chain Pipeline.run
        chain ChatPromptBuilder.run
        llm OpenAIChatGenerator.run
          llm ChatCompletion
"""
SMOLAGENTS_TURN = """
    span turn
      llm OpenAIModel.generate
        llm ChatCompletion
      tool SimpleTool
"""
STRANDS_TURN = """
    span turn
      agent invoke_agent Strands Agents
        chain execute_event_loop_cycle
          llm chat
            llm ChatCompletion
          tool execute_tool get_weather
        chain execute_event_loop_cycle
          llm chat
            llm ChatCompletion
"""
PROVIDERS_TURN = """
    span turn
      llm Completions
      llm Completions
      llm MistralClient.chat
      llm ClientV2.chat
      llm Chat
"""

LIGHT: dict[str, Session] = {
    "openai_chat": Session(
        calls=3,
        errors=1,
        traces=(
            """
            span in_pieces
              llm ChatCompletion
            """,
            """
            span with_a_tool
              llm ChatCompletion
              tool get_weather
              llm ChatCompletion
              llm ChatCompletion
            """,
        ),
    ),
    "openai_responses": Session(calls=2, traces=("llm Response", "llm Response")),
    "anthropic_messages": Session(
        calls=3,
        traces=(
            """
            span with_a_tool
              llm messages.create
              tool get_weather
              llm messages.create
            """,
            """
            span in_pieces
              llm messages.stream
            """,
        ),
    ),
    # The client is not asked for the usage of a stream, so nobody knows it.
    "langchain_chain": Session(
        calls=1,
        traces=(
            """
            chain RunnableSequence
              chain ChatPromptTemplate
              llm ChatOpenAI
                llm ChatCompletion
              chain StrOutputParser
            """,
            """
            llm ChatOpenAI
              llm ChatCompletion
            """,
        ),
    ),
    "langgraph_agent": Session(calls=4, traces=(LANGGRAPH_TURN, LANGGRAPH_TURN)),
    "openai_agents": Session(
        calls=4, traces=(AGENTS_TURN.format(name="turn"), AGENTS_TURN.format(name="in_pieces"))
    ),
    "pydantic_agent": Session(calls=4, traces=(PYDANTIC_TURN, PYDANTIC_TURN)),
    # The client asks once what tools there are. Both halves of a call are one trace.
    "mcp_client": Session(
        calls=0,
        silent=("tools/call get_weather",),
        traces=(
            """
            span turn
              span MCP send tools/call get_weather
                tool tools/call get_weather
                  span look it up
              span MCP send tools/list
                span tools/list
            """,
            """
            span turn
              span MCP send tools/call get_weather
                tool tools/call get_weather
                  span look it up
            """,
        ),
    ),
}
HEAVY: dict[str, Session] = {
    # The instrumentor makes one span of a call and of the calls that follow from its tools, and
    # none of the tools.
    "gemini_content": Session(
        calls=2,
        traces=(
            """
            span with_a_tool
              llm GenerateContent
            """,
            """
            span in_pieces
              llm GenerateContentStream
            """,
        ),
    ),
    "bedrock_converse": Session(calls=2, traces=(BEDROCK_TURN, BEDROCK_TURN)),
    "litellm_completion": Session(calls=2, traces=(LITELLM_TURN, LITELLM_TURN)),
    "llama_index_agent": Session(calls=4, traces=(LLAMA_TURN, LLAMA_TURN)),
    "crewai_crew": Session(calls=4, traces=(CREW_TURN, CREW_TURN)),
    "dspy_program": Session(calls=2, traces=(DSPY_TURN, DSPY_TURN)),
    "agno_agent": Session(calls=4, traces=(AGNO_TURN, AGNO_TURN)),
    "haystack_pipeline": Session(calls=2, traces=(HAYSTACK_TURN, HAYSTACK_TURN)),
    "smolagents_agent": Session(calls=2, traces=(SMOLAGENTS_TURN, SMOLAGENTS_TURN)),
    # Strands puts contents into events.
    "strands_agent": Session(
        calls=4,
        silent=("chat", "execute_tool get_weather"),
        traces=(STRANDS_TURN, STRANDS_TURN),
    ),
    "provider_clients": Session(calls=10, traces=(PROVIDERS_TURN, PROVIDERS_TURN)),
}
EXPECTED: dict[str, dict[str, Session]] = {"light": LIGHT, "heavy": HEAVY}
"""The conversations that are held in each environment."""
