"""Calls become spans, and are the same calls for who makes them."""

import asyncio
import functools
import inspect
import logging
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry import trace

from threadline import Laminar, observe
from threadline.observation import Observation
from threadline.testing import capture


@observe()
def add(a, b=2, *rest, c=3, **more):
    """Adds."""
    return a + b


def test_input_is_the_arguments_by_name_and_output_the_result(spans):
    assert add(1) == 3
    assert add(1, 5, 6, 7, c=8, d=9) == 6
    first, second = spans.spans
    assert (first.name, first.input, first.output) == ("add", {"a": 1}, 3)
    assert second.input == {"a": 1, "b": 5, "rest": [6, 7], "c": 8, "d": 9}
    assert first.type == "DEFAULT"
    assert "lmnr.span.type" not in first.attributes


def test_a_decorated_function_keeps_its_name_its_text_and_its_signature():
    assert (add.__name__, add.__doc__) == ("add", "Adds.")
    assert str(inspect.signature(add)) == "(a, b=2, *rest, c=3, **more)"
    assert pickle.loads(pickle.dumps(add)) is add


def test_without_parentheses_it_decorates_too(spans):
    @observe
    def plain(x):
        return x

    assert plain(1) == 1
    assert spans.find("plain").input == {"x": 1}


def test_before_initialize_the_function_just_runs():
    assert add(1, 2) == 3
    assert trace.get_current_span() is trace.INVALID_SPAN


def test_every_option_says_what_is_recorded(spans):
    @observe(
        name="renamed",
        session_id="s",
        user_id="u",
        span_type="tool",
        metadata={"k": {"a": 1}},
        tags=["b", "a", "b"],
        ignore_inputs=["secret", "more"],
    )
    def function(x, secret, **others):
        return None

    function(1, "hidden", more="hidden", y=2)
    span = spans.find("renamed")
    assert (span.session_id, span.user_id, span.type) == ("s", "u", "TOOL")
    assert (span.metadata, span.tags) == ({"k": '{"a":1}'}, ["b", "a"])
    assert span.input == {"x": 1, "y": 2}
    assert "lmnr.span.output" not in span.attributes


def test_input_and_output_can_be_left_out(spans):
    observe(name="quiet", ignore_input=True, ignore_output=True)(lambda x: x)("secret")
    assert spans.find("quiet").attributes == {}


def test_formatters_say_what_is_recorded_instead(spans):
    @observe(input_formatter=lambda x, y: [y, x], output_formatter=lambda result: result * 2)
    def function(x, y):
        return x + y

    function(1, y=2)
    assert (spans.find("function").input, spans.find("function").output) == ([2, 1], 6)


def test_a_formatter_that_raises_or_gives_none_leaves_the_value_out_and_warns_once(spans, caplog):
    def broken(*_):
        raise ValueError("broken")

    @observe(input_formatter=broken, output_formatter=lambda _: None)
    def function(x):
        return x

    with caplog.at_level(logging.WARNING):
        assert [function(1), function(2)] == [1, 2]
    assert [span.attributes for span in spans] == [{}, {}]
    assert [record.message for record in caplog.records] == [
        "The input_formatter of function raised ValueError; nothing is recorded in its place."
    ]


def test_without_content_nothing_is_recorded_of_either():
    with capture(trace_content=False) as spans:
        add(1)
    assert spans.find("add").attributes == {}


def test_an_unknown_span_type_is_default_with_a_warning(spans, caplog):
    with caplog.at_level(logging.WARNING):
        observe(span_type="BANANA")(len)([1])
    assert spans.find("len").type == "DEFAULT"
    assert "BANANA" in caplog.text


def test_a_function_without_a_signature_has_its_arguments_in_a_list(spans):
    assert observe()(max)(1, 2) == 2
    assert spans.find("max").input == {"args": [1, 2]}


class Agent:
    def __init__(self):
        self.calls = 0

    @observe()
    def method(self, x):
        self.calls += x
        return self.calls

    @observe()
    @staticmethod
    def static(x):
        return x

    @staticmethod
    @observe()
    def static_outside(x):
        return x

    @observe()
    @classmethod
    def of_class(cls, x):
        return cls, x

    @observe()
    def stream(self, n):
        yield from range(n)

    @observe()
    async def __call__(self, x):
        return x


def test_methods_are_recorded_without_self_and_cls(spans):
    agent = Agent()
    assert agent.method(2) == 2
    assert Agent.static(3) == agent.static(3) == 3
    assert Agent.static_outside(3) == 3
    assert agent.of_class(4) == (Agent, 4)
    assert list(agent.stream(2)) == [0, 1]
    assert [span.input for span in spans] == [
        {"x": 2},
        {"x": 3},
        {"x": 3},
        {"x": 3},
        {"x": 4},
        {"n": 2},
    ]


def test_partial_objects_go_by_the_name_of_their_function(spans):
    def function(a, b, c):
        return a + b + c

    assert observe()(functools.partial(function, 1, c=3))(2) == 6
    assert spans.find("function").input == {"b": 2}


def test_an_object_with_an_async_call_is_awaited(spans):
    class Callable:
        async def __call__(self, x):
            return x + 1

    assert asyncio.run(observe(name="object")(Callable())(1)) == 2
    assert spans.find("object").output == 2


def test_a_class_is_left_as_it_is(caplog):
    with caplog.at_level(logging.WARNING):
        assert observe()(Agent) is Agent
    assert "classes" in caplog.text


def test_what_is_no_function_is_refused_where_it_is_decorated():
    with pytest.raises(TypeError, match="int"):
        observe()(3)


def test_a_coroutine_function_stays_one_and_is_a_span_until_it_returns(spans):
    @observe()
    async def outer(x):
        await asyncio.sleep(0)
        return await inner(x)

    @observe()
    async def inner(x):
        await asyncio.sleep(0)
        return x * 2

    assert inspect.iscoroutinefunction(outer)
    assert asyncio.run(outer(2)) == 4
    assert spans.tree() == "outer\n  inner"
    assert spans.find("outer").output == 4


def test_concurrent_coroutines_are_siblings(spans):
    @observe()
    async def one(n):
        await asyncio.sleep(0)
        Laminar.set_span_output(n)
        await asyncio.sleep(0)

    @observe()
    async def all_of_them():
        await asyncio.gather(*(one(n) for n in range(5)))

    asyncio.run(all_of_them())
    root = spans.find("all_of_them")
    assert [child.output for child in root.children] == list(range(5))


def test_a_function_that_returns_a_coroutine_lasts_until_it_is_awaited(spans):
    @observe()
    async def inner():
        return 1

    @observe()
    def outer():
        return inner()

    async def main():
        coroutine = outer()
        assert spans.names == []
        return await asyncio.create_task(coroutine)

    assert asyncio.run(main()) == 1
    assert spans.tree() == "outer\n  inner"
    assert spans.find("outer").output == 1


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_a_coroutine_that_nobody_awaits_ends_its_span(spans):
    async def never():
        """Is not awaited."""

    @observe()
    def outer():
        return never()

    coroutine = outer()
    del coroutine
    assert spans.find("outer").status == "unset"


class CardError(Exception):
    pass


def test_an_exception_passes_unchanged_and_is_the_spans_status_and_event(spans):
    raised = CardError("expired")

    @observe()
    def pay():
        raise raised

    with pytest.raises(CardError) as caught:
        pay()
    assert caught.value is raised
    span = spans.find("pay")
    assert (span.status, span.status_message) == ("error", "expired")
    (event,) = span.events
    assert event.name == "exception"
    assert event.attributes["exception.message"] == "expired"
    assert event.attributes["exception.type"].endswith("CardError")
    assert "raise raised" in event.attributes["exception.stacktrace"]


def test_an_exception_whose_text_raises_passes_all_the_same(spans):
    class BrokenError(Exception):
        def __str__(self):
            raise ValueError("no text")

    @observe()
    def fail():
        raise BrokenError

    with pytest.raises(BrokenError):
        fail()
    span = spans.find("fail")
    assert (span.status, span.status_message) == ("error", "BrokenError")
    assert span.events[0].attributes["exception.message"] == "BrokenError"


@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError])
def test_a_cancellation_is_an_event_and_no_error(spans, error):
    @observe()
    def work():
        raise error

    with pytest.raises(error):
        work()
    assert (spans.find("work").status, spans.find("work").events[0].name) == ("unset", "cancelled")


def test_a_cancelled_task_is_cancelled_on_its_spans(spans):
    @observe()
    async def wait():
        await asyncio.Event().wait()

    async def main():
        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert spans.find("wait").events[0].name == "cancelled"


@pytest.mark.parametrize(("code", "status"), [(0, "unset"), (None, "unset"), (2, "error")])
def test_leaving_the_program_is_an_error_only_with_an_error_code(spans, code, status):
    with pytest.raises(SystemExit):
        observe(name="leave")(sys.exit)(code)
    assert spans.find("leave").status == status


def test_calls_nest_and_the_span_is_left_on_every_way_out(spans):
    @observe()
    def outer(fail):
        inner(fail)

    @observe()
    def inner(fail):
        if fail:
            raise CardError

    outer(fail=False)
    with pytest.raises(CardError):
        outer(fail=True)
    assert Laminar.get_current_span() is None
    assert spans.tree() == "outer\n  inner\nouter error\n  inner error"


def test_each_thread_has_its_own_current_span(spans):
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(50))) == list(range(2, 52))
    assert {span.parent for span in spans} == {None}
    assert len({span.trace_id for span in spans}) == 50


def test_an_internal_error_costs_the_span_and_not_the_call(spans, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("threadline.guard.strict", False)
    monkeypatch.setattr(Observation, "_input", broken)
    with caplog.at_level(logging.WARNING):
        assert add(1) == 3
        assert add(2) == 4
    assert len(spans) == 0
    assert len(caplog.records) == 1
    assert "your program goes on" in caplog.text


def test_our_own_tests_see_internal_errors(spans, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(Observation, "_input", broken)
    with pytest.raises(ZeroDivisionError):
        add(1)


def test_types_are_kept(tmp_path):
    source = tmp_path / "program.py"
    source.write_text(
        """
from collections.abc import AsyncIterator, Iterator
from typing import assert_type
from threadline import Laminar, observe

@observe()
def call(a: int, *, b: str = "") -> float:
    return 1.0

@observe
async def coroutine(a: int) -> str:
    return ""

@Laminar.session("s")
@observe(span_type="TOOL")
def stream() -> Iterator[int]:
    yield 1

class Agent:
    @observe()
    def method(self, a: int) -> str:
        return ""

    @observe()
    @classmethod
    def made(cls) -> "Agent":
        return cls()

async def main() -> None:
    assert_type(call(1, b="x"), float)
    assert_type(await coroutine(1), str)
    assert_type(Agent().method(1), str)
    assert_type(Agent.made(), Agent)
    for number in stream():
        assert_type(number, int)

call("x")  # type: ignore[arg-type]
"""
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(source)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout
