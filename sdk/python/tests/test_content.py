import json
from pathlib import Path
from typing import Any

import pytest

from threadline import content

SHARED: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "conformance/sdk/content.json").read_text()
)


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["says"])
def test_attributes_stay_or_go_as_the_shared_cases_say(case: dict[str, Any]):
    kept = [key for key in case["given"] if not content.is_content(key, case["event"])]
    assert kept == case["kept"]


def test_the_lists_are_those_that_both_languages_share():
    assert sorted(content.CONTENT_KEYS) == SHARED["keys"]
    assert list(content.CONTENT_PREFIXES) == SHARED["prefixes"]
    assert set(SHARED["event_names"]) == content.MESSAGE_EVENTS
    assert set(SHARED["event_keys"]) == content.MESSAGE_KEYS
