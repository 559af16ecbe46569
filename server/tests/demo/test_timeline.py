"""Stories laid out in time: nothing overlaps that should not, and every number fits its text."""

import dataclasses
import itertools
import json
import re
from datetime import date
from random import Random

import pytest

from threadline_server.demo import coding, outage, support
from threadline_server.demo.conversation import CACHE_LIVES_NS, CACHE_MINIMUM
from threadline_server.demo.days import dated
from threadline_server.demo.models import CHARACTERS_PER_TOKEN, MODELS, Usage, cost, tokens
from threadline_server.demo.stories import POINTED_AT, STORIES
from threadline_server.demo.timeline import Timeline

TODAY = date(2027, 3, 1)


def below(span):
    yield span
    for child in span.children:
        yield from below(child)


def spans_of(story, seed=1):
    timeline = Timeline(dated(story, TODAY), Random(seed))
    return timeline, [span for root in timeline.roots for span in below(root)]


@pytest.fixture(params=STORIES, ids=lambda story: story.name)
def laid_out(request):
    return spans_of(request.param)


def test_every_span_lies_within_its_parent(laid_out):
    _, spans = laid_out
    for span in spans:
        assert span.start_ns <= span.end_ns
        for child in span.children:
            assert span.start_ns <= child.start_ns
            assert child.end_ns <= span.end_ns


def test_traces_follow_each_other(laid_out):
    timeline, _ = laid_out
    for before, after in itertools.pairwise(timeline.roots):
        assert before.end_ns < after.start_ns
    assert timeline.duration_ns == timeline.roots[-1].end_ns


def test_tokens_fit_the_text_that_was_sent(laid_out):
    _, spans = laid_out
    for span in spans:
        if span.kind != "LLM":
            continue
        attributes = span.attributes
        sent = sum(
            len(attributes.get(key, ""))
            for key in (
                "gen_ai.system_instructions",
                "gen_ai.tool.definitions",
                "gen_ai.input.messages",
            )
        )
        said = attributes["gen_ai.usage.input_tokens"]
        assert 0.8 * sent / CHARACTERS_PER_TOKEN < said < 1.3 * sent / CHARACTERS_PER_TOKEN + 20
        cached = attributes.get("gen_ai.usage.cache_read.input_tokens", 0)
        assert cached + attributes.get("gen_ai.usage.cache_creation.input_tokens", 0) <= said


def test_a_model_call_replays_all_that_was_said_before():
    _, spans = spans_of(support.SESSION)
    calls = [s for s in spans if s.kind == "LLM" and s.name == "chat claude-sonnet-4-5"]
    histories = [json.loads(call.attributes["gen_ai.input.messages"]) for call in calls]
    for before, after in itertools.pairwise(histories):
        assert after[: len(before)] == before
        assert len(after) > len(before)


def test_every_tool_call_is_answered_in_the_history():
    for story in (support.SESSION, outage.SESSION, coding.SESSION):
        _, spans = spans_of(story)
        last = [s for s in spans if s.kind == "LLM" and s.name == "chat claude-sonnet-4-5"][-1]
        parts = [
            part
            for message in json.loads(last.attributes["gen_ai.input.messages"])
            for part in message["parts"]
        ]
        asked = [part["id"] for part in parts if part["type"] == "tool_call"]
        answered = [part["id"] for part in parts if part["type"] == "tool_call_response"]
        assert asked == answered
        assert len(set(asked)) == len(asked)


def test_a_prompt_is_read_from_the_cache_only_while_it_lives_there():
    _, spans = spans_of(coding.SESSION)
    calls = [s for s in spans if s.kind == "LLM" and s.name == "chat claude-sonnet-4-5"]
    for before, after in itertools.pairwise(calls):
        read = after.attributes.get("gen_ai.usage.cache_read.input_tokens", 0)
        lives = after.start_ns - before.end_ns <= CACHE_LIVES_NS
        was_long = before.attributes["gen_ai.usage.input_tokens"] >= CACHE_MINIMUM
        assert bool(read) == (lives and was_long)


def test_the_same_seed_gives_the_same_contents_and_another_gives_others():
    as_dictionaries = [
        [dataclasses.asdict(root) for root in spans_of(support.SESSION, seed)[0].roots]
        for seed in (7, 7, 8)
    ]
    assert as_dictionaries[0] == as_dictionaries[1]
    assert as_dictionaries[0] != as_dictionaries[2]


def test_the_coding_run_is_deep_and_ends_with_its_test_passing():
    _, spans = spans_of(coding.SESSION)
    assert 55 <= sum(span.kind == "LLM" for span in spans) <= 75
    results = [str(span.output) for span in spans if span.name == "run_command"]
    assert "FAILED" in "".join(results)
    assert max(len(str(span.output)) for span in spans if span.kind == "TOOL") > 4000
    assert re.search(r"11 passed", "".join(results))


def test_dates_are_told_from_today():
    story = json.dumps([dataclasses.asdict(root) for root in spans_of(support.SESSION)[0].roots])
    assert "{{" not in story
    assert "2027-02-22" in story
    assert "Monday 22 February" in story


def test_every_story_that_is_pointed_at_is_sent():
    assert all(story in STORIES for _, story in POINTED_AT)
    assert len({story.name for story in STORIES}) == len(STORIES)


def test_reading_from_the_cache_is_cheaper_and_a_model_without_a_price_has_no_cost():
    sonnet = MODELS["claude-sonnet-4-5"]
    assert cost(sonnet, Usage(input=1_000_000, output=0)) == (3.0, 0.0)
    assert cost(sonnet, Usage(input=1_000_000, cache_read=1_000_000)) == pytest.approx((0.3, 0.0))
    assert cost(sonnet, Usage(input=1_000_000, cache_write=1_000_000)) == pytest.approx((3.75, 0))
    assert cost(MODELS["qwen3-30b-a3b"], Usage(input=10, output=10)) is None


def test_no_text_is_no_token():
    assert tokens("") == 0
    assert tokens("a") == 1
