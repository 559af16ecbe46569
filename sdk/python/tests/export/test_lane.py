import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.export import lane as lane_module
from threadline.export.lane import Lane


class Clock:
    """A monotonic clock that moves when told."""

    def __init__(self, monkeypatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr(lane_module.time, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


class Heard(list):
    """What a lane said, as `heeds` hears it."""

    def heed(self, wakes, dropped):
        self.append((wakes, dropped))

    def take(self):
        said = self[-1] if self else (False, 0)
        self.clear()
        return said


class TellingLane(Lane[str]):
    """A lane whose `put` gives what `heeds` heard of it."""

    def put(self, item, estimated_bytes):
        super().put(item, estimated_bytes)
        return self._heeds.__self__.take()


def made_lane(**changes) -> TellingLane:
    values = {"max_bytes": 100, "batch_items": 3, "batch_bytes": 50, "delay_seconds": 0.5}
    heard = Heard()
    return TellingLane(**(values | changes), heeds=heard.heed)


def test_the_first_item_wakes_the_sender_and_the_next_ones_do_not():
    lane = made_lane()
    assert lane.put("a", 1) == (True, 0)
    assert lane.put("b", 1) == (False, 0)


def test_a_full_batch_wakes_the_sender_once():
    lane = made_lane(batch_items=2)
    assert [lane.put(name, 1)[0] for name in "abcd"] == [True, True, False, False]


def test_a_batch_is_due_half_a_second_after_its_first_item(clock):
    lane = made_lane()
    assert lane.due() is None
    lane.put("a", 1)
    clock.now += 0.3
    lane.put("b", 1)
    assert lane.due() == pytest.approx(1_000.5)


def test_a_full_batch_is_due_at_once(clock):
    lane = made_lane(batch_bytes=10)
    lane.put("a", 10)
    assert lane.due() == 0


def test_batches_obey_items_and_bytes_and_keep_the_order():
    lane = made_lane()
    for name in "abcdefg":
        lane.put(name, 1)
    assert lane.take(100).contents() == ["a", "b", "c"]
    assert lane.take(1).contents() == ["d"]
    lane.put("large", 48)
    assert lane.take(100).contents() == ["e", "f", "g"]
    assert lane.take(100).contents() == ["large"]


def test_an_item_larger_than_a_batch_goes_alone():
    lane = made_lane(batch_bytes=5)
    lane.put("large", 60)
    lane.put("small", 1)
    assert lane.take(100).contents() == ["large"]


def test_a_full_lane_drops_its_oldest_and_counts_them():
    lane = made_lane()
    for name in "abcde":
        lane.put(name, 20)
    assert lane.put("f", 30) == (False, 2)
    assert lane.dropped == 2
    assert lane.take(100).contents() == ["c", "d"]


def test_an_item_larger_than_the_lane_drops_itself_and_nothing_else():
    lane = made_lane()
    lane.put("a", 20)
    assert lane.put("huge", 101) == (False, 1)
    assert lane.take(100).contents() == ["a"]


def test_what_is_on_its_way_counts_until_it_is_settled():
    lane = made_lane()
    lane.put("a", 50)
    batch = lane.take(100)
    lane.put("b", 50)
    assert lane.put("c", 10) == (False, 1)
    assert (lane.held_bytes, lane.unsent()) == (60, 2)
    lane.settle(batch)
    assert (lane.held_bytes, lane.unsent()) == (10, 1)


def test_what_is_put_back_comes_first_again():
    lane = made_lane(batch_items=2)
    for name in "abcd":
        lane.put(name, 1)
    first, second = lane.take(100), lane.take(100)
    lane.put("e", 1)
    assert lane.put_back([first, second]) == 0
    assert lane.unsent() == 5
    assert [lane.take(100).contents() for _ in range(3)] == [["a", "b"], ["c", "d"], ["e"]]


def test_the_wait_doubles_up_to_half_a_minute_and_ends_with_a_success(clock):
    lane = made_lane()
    lane.put("a", 1)
    waits = []
    for _ in range(9):
        lane.back_off(None)
        waits.append(lane.not_before - clock.now)
    for wait, longest in zip(waits, (0.5, 1, 2, 4, 8, 16, 30, 30, 30), strict=True):
        assert longest / 2 <= wait <= longest
    assert lane.due() == lane.not_before
    lane.succeed()
    assert lane.due() == pytest.approx(clock.now + 0.5)


def test_the_wait_is_what_the_server_asks_for(clock):
    lane = made_lane()
    lane.back_off(17)
    assert lane.not_before == clock.now + 17


def test_after_a_refusal_for_size_batches_are_half_as_large():
    lane = made_lane(batch_bytes=50)
    lane.narrow(40)
    for name in "abc":
        lane.put(name, 10)
    assert lane.take(100).contents() == ["a", "b"]
    lane.narrow(1_000)
    assert lane.batch_bytes == 20


@given(st.lists(st.tuples(st.sampled_from(["put", "take", "settle", "back"]), st.integers(1, 60))))
def test_whatever_happens_bytes_are_bounded_and_nothing_is_lost_uncounted(steps):
    lane = made_lane()
    put = settled = 0
    away = []
    for step, number in steps:
        if step == "put":
            lane.put("item", number)
            put += 1
        elif step == "take" and len(lane):
            away.append(lane.take(number))
        elif step == "settle" and away:
            settled += len(away[0])
            lane.settle(away.pop(0))
        elif step == "back" and away:
            lane.put_back([away.pop()])
        on_the_way = sum(batch.estimated_bytes() for batch in away)
        assert on_the_way <= lane.held_bytes <= max(lane.max_bytes, on_the_way)
    assert put == settled + lane.dropped + lane.unsent()


def test_a_lane_put_to_while_putting_waits_for_nothing():
    # As a finalizer does that ends a span in the middle of another's put.
    lane = made_lane()

    class Nested(list):
        def append(self, entry):
            super().append(entry)
            if len(self) == 1:
                lane.put("inner", 1)

    lane._items = Nested()  # type: ignore[assignment]
    lane.put("outer", 1)
    assert lane.held_bytes == 2
