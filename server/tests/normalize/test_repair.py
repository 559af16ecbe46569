from __future__ import annotations

import pytest
from spans import RECEIVED_NS, START_NS, decoded

from threadline_server.normalize.repair import EARLIEST_NS, LATEST_NS, repaired_times


@pytest.mark.parametrize(
    ("start_ns", "end_ns", "expected"),
    [
        (START_NS, START_NS + 5, (START_NS, START_NS + 5, [])),
        (START_NS, 0, (START_NS, None, [])),
        (0, 0, (RECEIVED_NS, None, ["start_outside_range"])),
        (EARLIEST_NS - 1, RECEIVED_NS + 1, (RECEIVED_NS, RECEIVED_NS + 1, ["start_outside_range"])),
        (EARLIEST_NS, EARLIEST_NS, (EARLIEST_NS, EARLIEST_NS, [])),
        (START_NS, START_NS - 1, (START_NS, START_NS, ["end_before_start"])),
        (START_NS, LATEST_NS, (START_NS, START_NS, ["end_outside_range"])),
        (2**64 - 1, 7, (RECEIVED_NS, RECEIVED_NS, ["start_outside_range", "end_outside_range"])),
    ],
)
def test_times_that_cannot_be_true_are_repaired_and_marked(
    start_ns: int, end_ns: int, expected: tuple[int, int | None, list[str]]
) -> None:
    assert repaired_times(decoded(start_ns=start_ns, end_ns=end_ns), RECEIVED_NS) == expected
