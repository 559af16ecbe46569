"""What pytest, mypy and git print in the coding story."""

from __future__ import annotations

from random import Random

FIRST_TESTS = (
    "test_jobs_run_in_the_order_in_which_they_are_due",
    "test_at_most_as_many_jobs_run_as_there_are_workers",
    "test_a_job_that_fails_is_tried_again",
    "test_a_job_that_never_works_ends_as_failed",
    "test_drain_waits_for_running_jobs",
    "test_a_draining_scheduler_takes_no_more_jobs",
)
LATER_TESTS = (
    "test_drain_waits_for_a_job_that_is_being_marked",
    "test_drain_gives_up_after_its_timeout_and_says_what_is_left",
    "test_drain_without_timeout_waits_as_long_as_it_takes",
    "test_a_store_that_cannot_mark_does_not_stop_the_worker",
    "test_a_job_that_waits_for_its_retry_is_told_as_left",
)

HEAD = """\
============================= test session starts ==============================
platform linux -- Python 3.12.11, pytest-8.4.2, pluggy-1.6.0 -- /srv/conveyor/.venv/bin/python
rootdir: /srv/conveyor
configfile: pyproject.toml
plugins: asyncio-1.2.0, repeat-0.9.4
asyncio: mode=Mode.AUTO, debug=False
"""


def _reason(body: str) -> str:
    """The first line that pytest marks as the error, as its summary gives it."""
    first = next(line for line in body.splitlines() if line.startswith("E  "))
    return first.removeprefix("E").strip()


def suite(later: int, seconds: float, failed: dict[str, str] | None = None) -> str:
    """A run of the first tests and as many of the later ones as there are by now."""
    failed = failed or {}
    names = (*FIRST_TESTS, *LATER_TESTS[:later])
    rows = []
    for number, name in enumerate(names, start=1):
        word = "FAILED" if name in failed else "PASSED"
        place = f"tests/test_scheduler.py::{name}"
        rows.append(f"{place:<88} {word} [{100 * number // len(names):>3}%]")
    parts = [HEAD + f"collected {len(names)} items\n", "\n".join(rows), ""]
    if failed:
        parts.append(f"{' FAILURES ':=^80}")
        for name, body in failed.items():
            parts += [f"{f' {name} ':_^80}", body]
        parts.append(f"{' short test summary info ':=^80}")
        parts += [
            f"FAILED tests/test_scheduler.py::{name} - {_reason(body)}"
            for name, body in failed.items()
        ]
    counts = f"{len(failed)} failed, " if failed else ""
    parts.append(f"{f' {counts}{len(names) - len(failed)} passed in {seconds:.2f}s ':=^80}")
    return "\n".join(parts)


def repeated(times: int, failures: int, seconds: float, name: str = "", body: str = "") -> str:
    """A run of tests many times over, as pytest-repeat prints it with `-q`."""
    failed = set(Random(times).sample(range(times), failures))  # noqa: S311 - marks, no secrets
    marks = "".join("F" if number in failed else "." for number in range(times))
    rows = [marks[start : start + 72] for start in range(0, times, 72)]
    lines = [
        f"{row:<72} [{min(100, 100 * (72 * number + len(row)) // times):>3}%]"
        for number, row in enumerate(rows)
    ]
    if failed:
        first = f"{name}[{min(failed) + 1}-{times}]"
        lines += [f"{' FAILURES ':=^80}", f"{f' {first} ':_^80}", body]
        lines.append(f"[{failures - 1} more failures left out]")
    counts = f"{failures} failed, " if failed else ""
    lines.append(f"{counts}{times - failures} passed in {seconds:.2f}s")
    return "\n".join(lines)


DRAIN_FAILS = """\
store = <conftest.MemoryStore object at 0x7f3e6c1b5b80>
noted = <conftest.Noted object at 0x7f3e6c1b5c10>

    async def test_drain_waits_for_running_jobs(store, noted):
        scheduler = Scheduler(noted, store, workers=2)
        await scheduler.start()
        for number in range(2):
            await scheduler.submit(f"job-{number}", {})
        await asyncio.sleep(0.002)
        await scheduler.drain()
>       assert sorted(noted.finished) == ["job-0", "job-1"]
E       AssertionError: assert ['job-1'] == ['job-0', 'job-1']
E         At index 0 diff: 'job-1' != 'job-0'
E         Right contains one more item: 'job-1'
E         Full diff:
E           [
E         -     'job-0',
E               'job-1',
E           ]

tests/test_scheduler.py:73: AssertionError"""

MARKING_FAILS = """\
store = <conftest.MemoryStore object at 0x7f0b0e2f1460>
noted = <conftest.Noted object at 0x7f0b0e2f1b20>

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
>       assert not draining.done()
E       assert not True
E        +  where True = <built-in method done of _asyncio.Task object at 0x7f0b0e1c4d40>()

tests/test_scheduler.py:101: AssertionError"""

TIMEOUT_FAILS = """\
    async def test_drain_gives_up_after_its_timeout_and_says_what_is_left(store):
        async def handler(job):
            await asyncio.sleep(10)

        scheduler = Scheduler(handler, store, workers=1)
        await scheduler.start()
        await scheduler.submit("long", {})
        await scheduler.submit("behind", {})
        await asyncio.sleep(0.02)
        left = await scheduler.drain(timeout_seconds=0.05)
>       assert left == ["long", "behind"]
E       AssertionError: assert ['behind', 'long'] == ['long', 'behind']
E         At index 0 diff: 'behind' != 'long'

tests/test_scheduler.py:117: AssertionError"""

STORE_FAILS = """\
store = <conftest.MemoryStore object at 0x7f16ae96c5d0>
noted = <conftest.Noted object at 0x7f16ae96f010>

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
>       assert await scheduler.drain(timeout_seconds=0.2) == []
E       AssertionError: assert ['next'] == []
E         Left contains one more item: 'next'

tests/test_scheduler.py:134: AssertionError
------------------------------ Captured log call -------------------------------
ERROR    conveyor.scheduler:scheduler.py:100 job unlucky failed in attempt 1
Traceback (most recent call last):
  File "/srv/conveyor/conveyor/scheduler.py", line 97, in _work
    await self._store.mark(job.id, "started")
  File "/srv/conveyor/tests/test_scheduler.py", line 126, in failing_mark
    raise failures.pop()
sqlite3.OperationalError: database is locked
WARNING  conveyor.scheduler:scheduler.py:127 draining gave up after 0.2 s"""

MYPY_FAILS = """\
conveyor/service.py:15: error: Missing return statement  [return]
Found 1 error in 1 file (checked 5 source files)"""

GIT_LOG = """\
9c41f0e Mark a job as started before it runs, so that a crash is seen
b7d2a63 Keep a job in the store before submit returns
41e90aa serve: take the number of workers
f2c8d17 Release 0.6.0"""

GIT_SHOW = """\
commit 9c41f0e3b1d7
Author: Ida Strand <ida@halden.example>

    Mark a job as started before it runs, so that a crash is seen

diff --git a/conveyor/scheduler.py b/conveyor/scheduler.py
@@ -94,8 +94,9 @@ class Scheduler:
     async def _work(self) -> None:
         while True:
             job = await self._next()
+            await self._store.mark(job.id, "started")
             self._running.add(job.id)
             try:
                 await self._handler(job)"""
