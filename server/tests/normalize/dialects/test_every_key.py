"""No attribute is read that no table of a convention names."""

from __future__ import annotations

from typing import Any

import pytest
from normalize.dialects.tables import table

from threadline_server.model.attributes import Attributes
from threadline_server.normalize.dialects import DIALECTS
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.source import Compound

BECOMES = {
    Meaning.TYPE: {"type"},
    Meaning.OPERATION: {"type"},
    Meaning.ENTITY_NAME: {"agent_name", "tool_name"},
    Meaning.MODEL_NAME: {"request_model"},
    Meaning.TOTAL_TOKENS: {"input_tokens", "output_tokens"},
    Meaning.CACHES_BESIDE: {"input_tokens"},
    Meaning.USAGE_REPEATED: {"input_tokens"},
    Meaning.CACHE_WRITE_5M_TOKENS: {"cache_write_tokens"},
    Meaning.CACHE_WRITE_1H_TOKENS: {"cache_write_tokens"},
    Meaning.TIME_TO_FIRST_TOKEN: {"first_token_ms"},
    Meaning.FIRST_TOKEN_AT: {"first_token_ms"},
    Meaning.SEVERITY: {"marks"},
    Meaning.SEVERITY_TEXT: {"status_message"},
}
"""The canonical fields that a meaning becomes, where they are not called like it."""

JOINED = (Meaning.TAGS, Meaning.METADATA)
"""Of these every attribute counts, not only the strongest."""

each_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)


def fields(meaning: Meaning) -> set[str]:
    return BECOMES.get(meaning, {meaning.name.lower()})


def meanings(dialect: Dialect) -> list[tuple[str, Meaning]]:
    return [
        (source.key, meaning)
        for source in dialect.sources
        for meaning in (source.meanings if isinstance(source, Compound) else (source.meaning,))
    ]


@each_dialect
def test_every_attribute_that_is_read_has_a_row_for_each_of_its_meanings(dialect: Dialect) -> None:
    rows, _ = table(dialect.name)
    stated = {(row.key, name) for row in rows for name in row.becomes}
    for key, meaning in meanings(dialect):
        assert any((key, name) in stated for name in fields(meaning)), f"{key} as {meaning.name}"


@each_dialect
def test_every_other_attribute_and_prefix_has_a_row(dialect: Dialect) -> None:
    rows, _ = table(dialect.name)
    keys = {row.key for row in rows}
    sent = {key for row in rows for key in row.sent}
    assert keys >= {*dialect.message_keys, *dialect.flattened}
    for prefix in dialect.metadata_prefixes:
        assert any("metadata" in row.becomes for row in rows if row.key.startswith(prefix))
        assert sent >= {prefix + name for name in dialect.identity}


@each_dialect
def test_the_order_of_all_attributes_with_one_meaning_is_stated(dialect: Dialect) -> None:
    _, orders = table(dialect.name)
    keys: dict[Meaning, set[str]] = {}
    for key, meaning in meanings(dialect):
        if meaning not in JOINED:
            keys.setdefault(meaning, set()).add(key)
    for meaning, several in keys.items():
        stated = [set(order.keys) for order in orders if order.name in fields(meaning)]
        assert len(several) == 1 or any(order >= several for order in stated), several


class Watched(dict[str, Any]):
    """Attributes that remember for which keys they were asked."""

    def __init__(self, attributes: Attributes, asked: set[str]) -> None:
        super().__init__(attributes)
        self.asked = asked

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


@each_dialect
def test_readers_look_only_at_attributes_by_which_their_dialect_is_known(dialect: Dialect) -> None:
    rows, _ = table(dialect.name)
    asked: set[str] = set()
    every = {key: value for row in rows for key, value in row.sent.items()}
    for attributes in ({}, every, *(row.attributes for row in rows)):
        for read in (
            dialect.flattened_input,
            dialect.flattened_output,
            dialect.input_messages,
            dialect.output_messages,
            dialect.tool_definitions,
        ):
            read(Watched(attributes, asked))
    known = {*(key for key, _ in meanings(dialect)), *dialect.message_keys}
    assert {key for key in asked if not key.startswith(dialect.flattened)} <= known
