"""Asserts of the battery explain themselves as those of tests do."""

import pytest

pytest.register_assert_rewrite(
    "store.battery_lists",
    "store.battery_log_events",
    "store.battery_renewal",
    "store.battery_scores",
    "store.battery_writes",
    "store.shelf",
)
