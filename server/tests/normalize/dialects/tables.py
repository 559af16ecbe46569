"""The tables of all conventions, each from the tests of its dialect."""

from __future__ import annotations

import importlib

from normalize.dialects.convention import Order, Row

from threadline_server.normalize.dialects import DIALECTS


def table(name: str) -> tuple[tuple[Row, ...], tuple[Order, ...]]:
    """The rows and the orders of a dialect by its name."""
    module = importlib.import_module(f"normalize.dialects.test_{name}")
    return module.ROWS, module.ORDERS


EVERY_ROW = tuple(row for dialect in DIALECTS for row in table(dialect.name)[0])
