"""Spans made by hand: started, used, activated, wrapped."""

import asyncio
import datetime as dt
import logging
import uuid

import pytest
from opentelemetry import context, trace
from opentelemetry.trace import StatusCode

from threadline import Attributes, Laminar, LaminarSpan, observe
from threadline.testing import capture


def test_a_block_is_a_span_with_everything_given_at_its_start(spans):
    with Laminar.start_as_current_span(
        "all",
        input=["hi"],
        span_type="llm",
        tags=["t"],
        user_id="u",
        session_id="s",
        metadata={"k": 1},
        attributes={Attributes.REQUEST_MODEL: "m", "nested": {"a": 1}, "none": None},
    ) as span:
        assert isinstance(span, LaminarSpan)
        assert Laminar.get_current_span().span is span.span
        Laminar.set_span_output({"b": 2})
    span = spans.find("all")
    assert (span.type, span.input, span.output) == ("LLM", ["hi"], {"b": 2})
    assert (span.session_id, span.user_id, span.metadata, span.tags) == ("s", "u", {"k": 1}, ["t"])
    assert span.attributes["gen_ai.request.model"] == "m"
    assert span.attributes["nested"] == '{"a":1}'
    assert "none" not in span.attributes


def test_an_error_in_a_block_is_on_its_span_and_goes_on(spans):
    with pytest.raises(KeyError), Laminar.start_as_current_span("block"):
        raise KeyError("gone")
    assert (spans.find("block").status, len(spans.find("block").events)) == ("error", 1)


def test_a_block_decorates_functions_too(spans):
    @Laminar.start_as_current_span("block")
    def work(x):
        return x

    assert [work(1), work(2)] == [1, 2]
    assert spans.names == ["block", "block"]


def test_labels_are_the_older_name_of_tags(spans):
    with Laminar.start_as_current_span("one", labels=["a"]):
        Laminar.start_span("two", labels={"k": "v"}).end()
    assert [span.tags for span in spans] == [["a"], []]


def test_a_started_span_is_not_the_current_one_until_it_is_used(spans):
    span = Laminar.start_span("loose", input=1, start_time=5)
    with Laminar.start_as_current_span("elsewhere"):
        pass
    for _ in range(2):
        with Laminar.use_span(span) as used:
            assert used is span
            with Laminar.start_as_current_span("inside"):
                pass
    span.end(end_time=9)
    assert spans.tree() == "loose\n  inside\n  inside\nelsewhere"
    assert (spans.find("loose").start_ns, spans.find("loose").end_ns) == (5, 9)


def test_use_span_ends_the_span_and_records_as_it_is_told(spans):
    for options in (
        {},
        {"record_exception": False},
        {"set_status_on_exception": False},
        {"record_exception": False, "set_status_on_exception": False},
    ):
        block = Laminar.use_span(Laminar.start_span("used"), end_on_exit=True, **options)
        with pytest.raises(KeyError), block:
            raise KeyError("gone")
    recorded = [(span.status, len(span.events)) for span in spans]
    assert recorded == [("error", 1), ("error", 0), ("unset", 1), ("unset", 0)]


def test_use_span_takes_any_opentelemetry_span(spans):
    raw = Laminar.start_span("raw").span
    with Laminar.use_span(raw, end_on_exit=True) as used:
        assert isinstance(used, LaminarSpan)
    with Laminar.use_span(trace.INVALID_SPAN) as used:
        assert not used.is_recording()
    ours = Laminar.start_span("ours")
    with trace.use_span(ours, end_on_exit=True), Laminar.start_as_current_span("child"):
        assert Laminar.get_current_span().name == "child"
    assert spans.tree() == "raw\nours\n  child"


def test_an_active_span_is_the_current_one_until_it_ends(spans):
    outer = Laminar.start_active_span("outer", session_id="s")
    inner = Laminar.start_active_span("inner")
    with Laminar.start_as_current_span("leaf"):
        pass
    inner.end()
    assert Laminar.get_current_span().span is outer.span
    outer.end()
    assert Laminar.get_current_span() is None
    assert spans.tree() == "outer\n  inner\n    leaf"
    assert spans.find("leaf").session_id == "s"


def test_active_spans_that_end_out_of_order_leave_none_behind(spans):
    first, second, third = (Laminar.start_active_span(name) for name in "abc")
    first.end()
    second.end()
    assert Laminar.get_current_span().span is third.span
    third.end()
    assert Laminar.get_current_span() is None


def test_an_active_span_that_ends_in_another_task_changes_nothing_there(spans):
    span = Laminar.start_active_span("outer")

    async def elsewhere():
        with Laminar.start_as_current_span("own") as own:
            span.end()
            assert Laminar.get_current_span().span is own.span

    asyncio.run(elsewhere())
    assert spans.find("outer").end_ns


def test_the_end_of_an_active_span_keeps_the_session_block_around_it(spans):
    span = Laminar.start_active_span("outer")
    with Laminar.session("s"):
        span.end()
        with Laminar.start_as_current_span("next"):
            pass
    assert spans.find("next").session_id == "s"
    assert spans.find("next").parent is None


def test_ending_twice_and_writing_after_the_end_is_quiet(spans, caplog):
    span = Laminar.start_span("once")
    span.end()
    with caplog.at_level(logging.DEBUG):
        span.end()
        span.set_input(1)
        span.set_output(1)
        span.set_tags(["t"])
        span.set_attribute("k", 1)
        span.add_event("late")
        span.set_trace_session_id("s")
    assert not caplog.records
    assert spans.find("once").attributes == {}


def test_ids_come_as_numbers_and_as_uuids(spans):
    with Laminar.start_as_current_span("parent") as parent:
        child = Laminar.start_span("child")
    child.end()
    assert child.parent_span_id() == parent.span_id()
    assert child.parent_span_id("uuid") == uuid.UUID(int=parent.span_id())
    assert child.trace_id("uuid") == uuid.UUID(int=parent.trace_id())
    assert child.span_id("uuid").int == child.span_id()
    assert parent.parent_span_id() is None


def test_tags_are_set_and_added_without_doubles(spans, caplog):
    with Laminar.start_as_current_span("tagged", tags=["a"]) as span:
        Laminar.add_span_tags(["b", "a"])
        assert span.tags == ["a", "b"]
        Laminar.set_span_tags(["c", "c"])
        Laminar.add_span_tags([1])
    assert spans.find("tagged").tags == ["c"]
    assert "Tags" in caplog.text


def test_attributes_take_values_that_opentelemetry_has_no_type_for(spans):
    with Laminar.start_as_current_span("span") as span:
        Laminar.set_span_attributes({Attributes.PROVIDER: "openai", "mixed": [1, "a"], "n": None})
        span.set_attribute("big", 2**70)
        span.add_event("event", {"nested": {"a": 1}})
    attributes = spans.find("span").attributes
    assert attributes["gen_ai.system"] == "openai"
    assert attributes["mixed"] == '[1,"a"]'
    assert attributes["big"] == str(2**70)
    assert spans.find("span").events[0].attributes == {"nested": '{"a":1}'}


def test_the_wrapper_is_an_opentelemetry_span(spans):
    with Laminar.start_as_current_span("span", user_id="u", metadata={"k": 1}) as span:
        span.update_name("renamed")
        span.set_status(StatusCode.OK)
        span.record_exception(KeyError("seen"))
        span.add_link(span.get_span_context(), {"a": 1})
        assert span.attributes["user.id"] == "u"
        assert span.laminar_association_properties == {"user_id": "u", "metadata": {"k": 1}}
        assert "renamed" in repr(span)
        with pytest.raises(AttributeError):
            span.nonsense  # noqa: B018 - asked for on purpose
    assert isinstance(span, trace.Span)
    assert (spans.find("renamed").status, spans.find("renamed").links) == (
        "ok",
        [spans.find("renamed").span_id],
    )


def test_an_event_is_on_the_current_span_at_its_time(spans):
    with Laminar.start_as_current_span("span"):
        Laminar.event("now", {"k": {"a": 1}}, session_id="s", user_id=7)
        Laminar.event("then", timestamp=5)
        Laminar.event("dated", timestamp=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    now, then, dated = spans.find("span").events
    assert now.attributes == {"k": '{"a":1}', "session.id": "s", "user.id": "7"}
    assert then.time_ns == 5
    assert dated.time_ns == 1_767_225_600_000_000_000


def test_an_event_outside_of_any_span_is_a_span_of_its_own(spans):
    Laminar.event("alone", {"k": 1}, session_id="s")
    assert (spans.find("alone").session_id, spans.find("alone").attributes["k"]) == ("s", 1)


def test_a_context_given_is_where_a_span_starts(spans):
    with Laminar.start_as_current_span("parent"):
        kept = context.get_current()
    Laminar.start_span("late", context=kept).end()
    assert Laminar.get_current_span(kept).name == "parent"
    assert spans.find("late").parent.name == "parent"


def test_without_content_input_and_output_are_left_out():
    block = Laminar.start_as_current_span("span", input="secret")
    with capture(trace_content=False) as spans, block as span:
        Laminar.set_span_output("secret")
        span.set_input("secret")
    assert spans.find("span").attributes == {}


def test_before_initialize_every_call_is_quiet(caplog):
    with caplog.at_level(logging.DEBUG), Laminar.start_as_current_span("block") as span:
        span.set_trace_session_id("s")
        span.set_trace_metadata({"k": 1})
        Laminar.set_trace_session_id("s")
        Laminar.set_trace_user_id("u")
        Laminar.set_trace_metadata({"k": 1})
        Laminar.set_span_output(1)
        Laminar.set_span_attributes({"k": 1})
        Laminar.set_span_tags(["t"])
        Laminar.add_span_tags(["t"])
        Laminar.event("event")
        Laminar.score("score", 1)
        with Laminar.use_span(Laminar.start_active_span("active"), end_on_exit=True):
            assert Laminar.get_current_span() is None
    assert (span.tags, span.laminar_association_properties) == ([], {})
    assert span.get_laminar_span_context() is None
    assert (Laminar.get_trace_id(), Laminar.flush(), Laminar.force_flush()) == (None, False, False)
    assert not caplog.records


def test_an_internal_error_at_the_start_costs_the_span_alone(spans, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("threadline.guard.strict", False)
    monkeypatch.setattr("threadline.beginning.said_at_start", broken)
    with Laminar.start_as_current_span("block") as span:
        assert not span.is_recording()
    assert len(spans) == 0
    assert "your program goes on" in caplog.text


def test_a_span_may_be_written_on_by_many_tasks(spans):
    @observe()
    async def main():
        async def one(n):
            await asyncio.sleep(0)
            Laminar.event(f"{n}")

        await asyncio.gather(*(one(n) for n in range(10)))

    asyncio.run(main())
    assert len(spans.find("main").events) == 10
