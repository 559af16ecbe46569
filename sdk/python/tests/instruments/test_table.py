"""The table of what can be traced agrees with the names, the extras and the documentation."""

import re
import tomllib
from pathlib import Path

import pytest

from threadline.instruments.names import Instruments
from threadline.instruments.switch import SWITCHABLE
from threadline.instruments.table import COVERED_BY, TABLE, TRACE_THEMSELVES

ROOT = Path(__file__).resolve().parents[4]
PROJECT = tomllib.loads((ROOT / "sdk/python/pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
GUIDE = (ROOT / "docs/instruments.md").read_text()
BY_INSTRUMENT = {row.instrument: row for row in TABLE}
WITHOUT_EXTRA = {Instruments.THREADING}
OFFICIAL = """
alephalpha anthropic bedrock browser_use browser_use_session bubus chroma claude_agent cohere crewai
cua_agent cua_computer daytona_sdk deepagents google_adk google_aiplatform google_genai groq
haystack kernel lancedb langchain langfuse langgraph litellm llama_index marqo mcp
microsoft_agent_framework milvus mistral ollama openai openai_agents openrouter opentelemetry
patchright pinecone playwright pydantic_ai qdrant replicate sagemaker skyvern temporal together
transformers typesafe watsonx weaviate
""".split()  # noqa: SIM905 - a word list reads best as one


def documented() -> dict[str, list[str]]:
    """The rows of the guide's table, by the name of the enum in them."""
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in GUIDE.splitlines()
        if line.startswith("| `Instruments.")
    ]
    return {cells[0].removeprefix("Instruments."): cells[1:] for cells in rows}


@pytest.mark.parametrize("value", OFFICIAL)
def test_every_name_of_the_official_sdk_is_accepted(value):
    assert Instruments(value).name == value.upper()


def test_the_older_name_of_google_aiplatform_is_accepted():
    assert Instruments.VERTEXAI is Instruments.GOOGLE_AIPLATFORM


def test_a_name_has_one_row_at_most_and_one_way_to_be_traced():
    assert len(BY_INSTRUMENT) == len(TABLE)
    assert len({row.extra for row in TABLE}) == len(TABLE)
    assert SWITCHABLE.isdisjoint(COVERED_BY)
    assert SWITCHABLE.isdisjoint(TRACE_THEMSELVES)
    assert set(COVERED_BY.values()) <= SWITCHABLE


def test_every_row_has_an_extra_that_installs_its_instrumentor_and_no_more():
    expected = {
        row.extra: [row.requirement] if row.requirement else []
        for row in TABLE
        if row.instrument not in WITHOUT_EXTRA
    }
    expected["langgraph"] = expected["langchain"]
    assert {name: wanted for name, wanted in EXTRAS.items() if name != "all"} == expected


def test_what_has_no_extra_comes_with_threadline():
    names = {re.split(r"[<>=]", requirement)[0] for requirement in PROJECT["dependencies"]}
    assert {BY_INSTRUMENT[each].distribution for each in WITHOUT_EXTRA} <= names


def test_the_extra_all_is_all_of_them():
    named = [
        name
        for requirement in EXTRAS["all"]
        for name in requirement.removeprefix("threadline[").removesuffix("]").split(",")
    ]
    assert sorted(named) == sorted(EXTRAS.keys() - {"all"})


def test_the_guide_names_every_package_that_can_be_traced_with_its_extra_and_instrumentor():
    def cells(row, extra):
        distribution = (row.requirement or "").partition(">=")[0] or "-"
        return [", ".join(row.modules), extra, distribution]

    expected = {
        row.instrument.name: cells(row, row.extra)
        for row in TABLE
        if row.instrument not in WITHOUT_EXTRA
    }
    expected["LANGGRAPH"] = ["langgraph", "langgraph", expected["LANGCHAIN"][2]]
    assert documented() == expected


def test_the_guide_names_every_name_that_has_no_effect():
    without = {
        each.name for each in set(Instruments) - SWITCHABLE - set(COVERED_BY) - TRACE_THEMSELVES
    }
    (line,) = [line for line in GUIDE.splitlines() if line.startswith("Accepted without effect:")]
    assert set(re.findall(r"`([A-Z_]+)`", line)) == without
