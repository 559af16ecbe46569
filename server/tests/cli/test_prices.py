"""`threadline prices`: what is listed, set and unset, with a server and without one."""

from __future__ import annotations

import orjson
import pytest

from threadline_server.cli import main
from threadline_server.cli.prices import table

GPT = {"model": "gpt-4o", "provider": "openai", "call": 0.0, "source": "built_in", "tiers": []}
RATES = {"input": 2.5, "output": 10.0, "cache_read": 1.25, "cache_write": None, "reasoning": None}


@pytest.fixture
def threadline(tmp_path, capsys):
    """Runs a command over a data folder that no server holds; its status and what it printed."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--data-dir", str(tmp_path)])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return run


def test_prices_are_set_listed_and_unset(threadline):
    status, out, _ = threadline("prices", "set", "gpt-4o*", "--provider", "openai", "--input", "1")
    assert status == 0
    assert "gpt-4o*" in out
    listed = orjson.loads(threadline("prices", "gpt-4o", "--own", "--json")[1])
    assert [(price["model"], price["input"]) for price in listed["items"]] == [("gpt-4o*", 1.0)]
    assert threadline("prices", "unset", "gpt-4o*", "--provider", "openai")[0] == 0
    assert orjson.loads(threadline("prices", "--own", "--json")[1])["items"] == []


def test_what_is_not_there_cannot_be_unset(threadline):
    status, _, err = threadline("prices", "unset", "gpt-4o")
    assert status == 1
    assert "no own price 'gpt-4o'" in err


def test_a_price_for_nothing_is_refused(threadline):
    status, _, err = threadline("prices", "set", "gpt-4o", "--cache-read", "1")
    assert status == 1
    assert "input" in err


def test_where_no_server_answers_the_command_says_what_to_do(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["prices", "--url", "http://127.0.0.1:9"])
    assert ended.value.code == 1
    assert "--data-dir" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_not_made(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["prices", "--data-dir", str(tmp_path / "none")])
    assert ended.value.code == 2
    assert not (tmp_path / "none").exists()
    assert "no such folder" in capsys.readouterr().err


def test_the_table_is_aligned_and_tells_what_is_special():
    tier = {"above_input_tokens": 200_000, **RATES, "call": 0.0}
    lines = table([
        {**GPT, **RATES},
        {**GPT, **RATES, "model": "m*", "provider": None, "source": "own", "tiers": [tier]},
        {**GPT, **RATES, "call": 0.005},
    ])  # fmt: skip
    special = "own, more beyond 200,000 input"
    assert lines == [
        "model   provider  input  output  cache read  cache write  reasoning",
        "gpt-4o  openai      2.5      10        1.25            -          -",
        f"m*      any         2.5      10        1.25            -          -  {special}",
        "gpt-4o  openai      2.5      10        1.25            -          -  and 0.005 a call",
    ]
