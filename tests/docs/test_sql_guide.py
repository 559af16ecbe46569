"""The guide's page on SQL says what the code does, and its examples run."""

import re

import pytest
from otlp_requests import captures
from started_server import ROOT

from threadline_server.show.body_limit import BODY
from threadline_server.store.sql import MIB, SQL_TABLES, STATEMENT_BYTES, SqlLimits
from threadline_server.store.sqlite.sql_guard import ALLOWED

PAGE = (ROOT / "docs" / "sql.md").read_text()
EXAMPLES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
pytestmark = pytest.mark.xdist_group("sql_guide")


@pytest.fixture(scope="module")
def filled(server):
    for body in captures("traces").values():
        headers = {"Content-Type": "application/x-protobuf"}
        server.http.post("/v1/traces", content=body, headers=headers).raise_for_status()
    return server


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_gives_rows(filled, example):
    answer = filled.http.post("/api/v1/sql", json={"query": example})
    assert answer.status_code == 200, answer.text
    assert answer.json()["rows"]


@pytest.mark.parametrize("table", SQL_TABLES)
def test_the_page_has_every_column_of_a_table(table):
    described = re.search(rf"\n### {table}\n(.*?)(?=\n##)", PAGE, re.DOTALL)
    assert described is not None
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", described[1], re.MULTILINE)
    assert rows == [(name, each.type, each.holds) for name, each in SQL_TABLES[table].items()]


def test_the_page_has_every_function():
    for kind, names in ALLOWED.items():
        listed = " ".join(f"`{name}`" for name in names.split())
        assert f"\n| {kind} | {listed} |\n" in PAGE


def test_the_page_gives_the_limits_that_hold():
    limits = SqlLimits()
    assert f"| time | {limits.deadline_s} seconds" in PAGE
    assert f"| rows of an answer | {limits.rows:,} |" in PAGE
    assert f"| size of an answer | {limits.bytes // MIB} MiB |" in PAGE
    assert f"| a text that a query makes or binds | {limits.value_bytes // MIB} MiB |" in PAGE
    assert f"| memory of SQLite | {limits.heap_bytes // MIB} MiB |" in PAGE
    assert f"| statement | {STATEMENT_BYTES:,} bytes |" in PAGE
    assert f"| body of a request | {BODY // MIB} MiB |" in PAGE
    assert f"| queries at once | {limits.at_once}, and {limits.waiting} that wait |" in PAGE
