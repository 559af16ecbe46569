"""An import is followed by its call once it is through, whoever began it and when."""

import importlib
import sys
import threading
import time

from threadline.instruments import switch_on
from threadline.instruments.imported import is_half_imported, when_imported


def until(condition, deadline_seconds=20):
    end = time.monotonic() + deadline_seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.01)


def test_a_package_that_initializes_us_while_it_is_imported_is_instrumented_when_whole(
    make, provider
):
    package = make("import fake_package_plugin\nfake_package_plugin.run()")
    package.write(
        "fake_package_plugin.py",
        """
        from threadline.instruments import switch_on

        provider = None

        def run():
            switch_on(None, None, provider, trace_content=True)
        """,
    )
    importlib.import_module("fake_package_plugin").provider = provider
    importlib.import_module(package.name)
    until(package.calls)
    assert package.calls() == [{"tracer_provider": provider, "whole": True}]


def test_a_package_that_another_thread_is_importing_is_instrumented_when_whole(make, provider):
    package = make("import fake_package_gate\nfake_package_gate.passed()")
    package.write(
        "fake_package_gate.py",
        """
        import threading

        reached, opened = threading.Event(), threading.Event()

        def passed():
            reached.set()
            assert opened.wait(20)
        """,
    )
    gate = importlib.import_module("fake_package_gate")
    thread = threading.Thread(target=importlib.import_module, args=(package.name,))
    thread.start()
    assert gate.reached.wait(20)
    assert is_half_imported(package.name)
    switch_on(None, None, provider, trace_content=True)
    assert package.calls() == []
    gate.opened.set()
    thread.join()
    until(package.calls)
    assert [call["whole"] for call in package.calls()] == [True]


def test_an_import_that_fails_is_the_programs_to_hear_of(make, provider, caplog):
    package = make("raise RuntimeError('no licence')")
    switch_on(None, None, provider, trace_content=True)
    for _ in range(2):
        try:
            importlib.import_module(package.name)
        except RuntimeError as error:
            assert str(error) == "no licence"  # noqa: PT017 - both imports are looked at
        else:
            raise AssertionError("the import went through")
    assert package.calls() == []
    assert caplog.messages == []


def test_a_module_that_imports_another_of_its_row_is_waited_for(make, provider):
    inner = make()
    outer = f"{inner.name}_outer"
    inner.write(f"{outer}.py", f"import {inner.name}\nwhole = True\n")
    seen = []
    when_imported(
        (inner.name, outer), lambda: seen.append(hasattr(sys.modules.get(outer), "whole"))
    )
    importlib.import_module(outer)
    assert seen == [True]


def test_a_namespace_package_of_several_distributions_is_left_as_it_was(make, provider):
    package = make(modules=("fake_package_space.whole",))
    space = package.folder / "fake_package_space" / "whole"
    space.mkdir(parents=True)
    (space / "__init__.py").write_text("")
    switch_on(None, None, provider, trace_content=True)
    import_module = importlib.import_module
    assert getattr(import_module("fake_package_space"), "__file__", None) is None
    assert package.calls() == []
    import_module("fake_package_space.whole")
    assert len(package.calls()) == 1
