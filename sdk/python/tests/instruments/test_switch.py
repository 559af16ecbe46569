"""Packages are traced from the moment the program imports them, by whichever way it does."""

import importlib
import subprocess
import sys

import pytest

from threadline.instruments import Instruments, switch_on
from threadline.instruments.switch import wanted_rows


def test_switching_on_imports_neither_the_package_nor_its_instrumentor(make, provider):
    package = make()
    switch_on(None, None, provider, trace_content=True)
    assert package.name not in sys.modules
    assert f"{package.name}_instrumentor" not in sys.modules


@pytest.mark.parametrize(
    "statement",
    ["import {0}", "from {0} import last_line", "import {0}.part", "from {0}.part import value"],
)
def test_a_package_is_instrumented_once_the_program_imports_it(make, provider, statement):
    package = make()
    switch_on(None, None, provider, trace_content=True)
    exec(statement.format(package.name), {})
    assert package.calls() == [{"tracer_provider": provider, "whole": True}]


def test_a_package_that_is_imported_already_is_instrumented_at_once(make, provider):
    package = make()
    importlib.import_module(package.name)
    switch_on(None, None, provider, trace_content=True)
    assert package.calls() == [{"tracer_provider": provider, "whole": True}]


def test_a_package_that_imports_another_leaves_both_instrumented(make, provider):
    client = make()
    framework = make(f"import {client.name}")
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(framework.name)
    assert [call["whole"] for call in client.calls() + framework.calls()] == [True, True]


def test_a_second_initialize_instruments_nothing_twice(make, provider, caplog):
    package = make()
    switch_on(None, None, provider, trace_content=True)
    switch_on(None, None, provider, trace_content=True)
    importlib.import_module(package.name)
    switch_on(None, None, provider, trace_content=True)
    assert len(package.calls()) == 1
    assert caplog.messages == []


def test_disabled_goes_before_asked_for(make, provider):
    kept, left_out = make(), make()
    names = {kept.row.instrument, left_out.row.instrument}
    switch_on(names, {left_out.row.instrument}, provider, trace_content=True)
    for package in (kept, left_out):
        importlib.import_module(package.name)
    assert len(kept.calls()) == 1
    assert left_out.calls() == []


def test_what_is_not_asked_for_is_left_alone(make, provider):
    asked, other = make(), make()
    switch_on({asked.row.instrument}, None, provider, trace_content=True)
    for package in (asked, other):
        importlib.import_module(package.name)
    assert len(asked.calls()) == 1
    assert other.calls() == []


def test_a_name_without_an_instrumentation_says_so_once(make, provider, caplog):
    for _ in range(2):
        switch_on({Instruments.SKYVERN}, None, provider, trace_content=True)
    assert caplog.messages == [
        "Instruments.SKYVERN has no effect: Threadline knows no instrumentation of it"
    ]


def test_a_package_that_traces_itself_is_no_reason_to_warn(make, provider, caplog):
    switch_on({Instruments.STRANDS, Instruments.LANGGRAPH}, None, provider, trace_content=True)
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("asked", "disabled", "traced"),
    [
        ({Instruments.LANGGRAPH}, set(), True),
        ({Instruments.LANGGRAPH, Instruments.LANGCHAIN}, {Instruments.LANGGRAPH}, True),
        ({Instruments.LANGGRAPH}, {Instruments.LANGCHAIN}, False),
        ({Instruments.LANGGRAPH}, {Instruments.LANGGRAPH}, False),
        (None, {Instruments.LANGGRAPH}, True),
        (None, {Instruments.LANGCHAIN}, False),
    ],
)
def test_langgraph_is_traced_by_the_instrumentor_of_langchain(asked, disabled, traced):
    wanted = wanted_rows(None if asked is None else frozenset(asked), frozenset(disabled))
    assert (Instruments.LANGCHAIN in wanted) is traced
    assert Instruments.LANGGRAPH not in wanted


def test_the_context_follows_threads_whatever_is_asked_for():
    assert wanted_rows(frozenset(), frozenset()) == {Instruments.THREADING}
    assert wanted_rows(frozenset(), frozenset({Instruments.THREADING})) == frozenset()


THREAD = """
import threading
from concurrent.futures import ThreadPoolExecutor
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from threadline.instruments import switch_on

provider = TracerProvider()
switch_on(set(), None, provider, trace_content=True)
seen = []
with provider.get_tracer("test").start_as_current_span("parent") as parent:
    look = lambda: seen.append(trace.get_current_span())
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(look).result()
assert seen == [parent, parent], seen
"""


def test_spans_in_threads_and_executors_find_their_parent():
    done = subprocess.run(
        [sys.executable, "-c", THREAD], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
