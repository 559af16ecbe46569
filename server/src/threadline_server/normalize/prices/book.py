"""Keep the prices that hold right now: the list's and the user's, whose file it reads and writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from threadline_server.model.price import ListedPrice, OwnPrice
from threadline_server.normalize.prices import catalog
from threadline_server.normalize.prices.catalog import catalog_version
from threadline_server.normalize.prices.own import read_own, same_key, write_own
from threadline_server.normalize.prices.table import PriceTable

OWN_FILE = "prices.json"
"""The user's prices, in the data directory unless a setting names another file."""


class PriceBook:
    """One file of own prices, and the table that is made of it. Any thread may use it."""

    def __init__(self, file: Path) -> None:
        """Raises ThreadlineError where the file cannot be understood."""
        self.file = file
        self.table = PriceTable(read_own(file))
        self._lock = threading.Lock()

    @property
    def catalog(self) -> str:
        """Which list of prices comes with the server."""
        return catalog_version()

    def load(self) -> None:
        """Read the list that comes with the server, so that the first call need not wait for it."""
        catalog.load()

    def listed(self, on: date) -> Iterator[ListedPrice]:
        """Every price: own ones first, then those of the list that hold on a day."""
        return self.table.listed(on)

    def put(self, price: OwnPrice) -> None:
        """Set a price in place of the one for the same model and provider, if there is one.

        What others wrote into the file is read before. Raises ThreadlineError where the file
        cannot be read or written.
        """
        with self._lock:
            others = [
                each
                for each in read_own(self.file)
                if not same_key(each, price.model, price.provider)
            ]
            self._keep([*others, price])

    def remove(self, model: str, provider: str | None) -> bool:
        """Take an own price away; tells whether there was one for the model and provider."""
        with self._lock:
            known = read_own(self.file)
            kept = [each for each in known if not same_key(each, model, provider)]
            if len(kept) == len(known):
                return False
            self._keep(kept)
            return True

    def _keep(self, prices: list[OwnPrice]) -> None:
        write_own(self.file, prices)
        self.table = PriceTable(prices)
