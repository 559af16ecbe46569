"""The pieces of code that the coding agent writes, and those that they replace."""

from __future__ import annotations

MARKED_TEST = """
async def test_drain_waits_for_a_job_that_is_being_marked(store, noted):
    marking, go_on = asyncio.Event(), asyncio.Event()
    mark = store.mark

    async def slow_mark(id, state):
        if state == "started":
            marking.set()
            await go_on.wait()
        await mark(id, state)

    store.mark = slow_mark
    scheduler = Scheduler(noted, store, workers=1)
    await scheduler.start()
    await scheduler.submit("caught", {})
    await marking.wait()
    draining = asyncio.create_task(scheduler.drain())
    await asyncio.sleep(0.05)
    assert not draining.done()
    go_on.set()
    await draining
    assert noted.finished == ["caught"]
"""
TIMEOUT_TESTS = """
async def test_drain_gives_up_after_its_timeout_and_says_what_is_left(store):
    async def handler(job):
        await asyncio.sleep(10)

    scheduler = Scheduler(handler, store, workers=1)
    await scheduler.start()
    await scheduler.submit("long", {})
    await scheduler.submit("behind", {})
    await asyncio.sleep(0.02)
    left = await scheduler.drain(timeout_seconds=0.05)
    assert left == ["long", "behind"]


async def test_drain_without_timeout_waits_as_long_as_it_takes(store, noted):
    noted.seconds = 0.2
    scheduler = Scheduler(noted, store, workers=1)
    await scheduler.start()
    await scheduler.submit("slow", {})
    assert await scheduler.drain() == []
    assert noted.finished == ["slow"]
"""
STORE_TEST = """
async def test_a_store_that_cannot_mark_does_not_stop_the_worker(store, noted):
    mark, failures = store.mark, [sqlite3.OperationalError("database is locked")] * 2

    async def failing_mark(id, state):
        if failures:
            raise failures.pop()
        await mark(id, state)

    store.mark = failing_mark
    scheduler = Scheduler(noted, store, workers=1)
    await scheduler.start()
    await scheduler.submit("unlucky", {})
    await scheduler.submit("next", {})
    assert await scheduler.drain(timeout_seconds=0.2) == []
    assert noted.finished == ["next"]
"""
RETRY_TEST = """
async def test_a_job_that_waits_for_its_retry_is_told_as_left(store):
    async def handler(job):
        raise ConnectionError("not yet")

    scheduler = Scheduler(handler, store, backoff_seconds=60)
    await scheduler.start()
    await scheduler.submit("stubborn", {})
    await asyncio.sleep(0.02)
    assert await scheduler.drain(timeout_seconds=0.1) == ["stubborn"]
    assert store.states["stubborn"] == "waiting"
"""

LAST_TEST = """    with pytest.raises(RuntimeError, match="draining"):
        await scheduler.submit("late", {})
"""

COUNTED_LATE = """            await self._store.mark(job.id, "started")
            self._running.add(job.id)
            try:
                await self._handler(job)"""
COUNTED_FIRST = """            self._running[job.id] = job
            try:
                await self._store.mark(job.id, "started")
                await self._handler(job)"""

OLD_DRAIN = '''    async def drain(self) -> None:
        """Take no more jobs and wait until those that are here are done."""
        self._draining = True
        while self._heap or self._running:
            await asyncio.sleep(POLL_SECONDS)
'''
NEW_DRAIN = '''    async def drain(self, timeout_seconds: float | None = None) -> list[str]:
        """Take no more jobs and wait until those that are here are done.

        Gives the ids of the jobs that were left when `timeout_seconds` were over, running ones
        first, then in the order in which they are due; without a timeout there are none.
        """
        self._draining = True
        try:
            async with asyncio.timeout(timeout_seconds):
                while self._heap or self._running:
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            log.warning("draining gave up after %s s", timeout_seconds)
        left = sorted([*self._running, *(job.id for job in self._heap)])
'''
RIGHT_ORDER = "        left = [*self._running, *(job.id for job in sorted(self._heap))]\n"
WRONG_ORDER = "        left = sorted([*self._running, *(job.id for job in self._heap)])\n"
