"""What fails inside is one line of log, and no error of the program."""

import logging

import pytest

from threadline import guard
from threadline.guard import contain, guarded, warn_once


def fail():
    raise ZeroDivisionError("inside")


def contained():
    try:
        fail()
    except ZeroDivisionError:
        contain("failing")


@pytest.fixture
def lenient(monkeypatch):
    monkeypatch.setattr(guard, "strict", False)


def test_a_block_is_contained_and_logged_once_for_its_place(lenient, caplog):
    for place in ("one", "one", "two"):
        with guarded(place):
            fail()
    assert [record.args for record in caplog.records] == [("one",), ("two",)]
    assert caplog.records[0].exc_info[0] is ZeroDivisionError
    assert caplog.records[0].name == "threadline"


def test_a_function_that_fails_gives_none(lenient):
    assert guarded("failing")(fail)() is None
    assert guarded("adding")(lambda x: x + 1)(1) == 2


def test_an_except_block_is_contained(lenient, caplog):
    contained()
    assert "while failing" in caplog.text


def test_strict_mode_raises():
    with pytest.raises(ZeroDivisionError), guarded("failing"):
        fail()
    with pytest.raises(ZeroDivisionError):
        contained()


def test_ctrl_c_passes(lenient):
    with pytest.raises(KeyboardInterrupt), guarded("waiting"):
        raise KeyboardInterrupt


def test_a_warning_is_said_once(caplog):
    with caplog.at_level(logging.WARNING):
        warn_once("key", "said %s", "first")
        warn_once("key", "said %s", "second")
        warn_once("other", "said %s", "other")
    assert [record.message for record in caplog.records] == ["said first", "said other"]
