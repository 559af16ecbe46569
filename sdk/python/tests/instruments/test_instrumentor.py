"""What keeps a package from being traced is said in one line, and never fails its import."""

import importlib

import pytest
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

from threadline.instruments import switch_on
from threadline.instruments.client_tracer import ClientTracerProvider

FAILING = """
class FakeInstrumentor:
    is_instrumented_by_opentelemetry = False

    def instrument(self, **options):
        raise RuntimeError("{package} has changed")
"""


def test_a_missing_instrumentor_is_named_once_with_the_command_that_installs_it(
    make, provider, caplog
):
    package = make(has_instrumentor=False)
    switch_on(None, None, provider, trace_content=True)
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(package.name)
    name = package.distribution
    assert caplog.messages == [f'{name} is not traced: pip install "threadline[{name}]"']


def test_a_package_that_only_may_be_traced_is_advised_on_when_asked_for(make, provider, caplog):
    unasked = make(has_instrumentor=False, advised=False)
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(unasked.name)
    assert caplog.messages == []
    switch_on({unasked.row.instrument}, None, provider, trace_content=True)
    assert [unasked.distribution in message for message in caplog.messages] == [True]


def test_a_framework_importing_a_client_is_no_reason_for_advice(make, provider, caplog):
    client = make(has_instrumentor=False)
    framework = make(f"import {client.name}")
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(framework.name)
    assert len(framework.calls()) == 1
    assert caplog.messages == []


def test_an_integration_of_a_framework_importing_a_client_is_none_either(make, provider, caplog):
    client = make(has_instrumentor=False)
    framework = make(family=("fake_family",))
    framework.write("fake_family_client.py", f"import {client.name}")
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module("fake_family_client")
    assert caplog.messages == []


def test_a_module_of_the_programs_own_with_a_packages_name_is_not_taken_for_it(
    make, provider, caplog
):
    package = make(installed=False)
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(package.name)
    assert package.calls() == []
    assert caplog.messages == []


def test_a_version_that_does_not_fit_is_said_once_in_the_instrumentors_words(
    make, provider, caplog
):
    package = make(wanted=">= 2")
    switch_on(None, None, provider, trace_content=True)
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(package.name)
    assert package.calls() == []
    (message,) = caplog.messages
    assert message.startswith(f"{package.distribution} is not traced: ")
    assert f'"{package.distribution} >= 2"' in message
    assert f"{package.distribution} 1.5" in message


def test_an_instrumentor_that_fails_does_not_fail_the_import(make, provider, caplog):
    package = make(instrumentor_code=FAILING)
    switch_on(None, None, provider, trace_content=True)
    assert importlib.import_module(package.name).last_line
    assert caplog.messages == [f"{package.distribution} is not traced: {package.name} has changed"]


def test_an_instrumentor_that_lacks_a_package_of_its_own_says_which(make, provider, caplog):
    package = make(instrumentor_code="import fake_package_that_is_missing")
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(package.name)
    assert caplog.messages == [
        f"{package.distribution} is not traced: No module named 'fake_package_that_is_missing'"
    ]


def test_an_interrupt_during_the_import_goes_through(make, provider):
    package = make(instrumentor_code="raise KeyboardInterrupt")
    switch_on(None, None, provider, trace_content=True)
    with pytest.raises(KeyboardInterrupt):
        importlib.import_module(package.name)


def test_an_instrumentor_that_the_program_switched_on_is_left_as_it_is(make, provider, caplog):
    package = make()
    own = importlib.import_module(f"{package.name}_instrumentor").FakeInstrumentor()
    own.instrument(chosen="by the program")
    switch_on(None, None, provider, trace_content=True)
    assert [call.get("chosen") for call in package.calls()] == ["by the program"]
    assert caplog.messages == []


def test_an_instrumentor_of_another_make_keeps_ours_from_tracing_the_package_again(
    make, provider, caplog
):
    package = make()

    class OtherInstrumentor(BaseInstrumentor):
        def instrumentation_dependencies(self):
            return (f"{package.distribution.replace('-', '_').upper()}>1.0",)

        def _uninstrument(self, **options):
            """Nothing to undo."""

    OtherInstrumentor().instrument()
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(package.name)
    assert package.calls() == []
    OtherInstrumentor().uninstrument()
    switch_on(None, None, provider, trace_content=True)
    assert len(package.calls()) == 1
    assert caplog.messages == []


@pytest.mark.parametrize("trace_content", [True, False])
def test_an_instrumentor_is_told_to_leave_contents_out(make, provider, trace_content):
    package = make(options={"fixed": 1}, hidden_contents=lambda: {"hide": True})
    switch_on(None, None, provider, trace_content=trace_content)
    importlib.import_module(package.name)
    hidden = {} if trace_content else {"hide": True}
    assert package.calls() == [{"tracer_provider": provider, "fixed": 1, "whole": True, **hidden}]


def test_a_framework_that_does_not_record_calls_leaves_the_advice_on_its_client(
    make, provider, caplog
):
    client = make(has_instrumentor=False)
    framework = make(f"import {client.name}", records_calls=False)
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(framework.name)
    assert [client.distribution in message for message in caplog.messages] == [True]


def test_a_clients_spans_look_for_the_framework_above_them(make, provider):
    client, other = make(client=True), make()
    switch_on(None, None, provider, trace_content=True)
    for package in (client, other):
        importlib.import_module(package.name)
    assert isinstance(client.calls()[0]["tracer_provider"], ClientTracerProvider)
    assert other.calls()[0]["tracer_provider"] is provider


def test_what_is_left_to_do_is_done_once_the_instrumentor_is_on(make, provider):
    done = []
    package = make(afterwards=lambda: done.append(len(package.calls())))
    refused = make(wanted=">= 2", afterwards=lambda: done.append("refused"))
    switch_on(None, None, provider, trace_content=True)
    for each in (package, refused):
        importlib.import_module(each.name)
    assert done == [1]
