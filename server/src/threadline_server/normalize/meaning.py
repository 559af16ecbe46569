"""Name what an attribute can mean, whatever its dialect calls it."""

from enum import IntEnum


class Meaning(IntEnum):
    """One thing that a span can say of itself; the number is its place in a `Reading`."""

    TYPE = 0
    """What the client calls the span: agent, llm, tool."""
    OPERATION = 1
    """What it does; tells the type where none is stated."""
    AGENT_NAME = 2
    REQUEST_MODEL = 3
    RESPONSE_MODEL = 4
    RESPONSE_ID = 5
    PROVIDER = 6
    INPUT_TOKENS = 7
    """With cache reads and writes, whatever the dialect's own convention."""
    OUTPUT_TOKENS = 8
    """With reasoning, the same."""
    CACHE_READ_TOKENS = 9
    CACHE_WRITE_TOKENS = 10
    REASONING_TOKENS = 11
    INPUT_COST = 12
    """US dollars, as the next two."""
    OUTPUT_COST = 13
    TOTAL_COST = 14
    TOOL_NAME = 15
    TOOL_CALL_ID = 16
    INPUT = 17
    """What went in, as it was sent."""
    OUTPUT = 18
    TAGS = 19
    METADATA = 20
    TIME_TO_FIRST_TOKEN = 21
    """Seconds from the start of the span."""
    TOOL_DEFINITIONS = 22
    SYSTEM_INSTRUCTIONS = 23
    ENTITY_NAME = 24
    """A name that is the tool's where the span is a tool, and the agent's where it is an agent."""
    FIRST_TOKEN_AT = 25
    """Nanoseconds since 1970, where a dialect gives the moment and not the time it took."""
    TOTAL_TOKENS = 26
    """All tokens; tells what is missing where only one of input and output is stated."""
    MODEL_NAME = 27
    """A name that is the model's where the span is a model call, and something else's where not."""
    SEVERITY = 28
    """`error` where the client states one without setting OpenTelemetry's status."""
    SEVERITY_TEXT = 29
    """What went wrong, said beside that."""
    CACHE_WRITE_5M_TOKENS = 30
    """Of what was written to a cache, what is kept there for five minutes."""
    CACHE_WRITE_1H_TOKENS = 31
    """The same for an hour."""
    CACHES_BESIDE = 32
    """True where the input is stated without its caches, as Anthropic's and Bedrock's own usage is."""
    USAGE_REPEATED = 33
    """True where the tokens are those of another span, which tells them too."""
