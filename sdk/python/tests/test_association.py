"""What sessions, users and metadata reach, and where they end."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.sdk.trace import TracerProvider

from threadline import Laminar, association, observe
from threadline.association import Association
from threadline.testing import CapturedSpans, capture


@pytest.fixture
def global_provider(monkeypatch):
    """A tracer provider of the program's own, as if it were the global one."""
    provider = TracerProvider(shutdown_on_exit=False)
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return provider


@observe()
def step():
    """A span without anything."""


@observe()
def turn(session_id):
    step()
    Laminar.set_trace_session_id(session_id)
    step()


def test_a_session_set_inside_a_trace_ends_with_it(spans):
    turn("a")
    step()
    assert [span.session_id for span in spans] == ["a", None, "a", None]


def test_user_and_metadata_end_with_their_trace_too(spans):
    with Laminar.start_as_current_span("one"):
        Laminar.set_trace_user_id("ada")
        Laminar.set_trace_metadata({"k": 1})
    with Laminar.start_as_current_span("two"):
        pass
    two = spans.find("two")
    assert (two.user_id, two.metadata) == (None, {})


def test_nothing_leaks_between_concurrent_tasks(spans):
    async def request(number):
        with Laminar.start_as_current_span(f"request {number}"):
            Laminar.set_trace_session_id(f"s{number}")
            await asyncio.sleep(0)
            step()
            await asyncio.sleep(0)
        with Laminar.start_as_current_span(f"after {number}"):
            pass

    async def main():
        await asyncio.gather(*(request(number) for number in range(20)))

    asyncio.run(main())
    for number in range(20):
        root = spans.find(f"request {number}")
        assert root.session_id == f"s{number}"
        assert [child.session_id for child in root.children] == [f"s{number}"]
        assert spans.find(f"after {number}").session_id is None


def test_nothing_leaks_between_threads_of_a_pool(spans):
    def request(number):
        with Laminar.start_as_current_span(f"request {number}"):
            Laminar.set_trace_session_id(f"s{number}")
            step()
        with Laminar.start_as_current_span(f"after {number}"):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(request, range(40)))
    for number in range(40):
        root = spans.find(f"request {number}")
        assert [root.session_id, root.children[0].session_id] == [f"s{number}"] * 2
        assert spans.find(f"after {number}").session_id is None


def test_a_thread_that_gets_the_context_joins_the_trace(spans):
    with Laminar.start_as_current_span("root", session_id="s"):
        thread = threading.Thread(target=copy_context().run, args=(step,))
        thread.start()
        thread.join()
    assert spans.find("step").session_id == "s"
    assert spans.tree() == "root\n  step"


def test_a_generator_between_its_yields_leaks_nothing(spans):
    @observe()
    def stream(session_id):
        Laminar.set_trace_session_id(session_id)
        for _ in range(3):
            step()
            yield

    one, two = stream("one"), stream("two")
    for _ in zip(one, two, strict=True):
        with Laminar.start_as_current_span("between"):
            pass
    assert {span.session_id for span in spans.find_all("between")} == {None}
    for root in spans.find_all("stream"):
        assert {child.session_id for child in root.children} == {root.session_id}
    assert {root.session_id for root in spans.find_all("stream")} == {"one", "two"}


def test_set_outside_a_span_holds_for_later_traces_of_the_context_and_warns_once(spans, caplog):
    with caplog.at_level(logging.WARNING):
        Laminar.set_trace_session_id("s")
        Laminar.set_trace_session_id("t")
    step()
    step()
    assert [span.session_id for span in spans] == ["t", "t"]
    assert len(caplog.records) == 1
    assert "outside a span" in caplog.text
    assert "Laminar.session" in caplog.text


def test_set_outside_in_a_task_stays_in_that_task(spans):
    async def one():
        Laminar.set_trace_session_id("one")
        await asyncio.sleep(0)
        step()

    async def two():
        await asyncio.sleep(0)
        step()

    async def main():
        await asyncio.gather(one(), two())

    asyncio.run(main())
    assert sorted(str(span.session_id) for span in spans) == ["None", "one"]


def test_a_session_set_outside_is_cleared_by_none(spans):
    Laminar.set_trace_session_id("s")
    Laminar.set_trace_session_id(None)
    step()
    assert spans.find("step").session_id is None


def test_a_session_cleared_inside_a_trace_is_on_no_later_span(spans):
    with Laminar.start_as_current_span("root", session_id="s", user_id="u"):
        Laminar.set_trace_session_id(None)
        Laminar.set_trace_user_id()
        step()
    assert (spans.find("step").session_id, spans.find("step").user_id) == (None, None)
    assert spans.find("root").session_id == "s"


def test_a_late_session_reaches_the_local_root(spans):
    block = Laminar.start_as_current_span
    with block("root"), block("child"), block("deep"):
        Laminar.set_trace_session_id("late")
        Laminar.set_trace_metadata({"k": [1, "a"]})
    sessions = {span.name: span.session_id for span in spans}
    assert sessions == {"root": "late", "child": None, "deep": "late"}
    assert spans.find("root").metadata == {"k": '[1,"a"]'}
    assert spans.find("child").metadata == {}


def test_the_last_session_set_is_the_roots(spans):
    with Laminar.start_as_current_span("root"):
        Laminar.set_trace_session_id("first")
        with Laminar.start_as_current_span("child"):
            Laminar.set_trace_session_id("second")
    assert spans.find("root").session_id == "second"


def test_a_span_that_ended_counts_as_outside(spans, caplog):
    span = Laminar.start_span("over")
    with Laminar.use_span(span):
        span.end()
        with caplog.at_level(logging.WARNING):
            Laminar.set_trace_session_id("s")
    assert "outside a span" in caplog.text
    assert spans.find("over").session_id is None


def test_a_span_that_outlives_its_root_still_has_the_session(spans):
    with Laminar.start_as_current_span("root", session_id="s", user_id="u"):
        kept = context.get_current()
    with Laminar.start_as_current_span("background", context=kept):
        Laminar.set_trace_session_id("t")
        step()
    background = spans.find("background")
    assert (background.session_id, background.user_id) == ("t", "u")
    assert background.children[0].session_id == "t"
    step()
    assert spans.find_all("step")[1].session_id is None


def test_spans_of_other_tracers_get_session_and_user(global_provider):
    foreign = global_provider.get_tracer("foreign")
    with capture() as spans, Laminar.session("s", user_id="u"):
        with foreign.start_as_current_span("root"), foreign.start_as_current_span("child"):
            pass
        with foreign.start_as_current_span("own", attributes={"session.id": "theirs"}):
            pass
    assert [(span.name, span.session_id, span.user_id) for span in spans] == [
        ("root", "s", "u"),
        ("child", "s", "u"),
        ("own", "theirs", "u"),
    ]


def test_a_session_set_inside_a_foreign_root_holds_for_its_trace(global_provider):
    foreign = global_provider.get_tracer("foreign")
    with capture() as spans, foreign.start_as_current_span("root"):
        Laminar.set_trace_session_id("s")
        step()
    assert [span.session_id for span in spans] == ["s", "s"]


def test_a_trace_whose_root_was_not_seen_to_start_joins_when_it_is_told(global_provider):
    unseen = global_provider.get_tracer("foreign").start_span("started before")
    with capture() as spans, trace.use_span(unseen):
        Laminar.set_trace_session_id("s")
        step()
    assert spans.find("step").session_id == "s"
    assert unseen.attributes["session.id"] == "s"


def test_a_childs_own_session_is_its_traces_if_that_has_none(spans):
    with Laminar.start_as_current_span("root"):
        with Laminar.start_as_current_span("first", session_id="a", user_id="u"):
            pass
        with Laminar.start_as_current_span("second", session_id="b"):
            step()
    assert spans.find("second").session_id == "b"
    assert (spans.find("step").session_id, spans.find("step").user_id) == ("a", "u")


def test_metadata_of_a_trace_is_on_its_root_and_where_it_was_given():
    block = Laminar.start_as_current_span
    with (
        capture(metadata={"release": "1", "env": "prod"}) as spans,
        block("root", metadata={"release": "2"}),
        block("child", metadata={"k": "v"}),
    ):
        step()
    assert spans.find("root").metadata == {"release": "2", "env": "prod"}
    assert spans.find("child").metadata == {"k": "v"}
    assert spans.find("step").metadata == {}


def test_a_step_that_is_a_trace_of_its_own_keeps_session_user_and_metadata(spans):
    with Laminar.start_as_current_span("root", session_id="s", user_id="u", metadata={"k": 1}):
        with Laminar.start_as_current_span("own", new_trace=True):
            Laminar.set_trace_session_id("only here")
            step()
        step()
    own, root = spans.find("own"), spans.find("root")
    assert own.trace_id != root.trace_id
    assert own.parent is None
    assert own.links == [root.span_id]
    assert (own.session_id, own.user_id, own.metadata) == ("only here", "u", {"k": 1})
    assert [step.session_id for step in spans.find_all("step")] == ["only here", "s"]


def test_a_new_trace_outside_of_any_is_a_plain_root(spans):
    with Laminar.session("s"), Laminar.start_as_current_span("own", new_trace=True):
        pass
    assert (spans.find("own").session_id, spans.find("own").links) == ("s", [])


def test_baggage_tells_a_root_its_session_where_nothing_nearer_does(spans):
    carried = baggage.set_baggage("session.id", "b", baggage.set_baggage("user.id", "v"))
    with Laminar.start_as_current_span("root", context=carried):
        pass
    token = context.attach(carried)
    with Laminar.session("nearer"):
        step()
    context.detach(token)
    assert (spans.find("root").session_id, spans.find("root").user_id) == ("b", "v")
    assert spans.find("step").session_id == "nearer"


def test_ids_that_are_no_text_become_text_and_empty_ones_are_none(spans):
    with Laminar.start_as_current_span("number", session_id=42, user_id=""):
        pass
    assert (spans.find("number").session_id, spans.find("number").user_id) == ("42", None)


def test_no_more_traces_are_kept_than_the_limit(monkeypatch, spans):
    monkeypatch.setattr(association, "MAX_OPEN_TRACES", 3)
    monkeypatch.setattr(association, "MAX_ENDED_TRACES", 2)
    open_spans = [Laminar.start_span(f"{n}", session_id=f"s{n}") for n in range(5)]
    known = [association.session_of(span.trace_id()) for span in open_spans]
    assert known == [None, None, "s2", "s3", "s4"]
    for span in open_spans:
        span.end()
    remembered = [association.session_of(span.trace_id()) for span in open_spans]
    assert remembered == [None, None, None, "s3", "s4"]
    assert not any(association.is_open(span.trace_id()) for span in open_spans)


def test_a_trace_is_open_until_its_last_local_root_ends(spans):
    parent = Laminar.start_span("parent", session_id="s")
    place = str(parent.get_laminar_span_context())
    one = Laminar.start_span("one", parent_span_context=place)
    two = Laminar.start_span("two", parent_span_context=place)
    trace_id = parent.trace_id()
    for span in (parent, one):
        span.end()
        assert association.is_open(trace_id)
    two.end()
    assert not association.is_open(trace_id)
    assert association.session_of(trace_id) == "s"


def test_the_nearer_of_two_associations_wins_and_an_empty_id_clears():
    under = Association("s", "u", {"a": 1, "b": 1})
    nearer = Association("", None, {"b": 2})
    assert association.over(under, nearer) == Association("", "u", {"a": 1, "b": 2})


def test_blocks_left_out_of_order_take_away_their_own_layer_only():
    one, two = object(), object()
    association.enter(one, Association(session_id="one", user_id="u"))
    association.enter(two, Association(session_id="two"))
    association.leave(one)
    assert association.ambient() == Association("two", None, None)
    association.leave(two)
    association.leave(two)
    assert association.ambient() == association.NOTHING


def test_what_a_sampled_out_trace_is_told_goes_nowhere(spans, caplog):
    dropped = trace.NonRecordingSpan(trace.SpanContext(1, 2, is_remote=False))
    with Laminar.use_span(dropped), caplog.at_level(logging.WARNING):
        Laminar.set_trace_session_id("s")
    step()
    assert spans.find("step").session_id is None
    assert not caplog.records


def test_the_capture_of_a_test_begins_outside_of_any_session():
    Laminar.set_trace_session_id("before")
    with capture() as spans:
        assert isinstance(spans, CapturedSpans)
        step()
    assert spans.find("step").session_id is None
