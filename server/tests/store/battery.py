"""One battery of behaviour for every store behind the contract; an engine supplies `open_store`."""

from __future__ import annotations

from store.battery_lists import ListsBattery
from store.battery_log_events import LogEventsBattery
from store.battery_renewal import RenewalBattery
from store.battery_scores import ScoresBattery
from store.battery_search import SearchBattery
from store.battery_writes import WritesBattery


class StoreBattery(
    ListsBattery, LogEventsBattery, RenewalBattery, ScoresBattery, SearchBattery, WritesBattery
):
    """What a span store promises, one test for each promise.

    A subclass gives the fixture `open_store(directory=None, *, clock=None, projects=...)`: it
    opens a store in a directory of its own or in the one named, and closes it after the test.
    """
