"""A call that a package records by itself is not recorded a second time."""

import sys
from types import ModuleType, SimpleNamespace

import pytest
from opentelemetry.instrumentation.utils import is_instrumentation_enabled

from threadline.instruments import anthropic, openai_agents
from threadline.instruments.pydantic_ai import PydanticAIInstrumentor

ANTHROPIC = """
def env_open_telemetry():
    return asked

def resolve(option=None):
    return env_open_telemetry() if option is None else option
"""


@pytest.fixture
def client(monkeypatch):
    """The module by which Anthropic's client decides on its spans."""
    module = ModuleType(anthropic.SOURCE)
    exec(ANTHROPIC, module.__dict__)
    module.asked = {"traces": {}}
    monkeypatch.setitem(sys.modules, anthropic.SOURCE, module)
    return module


def test_a_client_of_anthropic_that_was_told_nothing_makes_no_spans(client):
    anthropic.silence_own_spans()
    assert client.resolve() == {"traces": {"enabled": False}}


def test_a_client_of_anthropic_does_as_it_was_told(client):
    anthropic.silence_own_spans()
    given = {"traces": {"content_mode": "content"}}
    assert client.resolve(given) == given
    client.asked = given
    assert client.resolve() == given


def test_a_client_of_anthropic_that_makes_no_spans_yet_is_left_alone(monkeypatch):
    older = ModuleType(anthropic.SOURCE)
    monkeypatch.setitem(sys.modules, anthropic.SOURCE, older)
    anthropic.silence_own_spans()
    monkeypatch.delitem(sys.modules, anthropic.SOURCE)
    anthropic.silence_own_spans()
    assert [name for name in vars(older) if not name.startswith("__")] == []


@pytest.fixture
def agents(monkeypatch):
    """The OpenAI Agents SDK with its instrumentor, and OpenAI's client below it."""
    state = SimpleNamespace(span=None, instrumented=True)
    tracing = ModuleType("agents.tracing")
    tracing.get_current_span = lambda: state.span
    instrumentation = ModuleType("openinference.instrumentation.openai_agents")
    instrumentation.OpenAIAgentsInstrumentor = lambda: SimpleNamespace(
        is_instrumented_by_opentelemetry=state.instrumented
    )

    class AsyncOpenAI:
        async def request(self):
            return "traced" if is_instrumentation_enabled() else "left to the SDK"

    openai = ModuleType("openai")
    openai.AsyncOpenAI = AsyncOpenAI
    for module in (tracing, instrumentation, openai):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    openai_agents.leave_calls_of_agents()
    state.client = openai.AsyncOpenAI()
    return state


def span(kind, span_id="span_1"):
    return SimpleNamespace(span_id=span_id, span_data=SimpleNamespace(type=kind))


@pytest.mark.parametrize("kind", ["response", "generation"])
async def test_a_model_call_of_the_agents_sdk_is_left_to_its_span(agents, kind):
    agents.span = span(kind)
    assert await agents.client.request() == "left to the SDK"
    assert is_instrumentation_enabled()


@pytest.mark.parametrize(
    ("current", "instrumented"),
    [
        (None, True),
        (span("function"), True),
        (span("response", "no-op"), True),
        (span("response"), False),
    ],
    ids=["no span", "a tool", "tracing disabled", "not instrumented"],
)
async def test_other_calls_of_openais_client_are_traced(agents, current, instrumented):
    agents.span, agents.instrumented = current, instrumented
    assert await agents.client.request() == "traced"


@pytest.fixture
def pydantic_ai(monkeypatch):
    """Pydantic AI as far as its tracing goes."""

    class Agent:
        _instrument_default = False

        @staticmethod
        def instrument_all(instrument=True):
            Agent._instrument_default = instrument

    package, models = ModuleType("pydantic_ai"), ModuleType("pydantic_ai.models")
    instrumented = ModuleType("pydantic_ai.models.instrumented")
    package.Agent = Agent
    instrumented.InstrumentationSettings = SimpleNamespace
    for module in (package, models, instrumented):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(PydanticAIInstrumentor, "_instance", None)
    return package


def test_pydantic_ai_is_told_where_to_and_whether_with_contents(pydantic_ai, provider):
    instrumentor = PydanticAIInstrumentor()
    assert not instrumentor.is_instrumented_by_opentelemetry
    options = {"tracer_provider": provider, "include_content": False}
    instrumentor.instrument(**options, skip_dep_check=True)
    assert vars(pydantic_ai.Agent._instrument_default) == options
    assert instrumentor.is_instrumented_by_opentelemetry
    instrumentor.uninstrument()
    assert not instrumentor.is_instrumented_by_opentelemetry


def test_pydantic_ai_that_the_program_traces_itself_counts_as_traced(pydantic_ai):
    pydantic_ai.Agent.instrument_all()
    assert PydanticAIInstrumentor().is_instrumented_by_opentelemetry
