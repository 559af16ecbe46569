"""Internal errors fail the test, and every test hears each warning for the first time."""

import pytest

from threadline import guard


@pytest.fixture(autouse=True)
def strictness(monkeypatch):
    monkeypatch.setattr(guard, "strict", True)
    guard.forget()
