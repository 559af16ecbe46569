"""A session block says which traces belong to it, and where that ends."""

import asyncio
import threading

import pytest

from threadline import Laminar, association, observe
from threadline.session import Session


@observe()
def step():
    """A span without anything."""


def test_a_block_gives_its_traces_session_user_and_metadata(spans):
    with Laminar.session("s", user_id="u", metadata={"k": 1}):
        step()
        step()
    step()
    said = [(span.session_id, span.user_id, span.metadata) for span in spans]
    assert said == [("s", "u", {"k": 1}), ("s", "u", {"k": 1}), (None, None, {})]


def test_blocks_nest_and_the_inner_one_inherits(spans):
    with Laminar.session("outer", user_id="u", metadata={"a": 1, "b": 1}):
        with Laminar.session("inner", metadata={"b": 2}):
            step()
        step()
    inner, outer = spans.spans
    assert (inner.session_id, inner.user_id, inner.metadata) == ("inner", "u", {"a": 1, "b": 2})
    assert (outer.session_id, outer.metadata) == ("outer", {"a": 1, "b": 1})


def test_one_block_object_may_be_entered_again_and_again(spans):
    block = Laminar.session("s")
    with block, block:
        step()
    with block:
        step()
    step()
    assert [span.session_id for span in spans] == ["s", "s", None]


def test_one_block_object_may_be_entered_by_many_at_once(spans):
    block = Laminar.session("s")
    inside = threading.Barrier(4)

    def work():
        with block:
            inside.wait(10)
            step()
        with Laminar.start_as_current_span("after"):
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {span.session_id for span in spans.find_all("step")} == {"s"}
    assert {span.session_id for span in spans.find_all("after")} == {None}


def test_concurrent_tasks_keep_their_own_sessions(spans):
    async def task(name):
        async with Laminar.session(name):
            await asyncio.sleep(0)
            step()
            await asyncio.sleep(0)
        step()

    async def main():
        await asyncio.gather(*(task(f"s{n}") for n in range(5)))

    asyncio.run(main())
    sessions = sorted(str(span.session_id) for span in spans)
    assert sessions == ["None"] * 5 + [f"s{n}" for n in range(5)]


def test_the_block_ends_with_an_error_too(spans):
    with pytest.raises(KeyError), Laminar.session("s"):
        raise KeyError
    step()
    assert spans.find("step").session_id is None


def test_inside_a_trace_the_trace_joins(spans):
    with Laminar.start_as_current_span("root"), Laminar.session("s", user_id="u"):
        step()
    assert [(span.session_id, span.user_id) for span in spans] == [("s", "u")] * 2


def test_what_is_set_outside_a_span_inside_a_block_ends_with_the_block(spans):
    with Laminar.session("block"):
        Laminar.set_trace_session_id("set")
        step()
    step()
    assert [span.session_id for span in spans] == ["set", None]


def test_it_decorates_functions(spans):
    @Laminar.session("s")
    def work(x):
        step()
        return x

    assert work(1) == 1
    step()
    assert [span.session_id for span in spans] == ["s", None]
    assert work.__name__ == "work"


def test_it_decorates_coroutine_functions(spans):
    @Laminar.session("s")
    async def work(x):
        await asyncio.sleep(0)
        step()
        return x

    assert asyncio.iscoroutinefunction(work)
    assert asyncio.run(work(1)) == 1
    assert spans.find("step").session_id == "s"


def test_it_decorates_generators_and_holds_only_while_the_body_runs(spans):
    @Laminar.session("s")
    def stream(n):
        for i in range(n):
            step()
            yield i
        return n

    generator = stream(2)
    for _ in generator:
        with Laminar.start_as_current_span("between"):
            pass
    assert {span.session_id for span in spans.find_all("step")} == {"s"}
    assert {span.session_id for span in spans.find_all("between")} == {None}


def test_it_decorates_asynchronous_generators(spans):
    @Laminar.session("s")
    async def stream(n):
        for i in range(n):
            await asyncio.sleep(0)
            step()
            yield i

    async def main():
        async for _ in stream(2):
            with Laminar.start_as_current_span("between"):
                pass

    asyncio.run(main())
    assert {span.session_id for span in spans.find_all("step")} == {"s"}
    assert {span.session_id for span in spans.find_all("between")} == {None}


def test_a_suspended_generator_that_holds_a_block_takes_only_its_own_layer_away(spans):
    def held(name):
        with Laminar.session(name):
            yield

    one, two = held("one"), held("two")
    next(one)
    next(two)
    list(one)
    step()
    list(two)
    step()
    assert [span.session_id for span in spans] == ["two", None]


def test_an_asynchronous_generator_that_is_finalized_elsewhere_leaves_nothing(spans):
    async def held():
        with Laminar.session("s"):
            yield

    async def main():
        generator = held()
        await anext(generator)
        await asyncio.create_task(generator.aclose())

    asyncio.run(main())
    step()
    assert spans.find("step").session_id is None


def test_before_initialize_it_is_a_block_without_effect():
    with Laminar.session("s") as block:
        assert isinstance(block, Session)
        assert association.ambient() == association.NOTHING
    assert Laminar.session("s")(lambda: 3)() == 3
