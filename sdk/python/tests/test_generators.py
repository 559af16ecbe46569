"""Generators stay generators, their span is current only while their body runs, and it ends."""

import asyncio
import gc
import inspect
import pickle
from contextlib import contextmanager

import pytest
from opentelemetry import context

from threadline import Laminar, observe
from threadline import observed_generator as observed_generator_module
from threadline.testing import capture


@observe()
def count(n):
    """Counts."""
    for i in range(n):
        with Laminar.start_as_current_span(f"step {i}"):
            yield i
    return "done"


@observe()
async def count_later(n):
    """Counts, in time."""
    for i in range(n):
        with Laminar.start_as_current_span(f"step {i}"):
            await asyncio.sleep(0)
            yield i


async def listed(generator):
    return [value async for value in generator]


def test_the_output_is_what_was_yielded_and_the_return_value_passes(spans):
    returned = []

    def outer():
        returned.append((yield from count(3)))

    assert list(outer()) == [0, 1, 2]
    assert returned == ["done"]
    assert (spans.find("count").input, spans.find("count").output) == ({"n": 3}, [0, 1, 2])
    assert spans.tree() == "count\n  step 0\n  step 1\n  step 2"


def test_the_same_of_an_asynchronous_generator(spans):
    assert asyncio.run(listed(count_later(3))) == [0, 1, 2]
    assert spans.find("count_later").output == [0, 1, 2]
    assert spans.tree() == "count_later\n  step 0\n  step 1\n  step 2"


def test_frameworks_still_see_generator_functions():
    assert inspect.isgeneratorfunction(count)
    assert inspect.isasyncgenfunction(count_later)
    assert (count.__name__, count.__doc__) == ("count", "Counts.")
    assert str(inspect.signature(count)) == "(n)"
    assert pickle.loads(pickle.dumps(count)) is count
    assert "count" in repr(count)


def test_the_span_is_current_only_while_the_body_runs(spans):
    with Laminar.start_as_current_span("caller"):
        for _ in count(2):
            assert Laminar.get_current_span().name == "caller"
            with Laminar.start_as_current_span("between"):
                pass
    assert spans.tree() == "caller\n  count\n    step 0\n    step 1\n  between\n  between"


def test_the_span_belongs_where_the_call_was_and_begins_with_the_first_step(spans):
    with Laminar.start_as_current_span("handler", session_id="s"):
        stream = count(1)
        unused = count(5)
    assert spans.names == ["handler"]
    with Laminar.start_as_current_span("elsewhere"):
        assert list(stream) == [0]
    del unused
    assert spans.tree() == "handler\n  count\n    step 0\nelsewhere"
    assert spans.find("count").session_id == "s"


def test_wrong_arguments_raise_at_the_call():
    with capture() as spans, pytest.raises(TypeError):
        count()
    assert len(spans) == 0


def test_what_is_sent_and_thrown_arrives_in_the_body(spans):
    @observe()
    def echo():
        received = []
        while len(received) < 3:
            try:
                received.append((yield len(received)))
            except KeyError as error:
                received.append(error.args[0])
        return received

    generator = echo()
    assert [next(generator), generator.send("a"), generator.throw(KeyError("b"))] == [0, 1, 2]
    with pytest.raises(StopIteration) as stopped:
        generator.send("c")
    assert stopped.value.value == ["a", "b", "c"]
    assert spans.find("echo").status == "unset"


def test_what_is_sent_and_thrown_arrives_in_an_asynchronous_body(spans):
    @observe()
    async def echo():
        received = []
        while len(received) < 2:
            try:
                received.append((yield received))
            except KeyError as error:
                received.append(error.args[0])

    async def main():
        generator = echo()
        assert await anext(generator) == []
        assert await generator.asend("a") == ["a"]
        with pytest.raises(StopAsyncIteration):
            await generator.athrow(KeyError("b"))

    asyncio.run(main())
    assert spans.find("echo").output == [[], ["a"]]


def test_an_exception_of_the_body_passes_and_is_the_spans(spans):
    @observe()
    def fail():
        yield 1
        raise KeyError("gone")

    generator = fail()
    next(generator)
    with pytest.raises(KeyError):
        next(generator)
    assert (spans.find("fail").status, spans.find("fail").output) == ("error", [1])


def test_an_exception_of_an_asynchronous_body_passes_and_is_the_spans(spans):
    @observe()
    async def fail():
        yield 1
        raise KeyError("gone")

    with pytest.raises(KeyError):
        asyncio.run(listed(fail()))
    assert (spans.find("fail").status, spans.find("fail").output) == ("error", [1])


def test_an_exception_thrown_in_that_the_body_does_not_catch_passes(spans):
    generator = count(3)
    next(generator)
    with pytest.raises(ValueError, match="mine"):
        generator.throw(ValueError("mine"))
    assert spans.find("count").status_message == "mine"


def test_an_early_close_runs_the_bodys_end_and_is_no_error(spans):
    closed = []

    @observe()
    def stream():
        try:
            yield 1
            yield 2
        finally:
            with Laminar.start_as_current_span("cleanup"):
                closed.append(True)

    for _ in stream():
        break
    gc.collect()
    assert closed == [True]
    span = spans.find("stream")
    assert (span.status, span.events, span.output) == ("unset", [], [1])
    assert span.find("cleanup")


def test_an_error_while_closing_passes(spans):
    @observe()
    def stubborn():
        try:
            yield 1
        finally:
            raise KeyError("closing")

    generator = stubborn()
    next(generator)
    with pytest.raises(KeyError):
        generator.close()
    assert spans.find("stubborn").status == "error"


def test_an_abandoned_generator_ends_its_span(spans):
    generator = count(5)
    next(generator)
    assert "count" not in spans.names
    del generator
    gc.collect()
    assert spans.find("count").output == [0]


def test_an_abandoned_asynchronous_generator_ends_its_span(spans):
    async def main():
        async for _ in count_later(5):
            break
        gc.collect()

    asyncio.run(main())
    assert spans.find("count_later").output == [0]


def test_an_asynchronous_generator_that_is_closed_ends_its_span(spans):
    async def main():
        generator = count_later(5)
        await anext(generator)
        await generator.aclose()

    asyncio.run(main())
    assert (spans.find("count_later").status, spans.find("count_later").output) == ("unset", [0])


def test_a_generator_that_is_resumed_in_other_contexts_leaves_no_trace_there(spans):
    stream = count(3)

    async def one_step():
        value = next(stream, None)
        assert Laminar.get_current_span() is None
        return value

    values = [asyncio.run(one_step()) for _ in range(4)]
    assert values == [0, 1, 2, None]
    assert context.get_current() == {}
    assert spans.tree() == "count\n  step 0\n  step 1\n  step 2"


def test_two_generators_step_by_step_keep_apart(spans):
    @observe()
    def stream(name):
        Laminar.set_trace_session_id(name)
        for i in range(2):
            with Laminar.start_as_current_span(f"{name} {i}"):
                yield i

    assert list(zip(stream("a"), stream("b"), strict=True)) == [(0, 0), (1, 1)]
    assert spans.tree() == "stream\n  a 0\n  a 1\nstream\n  b 0\n  b 1"
    assert [root.session_id for root in spans.roots] == ["a", "b"]


def test_values_are_recorded_as_they_were_when_they_were_yielded(spans):
    @observe()
    def growing():
        value = []
        for i in range(3):
            value.append(i)
            yield value

    list(growing())
    assert spans.find("growing").output == [[0], [0, 1], [0, 1, 2]]


def test_more_values_than_the_limit_are_counted_by_a_mark(spans, monkeypatch):
    monkeypatch.setattr(observed_generator_module, "MAX_YIELDED", 2)
    list(observe(name="text")(lambda: (i for i in range(5)))())
    list(observe(name="formatted", output_formatter=lambda values: values)(range_of)(5))
    mark = [0, 1, "[threadline: 3 more values]"]
    assert spans.find("text").output == spans.find("formatted").output == mark


def range_of(n):
    yield from range(n)


def test_more_text_than_the_limit_is_counted_by_a_mark(spans, monkeypatch):
    monkeypatch.setattr(observed_generator_module, "MAX_YIELDED_CHARACTERS", 10)
    list(observe(name="text")(lambda: (i for i in ["123456", "789012", "x"]))())
    assert spans.find("text").output == ["123456", "789012", "[threadline: 1 more values]"]


def test_an_output_formatter_gets_the_list_of_values(spans):
    list(observe(output_formatter=sum)(range_of)(4))
    assert spans.find("range_of").output == 6


def test_nothing_yielded_is_an_empty_list_and_an_ignored_output_nothing(spans):
    assert list(observe(name="empty")(range_of)(0)) == []
    assert list(observe(name="ignored", ignore_output=True)(range_of)(2)) == [0, 1]
    assert spans.find("empty").output == []
    assert "lmnr.span.output" not in spans.find("ignored").attributes


def test_without_content_the_values_are_not_kept():
    with capture(trace_content=False) as spans:
        assert list(count(2)) == [0, 1]
    assert spans.find("count").attributes == {}


def test_a_function_that_returns_a_generator_lasts_until_that_ends(spans):
    @observe()
    def made(n):
        return range_of(n)

    stream = made(2)
    assert len(spans) == 0
    assert list(stream) == [0, 1]
    assert spans.find("made").output == [0, 1]


def test_a_coroutine_that_returns_a_generator_lasts_until_that_ends(spans):
    async def values():
        yield 1

    @observe()
    async def made():
        return values()

    async def main():
        return await listed(await made())

    assert asyncio.run(main()) == [1]
    assert spans.find("made").output == [1]


def test_a_returned_generator_that_is_never_iterated_ends_its_span(spans):
    stream = observe(name="made")(lambda: range_of(2))()
    assert len(spans) == 0
    del stream
    gc.collect()
    assert spans.find("made").output == []


def test_it_can_be_a_context_manager(spans):
    @contextmanager
    @observe()
    def resource():
        yield 5

    with resource() as value:
        assert value == 5
        assert Laminar.get_current_span() is None
    assert spans.find("resource").output == [5]


def test_before_initialize_it_is_the_generator_itself():
    assert list(count(2)) == [0, 1]
    assert asyncio.run(listed(count_later(2))) == [0, 1]
    assert inspect.isgenerator(count(1))
