"""Programs that fork, end, are interrupted: each a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections import Counter

import pytest
from collecting_server import DEADLINE_SECONDS, collecting_server, until

BEGINNING = """
import atexit, multiprocessing, os, signal, sys, threading, time
from opentelemetry.sdk.trace import TracerProvider
from threadline.processor import LaminarSpanProcessor

# A shell that runs something in the background lets it ignore Ctrl-C, and what it starts inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
processor = LaminarSpanProcessor()
provider = TracerProvider(shutdown_on_exit=False)
provider.add_span_processor(processor)
tracer = provider.get_tracer("test")

def trace(name):
    tracer.start_span(name).end()
"""


@pytest.fixture
def server():
    with collecting_server() as started:
        yield started


def started(url: str, program: str) -> subprocess.Popen[str]:
    """A program that runs, with `trace(name)` to its hand."""
    return subprocess.Popen(
        [sys.executable, "-c", BEGINNING + textwrap.dedent(program)],
        env={**os.environ, "LMNR_BASE_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code of a program and what it wrote to its error output, once it has ended."""
    _, errors = process.communicate(timeout=DEADLINE_SECONDS)
    return process.returncode, errors


def run(url: str, program: str) -> tuple[int, str]:
    return ended(started(url, program))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_program_that_ends_at_once_sends_what_it_traced(server):
    assert run(server.url, "trace('a'); trace('b')") == (0, "")
    assert server.span_names() == ["a", "b"]


def test_a_program_that_fails_sends_what_it_traced(server):
    code, errors = run(server.url, "trace('a'); raise ValueError('mine')")
    assert (code, errors.splitlines()[-1]) == (1, "ValueError: mine")
    assert server.span_names() == ["a"]


def test_what_the_programs_own_exit_handlers_trace_is_sent(server):
    assert run(server.url, "atexit.register(trace, 'at exit')") == (0, "")
    assert server.span_names() == ["at exit"]


def test_the_providers_own_exit_handler_does_no_harm(server):
    program = """
    own = TracerProvider()
    own.add_span_processor(processor)
    own.get_tracer("test").start_span("a").end()
    """
    assert run(server.url, program) == (0, "")
    assert server.span_names() == ["a"]


def test_without_a_server_a_program_ends_soon_with_one_warning_and_the_loss():
    code, errors = run(f"http://127.0.0.1:{free_port()}", "trace('a')")
    assert code == 0
    first, second = errors.splitlines()
    assert "nobody listens there" in first
    assert second == "Lost spans: 1 not sent before the end."


def test_a_server_that_hangs_does_not_keep_a_program_from_ending(server):
    server.hold()
    # The end may take 5 s; the deadline of `ended` is generous and the request's own is longer.
    code, errors = run(server.url, "trace('a')")
    assert (code, errors) == (0, "Lost spans: 1 not sent before the end.\n")


@pytest.mark.parametrize("code", [0, 3])
def test_ctrl_c_while_the_last_spans_are_sent_ends_silently(server, code):
    server.hold()
    process = started(server.url, f"trace('a'); sys.exit({code})")
    until(lambda: server.received, "the program sends its last spans")
    process.send_signal(signal.SIGINT)
    assert ended(process) == (code, "")


def test_ctrl_c_in_the_providers_exit_handler_ends_silently(server):
    server.hold()
    program = """
    atexit.unregister(__import__("threadline.export.process").export.process.finish_all)
    own = TracerProvider()
    own.add_span_processor(processor)
    trace("a")
    """
    process = started(server.url, program)
    until(lambda: server.received, "the program sends its last spans")
    process.send_signal(signal.SIGINT)
    assert ended(process) == (0, "")


def test_a_program_that_ctrl_c_ends_sends_what_it_traced(server):
    codes = []
    # What Python makes of Ctrl-C in a program that traces nothing is what it must stay. Python
    # forgets how a program ended when a module is imported after that, hence the flush.
    for program in ("pass", "trace('a'); processor.force_flush(); trace('b')"):
        process = started(server.url, f"{program}; print('ready', flush=True); time.sleep(60)")
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        code, errors = ended(process)
        assert errors.splitlines()[-1] == "KeyboardInterrupt"
        codes.append(code)
    assert codes[0] == codes[1] != 0
    assert server.span_names() == ["a", "b"]


def test_ctrl_c_in_a_flush_is_the_programs_own(server):
    server.hold()
    program = """
    trace('a')
    try:
        processor.force_flush()
    except KeyboardInterrupt:
        print('interrupted', flush=True)
        os._exit(0)
    """
    process = started(server.url, program)
    until(lambda: server.received, "the flush sends")
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=DEADLINE_SECONDS) == ("interrupted\n", "")


def test_daemon_threads_that_still_trace_do_not_disturb_the_end(server):
    program = """
    def work():
        while True:
            trace('busy')

    for _ in range(4):
        threading.Thread(target=work, daemon=True).start()
    trace('first')
    """
    assert run(server.url, program) == (0, "")
    assert "first" in server.span_names()


def test_a_flush_in_the_last_moments_of_the_interpreter_is_harmless(server):
    program = """
    class Late:
        def __del__(self, processor=processor):
            processor.force_flush(100)

    late = Late()
    trace('a')
    """
    assert run(server.url, program) == (0, "")
    assert server.span_names() == ["a"]


def test_a_forked_child_sends_its_own_spans_and_not_its_parents(server):
    program = """
    trace('parent before')
    child = os.fork()
    if child == 0:
        trace('child')
        sys.exit(0)
    os.waitpid(child, 0)
    trace('parent after')
    """
    assert run(server.url, program) == (0, "")
    assert sorted(server.span_names()) == ["child", "parent after", "parent before"]


def test_a_fork_in_the_middle_of_sending_costs_neither_process_anything(server):
    server.hold()
    program = """
    trace('parent')
    print('traced', flush=True)
    time.sleep(0.8)  # the batch is on its way now, and is not answered
    child = os.fork()
    if child == 0:
        trace('child')
        print('forked', flush=True)
        sys.exit(0 if processor.force_flush() else 1)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    process = started(server.url, program)
    assert process.stdout is not None
    assert process.stdout.readline() == "traced\n"
    until(lambda: server.received, "the parent sends")
    assert process.stdout.readline() == "forked\n"
    server.released.set()
    assert ended(process) == (0, "")
    assert sorted(server.span_names()) == ["child", "parent"]


def test_workers_forked_before_the_first_span_send_theirs(server):
    # As under gunicorn: the application is loaded, with its tracing, before the workers fork.
    program = """
    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            for step in range(50):
                trace(f"worker {number}")
            sys.exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    """
    assert run(server.url, program) == (0, "")
    assert Counter(server.span_names()) == {f"worker {number}": 50 for number in range(4)}


def test_threads_that_trace_while_others_fork_lose_nothing_and_hang_nowhere(server):
    program = """
    def work():
        for step in range(400):
            trace('parent')

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    children = []
    for number in range(8):
        child = os.fork()
        if child == 0:
            trace('child')
            os._exit(0 if processor.force_flush() else 1)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    for thread in threads:
        thread.join()
    sys.exit(sum(codes))
    """
    assert run(server.url, program) == (0, "")
    assert Counter(server.span_names()) == {"parent": 1_600, "child": 8}


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_process_of_multiprocessing_sends_what_it_traced(server, tmp_path, method):
    script = tmp_path / "program.py"
    work = textwrap.dedent(f"""
    def work(number):
        trace(f"process {{number}}")

    if __name__ == "__main__":
        trace("main")
        context = multiprocessing.get_context("{method}")
        processes = [context.Process(target=work, args=(number,)) for number in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    """)
    script.write_text(BEGINNING + work)
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "LMNR_BASE_URL": server.url},
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS * 2,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(server.span_names()) == ["main", "process 0", "process 1", "process 2"]


def test_a_pool_of_processes_sends_what_its_tasks_traced(server):
    program = """
    from concurrent.futures import ProcessPoolExecutor
    trace('main')
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        list(pool.map(trace, [f"task {number}" for number in range(6)]))
    """
    assert run(server.url, program) == (0, "")
    assert sorted(server.span_names()) == ["main", *(f"task {number}" for number in range(6))]


def test_a_fork_waits_for_an_import_of_ours(server):
    program = """
    from threadline.export import process
    begun, finished = threading.Event(), []

    def import_slowly():
        with process.imports():
            begun.set()
            time.sleep(0.3)
            finished.append(True)

    thread = threading.Thread(target=import_slowly)
    thread.start()
    begun.wait()
    child = os.fork()
    if child == 0:
        with process.imports():
            os._exit(0 if finished else 1)
    thread.join()
    with process.imports():
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    assert run(server.url, program) == (0, "")


def test_nothing_starts_before_the_first_span(server):
    program = """
    print(threading.active_count(), 'requests' in sys.modules, 'google.protobuf' in sys.modules)
    trace('a')
    print(threading.active_count())
    """
    process = started(server.url, program)
    output, errors = process.communicate(timeout=DEADLINE_SECONDS)
    assert (output, errors) == ("1 False False\n2\n", "")


def test_a_program_that_traces_nothing_sends_nothing_and_ends_at_once(server):
    server.hold()
    assert run(server.url, "") == (0, "")
    assert server.received == []
