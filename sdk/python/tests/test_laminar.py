"""Starting and stopping: alone, beside a provider of the program, apart from it, and not at all."""

import json
import logging
import subprocess
import sys
import textwrap

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from threadline import (
    Laminar,
    LaminarSpanProcessor,
    get_laminar_tracer_provider,
    get_tracer,
    observe,
    runtime,
)


class Kept(InMemorySpanExporter):
    """What would be sent."""


@pytest.fixture
def kept(monkeypatch):
    """The spans that the processor of `initialize` would send."""
    exporter = Kept()
    make = LaminarSpanProcessor.of
    monkeypatch.setattr(
        LaminarSpanProcessor, "of", staticmethod(lambda settings: make(settings, exporter))
    )
    return exporter


@pytest.fixture
def own_provider(monkeypatch):
    """A global tracer provider of the program's own, with an exporter of its own."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return provider, exporter


def sent(kept):
    Laminar.flush()
    return {span.name: span for span in kept.get_finished_spans()}


@observe()
def step():
    """A span without anything."""


def initialize(**arguments):
    Laminar.initialize(instruments=set(), **arguments)


def test_it_joins_the_programs_own_provider(kept, own_provider):
    provider, exporter = own_provider
    initialize()
    with provider.get_tracer("foreign").start_as_current_span("foreign"):
        step()
    names = {"foreign", "step"}
    assert set(sent(kept)) == names == {span.name for span in exporter.get_finished_spans()}
    assert get_laminar_tracer_provider() is provider


def test_apart_it_leaves_the_programs_provider_alone(kept, own_provider):
    provider, exporter = own_provider
    initialize(set_global_tracer_provider=False)
    with provider.get_tracer("foreign").start_as_current_span("foreign"):
        with Laminar.start_as_current_span("ours"):
            step()
        observe(name="kept", preserve_global_context=True)(lambda: None)()
    ours = sent(kept)
    assert set(ours) == {"ours", "step", "kept"}
    assert [span.name for span in exporter.get_finished_spans()] == ["foreign"]
    assert ours["ours"].parent is None
    assert ours["step"].parent.span_id == ours["ours"].context.span_id
    assert ours["kept"].parent is not None


def test_a_provider_that_takes_no_processors_is_left_alone_with_a_warning(
    kept, monkeypatch, caplog
):
    class Foreign(trace.TracerProvider):
        def get_tracer(self, *_args, **_kwargs):
            return trace.NoOpTracer()

    monkeypatch.setattr(trace, "get_tracer_provider", Foreign)
    initialize()
    step()
    assert set(sent(kept)) == {"step"}
    assert "Foreign" in caplog.text


def test_a_second_initialize_is_ignored(kept, own_provider):
    initialize(project_api_key="first")
    running = runtime.current
    initialize(project_api_key="second")
    assert runtime.current is running
    assert Laminar.get_project_api_key() == "first"


def test_it_can_start_again_after_shutdown_without_filling_the_provider(kept, own_provider):
    provider, _ = own_provider
    before = provider._active_span_processor._span_processors
    for _ in range(3):
        initialize()
        assert Laminar.is_initialized()
        step()
        Laminar.shutdown()
        assert not Laminar.is_initialized()
    assert provider._active_span_processor._span_processors == before
    Laminar.shutdown()


def test_what_is_known_of_the_server_can_be_asked(kept, own_provider):
    assert (Laminar.get_base_http_url(), Laminar.get_project_api_key()) == (None, None)
    initialize(project_api_key="k", base_url="http://localhost", http_port=9, grpc_port=8001)
    assert Laminar.get_base_http_url() == "http://localhost:9"
    assert Laminar.get_project_api_key() == "k"


@pytest.mark.parametrize("name", ["LMNR_DISABLE_TRACING", "OTEL_SDK_DISABLED"])
def test_disabled_by_the_environment_everything_is_a_no_op(monkeypatch, name, own_provider):
    monkeypatch.setenv(name, "true")
    provider, _ = own_provider
    before = provider._active_span_processor._span_processors
    initialize()
    assert Laminar.is_initialized()
    with Laminar.start_as_current_span("block") as span:
        assert not span.is_recording()
        step()
    assert provider._active_span_processor._span_processors == before


def test_a_wrong_argument_is_the_only_error_and_nothing_is_started():
    with pytest.raises(ValueError, match="sample_rate"):
        Laminar.initialize(sample_rate=7)
    assert not Laminar.is_initialized()


def test_metadata_of_initialize_is_on_every_root(kept, own_provider):
    initialize(metadata={"release": "1"})
    with Laminar.start_as_current_span("root"):
        step()
    key = "lmnr.association.properties.metadata.release"
    spans = sent(kept)
    assert spans["root"].attributes[key] == "1"
    assert key not in spans["step"].attributes


def test_the_log_level_of_the_environment_is_ours(kept, monkeypatch, own_provider):
    logger = logging.getLogger("threadline")
    monkeypatch.setattr(logger, "level", logger.level)
    monkeypatch.setenv("LMNR_LOG_LEVEL", "error")
    initialize()
    assert logger.level == logging.ERROR


def test_a_span_context_in_the_environment_is_continued(kept, monkeypatch, own_provider):
    place = {"trace_id": "0" * 31 + "1", "span_id": "0" * 15 + "2", "session_id": "s"}
    monkeypatch.setenv("LMNR_SPAN_CONTEXT", json.dumps(place))
    initialize()
    step()
    span = sent(kept)["step"]
    assert (span.context.trace_id, span.parent.span_id) == (1, 2)
    assert span.attributes["session.id"] == "s"


def test_a_span_context_in_the_environment_that_is_none_is_one_warning(
    kept, monkeypatch, own_provider, caplog
):
    monkeypatch.setenv("LMNR_SPAN_CONTEXT", "{")
    initialize()
    step()
    assert sent(kept)["step"].parent is None
    assert "LMNR_SPAN_CONTEXT" in caplog.text


def test_the_tracer_and_the_provider_can_be_had(kept, own_provider):
    provider, _ = own_provider
    assert get_laminar_tracer_provider() is provider
    initialize()
    with get_tracer(flush_on_exit=True) as tracer, tracer.start_as_current_span("by tracer"):
        pass
    (span,) = kept.get_finished_spans()
    assert (span.name, span.instrumentation_scope.name) == ("by tracer", "threadline")


def test_an_instrumentation_that_fails_costs_nothing_else(kept, monkeypatch, own_provider, caplog):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("threadline.guard.strict", False)
    monkeypatch.setattr("threadline.instruments.switch_on", broken)
    Laminar.initialize()
    step()
    assert set(sent(kept)) == {"step"}
    assert "your program goes on" in caplog.text


def run(program, **environment):
    """Run a program in a process of its own; gives what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_alone_it_becomes_the_global_provider_and_carries_traces_into_threads():
    program = """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        from opentelemetry import trace
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
        from threadline import Laminar, LaminarSpanProcessor, get_laminar_tracer_provider, observe
        kept, make = InMemorySpanExporter(), LaminarSpanProcessor.of
        LaminarSpanProcessor.of = lambda settings: make(settings, kept)
        Laminar.initialize()
        assert trace.get_tracer_provider() is get_laminar_tracer_provider()

        @observe()
        def step():
            with trace.get_tracer("foreign").start_as_current_span("foreign"):
                pass

        with Laminar.start_as_current_span("root", session_id="s"):
            thread = threading.Thread(target=step)
            thread.start()
            thread.join()
            with ThreadPoolExecutor() as pool:
                pool.submit(step).result()
        Laminar.flush()
        spans = kept.get_finished_spans()
        print(len(spans), {s.context.trace_id == spans[-1].context.trace_id for s in spans})
        print({s.attributes["session.id"] for s in spans})
        print(spans[0].resource.attributes["service.name"])
        """
    printed = run(program, OTEL_SERVICE_NAME="mine").stdout.split("\n")
    assert printed[:3] == ["5 {True}", "{'s'}", "mine"]


def test_importing_it_imports_no_more_of_opentelemetry_than_the_api():
    program = """
        import sys
        import threadline
        from threadline import Laminar, observe
        with Laminar.start_as_current_span("quiet"), Laminar.session("s"):
            observe()(len)([1])
        print(*sorted(sys.modules))
        """
    modules = set(run(program).stdout.split())
    opentelemetry = {name for name in modules if name.startswith("opentelemetry.")}
    roots = {name.split(".")[1] for name in opentelemetry}
    assert roots == {"attributes", "baggage", "context", "environment_variables", "trace", "util"}
    ours = {name for name in modules if name.startswith("threadline.")}
    lazy = {"instruments", "processor", "export", "propagation", "middleware", "settings", "score"}
    assert not {name.split(".")[1] for name in ours} & lazy
    # What the API itself loads differs from one of its versions to the next.
    api = "import sys; from opentelemetry import baggage, context, trace; print(*sys.modules)"
    added = modules - set(run(api).stdout.split())
    heavy = {"requests", "google", "asyncio", "http", "email", "urllib.request", "wrapt", "ssl"}
    assert not {name for name in added if name.split(".")[0] in heavy or name in heavy}


def test_what_is_imported_late_is_there_when_it_is_asked_for():
    import threadline

    assert threadline.LaminarSpanProcessor is LaminarSpanProcessor
    assert {"Instruments", "SessionMiddleware", "Laminar"} <= set(dir(threadline))
    assert all(getattr(threadline, name) is not None for name in threadline.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        threadline.nonsense  # noqa: B018 - asked for on purpose


def test_flush_says_that_nothing_arrived_where_there_is_no_server(own_provider):
    initialize(base_url="http://127.0.0.1:1", export_timeout_seconds=0.2)
    step()
    assert Laminar.flush() is False
