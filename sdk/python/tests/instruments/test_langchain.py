"""What starts inside a run of LangChain is a child of that run's span."""

import sys
from types import ModuleType, SimpleNamespace
from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from threadline.instruments.client_tracer import ClientTracerProvider
from threadline.instruments.langchain import model_run_context, nest_runs

MODEL = """
def generate(call, run_manager=None):
    return call()
"""
CONTEXTS = """
from contextvars import copy_context

def _set_config_context(config):
    return config["callbacks"]

def run(config, call):
    context = copy_context()
    context.run(_set_config_context, config)
    return context.run(call)
"""


def module(name, code, monkeypatch):
    made = ModuleType(name)
    exec(compile(code, name, "exec"), made.__dict__)
    monkeypatch.setitem(sys.modules, name, made)
    return made


@pytest.fixture
def spans(monkeypatch):
    """The spans of runs by their ids, as the instrumentor of LangChain keeps them."""
    kept = {}
    instrumentor = SimpleNamespace(is_instrumented_by_opentelemetry=True, get_span=kept.get)
    instrumentation = ModuleType("openinference.instrumentation.langchain")
    instrumentation.LangChainInstrumentor = lambda: instrumentor
    monkeypatch.setitem(sys.modules, instrumentation.__name__, instrumentation)
    module("langchain_core.language_models", "", monkeypatch)
    return SimpleNamespace(kept=kept, instrumentor=instrumentor)


@pytest.fixture
def model(monkeypatch):
    return module("langchain_core.language_models.fake", MODEL, monkeypatch)


@pytest.fixture
def run(provider, spans):
    """A run of a model that has a span."""
    manager = SimpleNamespace(run_id=uuid4())
    spans.kept[manager.run_id] = provider.get_tracer("langchain").start_span("ChatModel")
    return manager


def test_a_providers_call_is_below_the_model_that_makes_it(provider, spans, model, run):
    tracer = ClientTracerProvider(provider).get_tracer("client")
    span = model.generate(lambda: tracer.start_span("call"), run_manager=run)
    assert span.parent == spans.kept[run.run_id].get_span_context()
    with model.generate(lambda: tracer.start_as_current_span("call"), run_manager=run) as current:
        assert trace.get_current_span() is current
        assert current.parent == spans.kept[run.run_id].get_span_context()


@pytest.mark.parametrize("manager", [None, SimpleNamespace(run_id=uuid4()), SimpleNamespace()])
def test_a_call_of_a_run_that_has_no_span_is_where_it_was(provider, spans, model, manager):
    tracer = ClientTracerProvider(provider).get_tracer("client")
    with provider.get_tracer("program").start_as_current_span("turn") as turn:
        span = model.generate(lambda: tracer.start_span("call"), run_manager=manager)
    assert span.parent == turn.get_span_context()


def test_a_call_outside_a_model_is_where_it_was(provider, run):
    tracer = ClientTracerProvider(provider).get_tracer("client")
    assert tracer.start_span("call").parent is None
    assert model_run_context() is None


def test_a_context_that_is_given_goes_before_the_run(provider, model, run):
    tracer = ClientTracerProvider(provider).get_tracer("client")
    given = trace.set_span_in_context(provider.get_tracer("program").start_span("chosen"))
    span = model.generate(lambda: tracer.start_span("call", given), run_manager=run)
    assert span.parent == trace.get_current_span(given).get_span_context()


def test_an_instrumentor_that_is_off_has_no_runs(provider, spans, model, run):
    spans.instrumentor.is_instrumented_by_opentelemetry = False
    tracer = ClientTracerProvider(provider).get_tracer("client")
    span = model.generate(lambda: tracer.start_span("call"), run_manager=run)
    assert span.parent is None


def test_a_proxy_of_the_tracer_decides_on_ids_and_the_rest_is_the_tracers(provider):
    """As OpenInference's tracers do, so that a program's `random.seed` does not repeat ids."""

    class Ids(RandomIdGenerator):
        def generate_span_id(self):
            return 7

    class Proxy:
        id_generator = Ids()

        def __init__(self, wrapped):
            self.wrapped = wrapped

        def __getattr__(self, name):
            return getattr(self.wrapped, name)

    tracer = ClientTracerProvider(provider).get_tracer("client", "1.2")
    span = type(tracer).start_span(Proxy(tracer), name="call", attributes={"a": 1})
    assert span.get_span_context().span_id == 7
    assert (span.instrumentation_scope.name, span.instrumentation_scope.version) == (
        "client",
        "1.2",
    )
    assert dict(span.attributes) == {"a": 1}


def test_what_a_run_calls_has_the_runs_span_as_current(provider, spans, run, monkeypatch):
    contexts = module("langchain_core.runnables.config", CONTEXTS, monkeypatch)
    nest_runs()
    config = {"callbacks": SimpleNamespace(parent_run_id=run.run_id)}
    assert contexts.run(config, trace.get_current_span) is spans.kept[run.run_id]
    assert trace.get_current_span() is trace.INVALID_SPAN
    without = {"callbacks": SimpleNamespace(parent_run_id=uuid4())}
    assert contexts.run(without, trace.get_current_span) is trace.INVALID_SPAN


def test_a_release_without_that_function_goes_on_without_nesting(monkeypatch, caplog):
    config = module("langchain_core.runnables.config", "changed = True", monkeypatch)
    nest_runs()
    assert config.changed
    assert caplog.messages == []


def test_the_provider_of_clients_gives_what_the_provider_gives():
    provider = TracerProvider()
    tracer = ClientTracerProvider(provider).get_tracer("client")
    assert tracer.id_generator is provider.id_generator
