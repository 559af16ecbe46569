from __future__ import annotations

from spans import decoded, understood

from threadline_server.model.span import Scope
from threadline_server.store.content.version import content_hash, later


def test_the_later_end_wins_then_more_attributes_then_the_content() -> None:
    short = understood(end_ns=decoded().end_ns - 1, attributes={"a": 1, "b": 2})
    plain = understood(attributes={"a": 1})
    fuller = understood(attributes={"a": 1, "b": 2})
    running = understood(end_ns=0, attributes={"a": 1, "b": 2, "c": 3})
    assert running.version < short.version < plain.version < fuller.version
    assert later(fuller, plain) is fuller
    assert later(plain, fuller) is fuller


def test_of_versions_that_only_content_tells_apart_one_wins_in_either_order() -> None:
    one = understood(attributes={"a": 1, "b": 2})
    other = understood(attributes={"a": 1, "b": 3})
    assert one.version == other.version
    assert later(one, other) is later(other, one)


def test_a_span_sent_twice_is_one_version_and_every_part_of_it_tells() -> None:
    assert content_hash(decoded()) == content_hash(decoded())
    assert content_hash(decoded(scope=Scope("elsewhere"))) != content_hash(decoded())
