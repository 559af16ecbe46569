"""The list that comes with the server gives what its own calculator gives, under any name."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from genai_prices import Usage
from genai_prices.data import providers
from hypothesis import given, settings
from hypothesis import strategies as st

from threadline_server.model.span import Tokens
from threadline_server.normalize.prices import catalog
from threadline_server.normalize.prices.cost import computed_cost

NOW_NS = 1_790_000_000 * 10**9
MODELS = [(provider, model) for provider in providers for model in provider.models]


@settings(max_examples=400)
@given(
    st.sampled_from(MODELS),
    st.integers(0, 2_000_000),
    st.integers(0, 500_000),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(1_600_000_000, 1_800_000_000),
)
def test_every_model_costs_what_the_lists_own_calculator_says(  # noqa: PLR0917  # drawn one by one
    drawn, asked, answered, cached, written, reasoned, second
) -> None:
    provider, model = drawn
    found = catalog._offer(model)
    if found is None:
        return
    read = int(asked * cached)
    tokens = Tokens(asked, answered, read, int((asked - read) * written), int(answered * reasoned))
    cost = computed_cost(tokens, found.at(second * 10**9))
    usage = Usage(
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.cache_read,
        cache_write_tokens=tokens.cache_write,
        output_reasoning_tokens=tokens.reasoning,
    )
    moment = datetime.fromtimestamp(second, UTC)
    said = model.calc_price(usage, provider, genai_request_timestamp=moment)
    if cost.total is None:  # the calculator takes what has no price for free
        assert said.model_price.input_mtok is None or said.model_price.output_mtok is None
        return
    assert cost.total == pytest.approx(float(said.total_price), rel=1e-9, abs=1e-11)
    assert cost.input == pytest.approx(float(said.input_price), rel=1e-9, abs=1e-11)


@pytest.mark.parametrize(
    ("provider", "model", "like"),
    [
        ("openai", "gpt-4o-2024-08-06", ("openai", "gpt-4o")),
        ("openai.responses", "gpt-4o", ("openai", "gpt-4o")),
        ("OpenAI", "GPT-4o", ("openai", "gpt-4o")),
        ("az.ai.openai", "gpt-4o", ("openai", "gpt-4o")),
        ("azure.ai.inference", "gpt-4o", ("azure", "gpt-4o")),
        ("gcp.gemini", "models/gemini-2.5-flash", ("google", "gemini-2.5-flash")),
        (
            "vertex_ai",
            "publishers/google/models/gemini-2.5-flash",
            ("google", "gemini-2.5-flash"),
        ),
        ("anthropic.messages", "claude-sonnet-4-5-20250929", ("anthropic", "claude-sonnet-4-5")),
        ("litellm", "anthropic/claude-sonnet-4-5", ("anthropic", "claude-sonnet-4-5")),
        ("langchain", "gpt-4o", ("openai", "gpt-4o")),
        ("openai", "openai/gpt-4o", ("openai", "gpt-4o")),
        ("openai", "openai/gpt-4o:completions", ("openai", "gpt-4o")),
        ("x_ai", "grok-4", ("x-ai", "grok-4")),
        ("xai.chat", "grok-4", ("x-ai", "grok-4")),
        (None, "gpt-4o", ("openai", "gpt-4o")),
        (None, "mistral/mistral-large-latest", ("mistral", "mistral-large-latest")),
        ("strands-agents", "gpt-4o", ("openai", "gpt-4o")),
        (
            "strands-agents",
            "us.anthropic.claude-sonnet-4-20250514-v1:0",
            ("aws", "us.anthropic.claude-sonnet-4-20250514-v1:0"),
        ),
        (None, "us.amazon.nova-pro-v1:0", ("aws", "us.amazon.nova-pro-v1:0")),
        ("openai", "claude-sonnet-4-5", ("anthropic", "claude-sonnet-4-5")),
        ("openai", "gemini-2.5-flash", ("google", "gemini-2.5-flash")),
        ("openai", "grok-4", ("x-ai", "grok-4")),
    ],
)
def test_a_model_is_found_under_the_names_that_instrumentations_give(provider, model, like) -> None:
    assert catalog.offer(provider, model) == catalog.offer(*like)
    assert catalog.offer(*like) is not None


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("ollama", "gpt-oss:20b"),
        ("my-proxy", "gpt-4o"),
        ("openai", "no-such-model"),
        ("openai", "llama-3.3-70b-versatile"),
        ("openai", "deepseek-chat"),
        ("openai", "mistral-large-latest"),
        ("openai", "gemma-3-27b"),
        ("groq", "claude-sonnet-4-5"),
        ("anthropic", "gpt-4o"),
        (None, "no-such-model"),
        (None, ""),
        (None, "gpt-4o" * 100),
        ("o" * 1000, "gpt-4o"),
        (".", "gpt-4o"),
        (None, "/"),
    ],
)
def test_what_is_not_in_the_list_has_no_price(provider, model) -> None:
    assert catalog.offer(provider, model) is None


def test_a_price_is_that_of_the_time_of_the_call() -> None:
    found = catalog.offer("openai", "o3")
    assert found is not None
    before = found.at(int(datetime(2025, 6, 1, tzinfo=UTC).timestamp()) * 10**9)
    after = found.at(int(datetime(2025, 7, 1, tzinfo=UTC).timestamp()) * 10**9)
    assert (before.rates.input, after.rates.input) == (10.0, 2.0)


def test_every_listed_price_says_what_input_or_output_costs() -> None:
    every = list(catalog.listed(date(2026, 11, 25)))
    assert len(every) > 1_000
    assert all(
        each.price.rates.input is not None or each.price.rates.output is not None for each in every
    )
