"""Turn a request's SQL into a query of the store, its parameters checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from threadline_server.errors import bad_request
from threadline_server.model.attributes import encodable
from threadline_server.query.pages import require_project
from threadline_server.store.contract import SpanStore
from threadline_server.store.sql import SqlParameters, SqlQuery

_INTEGERS = range(-(1 << 63), 1 << 63)


def sql_query(store: SpanStore, project: str, text: str, parameters: SqlParameters) -> SqlQuery:
    """The query; raises ThreadlineError for a parameter that no column can be compared with."""
    named = parameters.items() if isinstance(parameters, Mapping) else enumerate(parameters, 1)
    for name, value in named:
        _check(str(name), value)
    return SqlQuery(require_project(store, project), text, parameters)


def _check(name: str, value: Any) -> None:
    texts = [name, value] if isinstance(value, str) else [name]
    if any(encodable(each) != each for each in texts):
        raise bad_request(
            "invalid_parameter",
            f"parameter {encodable(name)} has half of a surrogate pair",
            "send text that is Unicode",
        )
    if isinstance(value, list | dict):
        kind = "an array" if isinstance(value, list) else "an object"
        raise bad_request(
            "invalid_parameter",
            f"parameter {name} is {kind}",
            "give text, a number, a boolean or null; take apart JSON text with json_each",
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise bad_request(
            "invalid_parameter", f"parameter {name} is {value}", "give a number that JSON can say"
        )
    if isinstance(value, int) and value not in _INTEGERS:
        raise bad_request(
            "invalid_parameter",
            f"parameter {name} is an integer of more than 64 bits",
            "give it as text",
        )
