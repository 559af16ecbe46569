from __future__ import annotations

import pytest

from threadline_server.normalize import plan as plans
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.plan import PLANNED_KEYS, plan
from threadline_server.normalize.reading import read

KEYS = {"gen_ai.request.model": "m", "session.id": "s", "metadata": "{}", "langsmith.metadata.a": 1}


def test_spans_with_the_same_keys_have_one_plan() -> None:
    assert plan(dict(KEYS)) is plan(dict.fromkeys(KEYS))


def test_a_plan_tells_what_its_keys_may_say() -> None:
    found = plan({**KEYS, "gen_ai.usage.cost": 1.0})
    assert (found.usage, found.cost) == (False, True)
    assert found.entries == {"a": "langsmith.metadata.a"}
    assert found.naming is not None
    assert found.naming.session == ("session.id",)


def test_what_the_stronger_key_does_not_say_usefully_the_weaker_does() -> None:
    attributes = {"gen_ai.provider.name": "", "gen_ai.system": "openai"}
    for each in (attributes, dict(reversed(attributes.items()))):
        assert read(each)[Meaning.PROVIDER] == "openai"


@pytest.mark.parametrize(
    "keys", [[f"key {n}" for n in range(PLANNED_KEYS + 1)], ["long key " + "x" * 200]]
)
def test_plans_that_are_hardly_of_use_again_are_not_kept(keys: list[str]) -> None:
    attributes = dict.fromkeys(keys)
    assert plan(attributes) == plan(attributes)
    assert plan(attributes) is not plan(attributes)


def test_so_many_plans_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "_plans", {})
    monkeypatch.setattr(plans, "PLANS_LIMIT", 3)
    for number in range(10):
        plan({f"key {number}": None})
        assert len(plans._plans) <= 3
