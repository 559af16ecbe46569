"""Users' own tests can assert on what their code sends."""

import asyncio
import re
import textwrap

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from threadline import Laminar, observe, testing
from threadline.testing import capture


@observe(span_type="TOOL", tags=["t"], metadata={"k": 1}, session_id="s", user_id="u")
def search(query):
    Laminar.event("looked", {"in": "shop"})
    if query is None:
        raise KeyError("query")
    return [query]


def test_the_example_of_the_documentation_runs():
    example = re.search(r"```python\n(.*?)```", testing.__doc__, re.DOTALL)
    exec(textwrap.dedent(example.group(1)), {})


def test_a_span_is_plain_values():
    with capture() as spans:
        search("shoes")
    span = spans.find("search")
    assert (span.type, span.input, span.output) == ("TOOL", {"query": "shoes"}, ["shoes"])
    assert (span.session_id, span.user_id, span.metadata) == ("s", "u", {"k": 1})
    assert (span.tags, span.status, span.status_message) == (["t"], "unset", None)
    assert (span.parent, span.parent_id, span.children, span.links) == (None, None, [], [])
    assert [(event.name, event.attributes) for event in span.events] == [("looked", {"in": "shop"})]
    assert span.start_ns <= span.events[0].time_ns <= span.end_ns
    assert len(span.trace_id), len(span.span_id) == (32, 16)


def test_spans_are_a_tree_in_the_order_of_their_start():
    with capture() as spans, Laminar.start_as_current_span("turn"):
        search("a")
        with Laminar.start_as_current_span("inner"), pytest.raises(KeyError):
            search(None)
    assert spans.tree() == "turn\n  search [TOOL]\n  inner\n    search [TOOL] error"
    assert spans.names == ["turn", "search", "inner", "search"]
    assert [span.name for span in spans] == spans.names
    assert [span.name for span in spans.roots] == ["turn"]
    assert len(spans) == len(spans.find_all("search")) + 2 == 4
    assert spans.find("turn").find("inner").find("search").status_message == "'query'"
    assert spans.find("inner").parent.name == "turn"
    spans.clear()
    assert spans.tree() == ""


def test_finding_none_or_several_says_what_there_is():
    with capture() as spans:
        search("a")
        search("b")
    with pytest.raises(AssertionError, match="2 spans are named 'search'; there are: search"):
        spans.find("search")
    with pytest.raises(AssertionError, match="0 spans are named 'other'"):
        spans.find("other")


def test_scores_are_captured():
    with capture() as spans:
        Laminar.score("quality", 1, session_id="s")
    assert spans.scores[0].attributes["session.id"] == "s"


def test_it_leaves_nothing_behind():
    with pytest.raises(KeyError), capture():
        raise KeyError
    assert not Laminar.is_initialized()
    assert not Laminar.start_span("nothing").is_recording()


def test_captures_nest_and_each_has_its_own():
    with capture() as outer:
        search("a")
        with Laminar.start_as_current_span("around"), capture(metadata={"m": 1}) as inner:
            search("b")
        search("c")
    assert inner.tree() == "search [TOOL]"
    assert inner.find("search").metadata == {"k": 1, "m": 1}
    assert outer.names == ["search", "around", "search"]


def test_an_initialized_program_sends_nothing_meanwhile_and_goes_on_after(monkeypatch):
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    foreign = provider.get_tracer("foreign")
    Laminar.initialize(instruments=set())
    with capture() as spans, Laminar.session("s"), foreign.start_as_current_span("foreign"):
        search("a")
    assert spans.tree() == "foreign\n  search [TOOL]"
    assert spans.find("foreign").session_id == "s"
    assert exporter.get_finished_spans() == ()
    with Laminar.start_as_current_span("after"):
        pass
    assert [span.name for span in exporter.get_finished_spans()] == ["after"]


def test_it_works_in_coroutines():
    @observe()
    async def work():
        await asyncio.sleep(0)

    async def main():
        with capture() as spans:
            await asyncio.gather(work(), work())
        return spans

    assert asyncio.run(main()).names == ["work", "work"]


def test_an_input_that_is_no_json_is_given_as_it_is():
    with capture() as spans, Laminar.start_as_current_span("span") as span:
        span.span.set_attribute("lmnr.span.input", "{cut")
    assert spans.find("span").input == "{cut"
