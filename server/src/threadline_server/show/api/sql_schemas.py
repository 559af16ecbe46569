"""Describe SQL and its answers for OpenAPI and for generated clients."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from threadline_server.show.schemas import Model
from threadline_server.store.sql import STATEMENT_BYTES


class SqlRequest(Model):
    """One SELECT over `sessions`, `traces`, `spans` and `messages`.

    `parameters` are the values of `?` in their order, or of `:name` by name.
    """

    query: Annotated[str, Field(max_length=STATEMENT_BYTES)]
    parameters: list[Any] | dict[str, Any] | None = None


class SqlRows(Model):
    """Rows in the order of `columns`; `truncated` tells that there were more.

    Bytes are `{"$bytes": base64}`, and numbers that JSON has not `{"$double": "inf"}`.
    """

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool


class SqlObjects(Model):
    """Rows as objects by the names of their columns."""

    data: list[dict[str, Any]]


class SqlObjectsError(Model):
    """What was wrong, in words."""

    error: str
