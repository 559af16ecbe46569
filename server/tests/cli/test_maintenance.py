"""`threadline reprice` and `threadline renormalize` over a folder that no server holds."""

from __future__ import annotations

import pytest
from oracle.small import a_span, usage
from store.shelf import put

from threadline_server.cli import main
from threadline_server.normalize.pipeline import previews
from threadline_server.store.sqlite import open_store


@pytest.fixture
def threadline(tmp_path, capsys):
    """Runs a command over a data folder with two calls in it; its status and what it printed."""
    store = open_store(tmp_path, previewer=previews)
    keys = {"session.id": "s", **usage(1_000_000, model="own-model")}
    put(store, a_span(1, keys=keys), a_span(2, keys=keys))
    store.close()

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--data-dir", str(tmp_path)])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return run


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("reprice", "2 spans looked at, {} of them have another cost now.\n"),
        ("renormalize", "2 spans understood anew, {} of them became other.\n"),
    ],
)
def test_what_is_stored_gets_today_s_prices_once(threadline, tmp_path, work, said):
    assert threadline("prices", "set", "own-model", "--input", "3")[0] == 0
    assert threadline(work)[:2] == (0, said.format(2))
    assert threadline(work)[:2] == (0, said.format(0))
    store = open_store(tmp_path, previewer=previews)
    try:
        assert store.session("default", "s").row.total_cost == 6.0
    finally:
        store.close()


def test_a_folder_that_a_server_holds_is_left_to_it(threadline, tmp_path):
    store = open_store(tmp_path, previewer=previews)
    try:
        status, _, err = threadline("reprice")
    finally:
        store.close()
    assert status == 1
    assert str(tmp_path) in err
