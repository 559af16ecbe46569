"""What the coding agent does, turn by turn; each edit is made, and each later read shows it."""

from __future__ import annotations

from threadline_server.demo.coding import output, snippets
from threadline_server.demo.coding.desk import Desk
from threadline_server.demo.story import ModelCall, Step, Turn

SCHEDULER = "conveyor/scheduler.py"
TESTS = "tests/test_scheduler.py"
ALL = "pytest -v"
ONE = "pytest tests/test_scheduler.py -q -k"


def _find_the_race(desk: Desk) -> tuple[Step, ...]:
    return (
        desk.todo(
            "I will find out why before I change anything.",
            "> Read the test and what it tests",
            "- Make the failure happen every time",
            "- Mend the cause",
            "- Run the suite many times",
        ),
        desk.list_files("Let me see the project."),
        desk.read_all("The scheduler and its tests first.", SCHEDULER, TESTS),
        desk.shell(
            "Does it fail here as it stands?",
            f"{ONE} test_drain_waits_for_running_jobs",
            output.repeated(1, 0, 0.31),
            1380,
        ),
        desk.shell(
            "Once proves nothing. Two hundred times:",
            f"{ONE} test_drain_waits_for_running_jobs --count 200",
            output.repeated(200, 19, 9.87, "test_drain_waits_for_running_jobs", output.DRAIN_FAILS),
            11240,
            status=1,
        ),
        desk.search(
            "Nineteen of 200, as in CI. A job is missing although drain returned. "
            "Where is it counted as running?",
            r"_running|_heap",
        ),
        desk.read("", SCHEDULER, 80, 122),
        desk.shell(
            "The mark before `_running.add` looks suspicious. Since when is it there?",
            "git log --oneline -4 -- conveyor/scheduler.py",
            output.GIT_LOG,
            64,
        ),
        desk.shell("", "git show 9c41f0e -- conveyor/scheduler.py", output.GIT_SHOW, 71),
        desk.read("How long can `mark` take?", "conveyor/store.py", 34, 62),
        desk.read("And in the tests?", "tests/conftest.py"),
        desk.explore(
            "Before I change what drain waits for, I want to know who relies on it.",
            "Who calls Scheduler.drain, and does anyone read _running or _heap from outside?",
            (
                desk.search("", r"drain\("),
                desk.read("", "conveyor/service.py"),
                desk.search("", r"\._(running|heap)\b"),
            ),
            "`drain` is called by `serve` (conveyor/service.py:25) and by six tests. `_running` and `_heap` "
            "are used in conveyor/scheduler.py alone. I did not look outside this repository.",
        ),
        desk.todo(
            "",
            "x Read the test and what it tests",
            "> Make the failure happen every time",
            "- Mend the cause",
            "- Run the suite many times",
        ),
        desk.edit(
            "Now a test that holds the store still at exactly that moment.",
            TESTS,
            snippets.LAST_TEST,
            f"{snippets.LAST_TEST}\n{snippets.MARKED_TEST}",
            reasoning="Between heappop in _next and _running.add lies an await of store.mark. During it the job "
            "is in neither place, so drain sees nothing to wait for and cancels the workers. The test stops mark "
            "with an event; then drain must not be done.",
        ),
        desk.shell(
            "",
            f"{ONE} being_marked",
            output.suite(
                1, 0.24, {"test_drain_waits_for_a_job_that_is_being_marked": output.MARKING_FAILS}
            ),
            1510,
            status=1,
        ),
        desk.edit(
            "It fails every time. So count the job before the store is asked, and let `finally` take it out "
            "again whatever happens.",
            SCHEDULER,
            snippets.COUNTED_LATE,
            snippets.COUNTED_FIRST,
        ),
        desk.edit(
            "`_running` keeps the jobs themselves now, in the order in which they began.",
            SCHEDULER,
            "        self._running: set[str] = set()\n",
            "        self._running: dict[str, Job] = {}\n",
        ),
        desk.edit(
            "",
            SCHEDULER,
            "                self._running.discard(job.id)\n",
            "                self._running.pop(job.id, None)\n",
        ),
        desk.shell("", ALL, output.suite(1, 0.58), 2240),
        desk.shell(
            "All pass. The two that concern draining, many times:",
            f"{ONE} drain_waits --count 500",
            output.repeated(500, 0, 27.4),
            28900,
        ),
        desk.shell(
            "",
            "mypy . && ruff check .",
            "Success: no issues found in 5 source files\nAll checks passed!",
            4120,
        ),
        desk.todo(
            "",
            "x Read the test and what it tests",
            "x Make the failure happen every time",
            "x Mend the cause",
            "x Run the suite many times",
        ),
        ModelCall(
            text="**Found and mended.** The test was right and the scheduler wrong.\n\n"
            'A worker takes a job off the heap, then waits for `store.mark(…, "started")`, and only then '
            "counts it in `_running`. During that wait the job is nowhere, so `drain` returned and cancelled the "
            "worker. With SQLite on a slow disk the gap is milliseconds: in production a job could be cut off at "
            "shutdown.\n\n"
            "- `conveyor/scheduler.py`: the job is counted before the store is asked\n"
            "- `tests/test_scheduler.py`: a test that holds `mark` still, so it failed every time before\n\n"
            "Before: 19 failures in 200 runs. After: none in 500. It came in with 9c41f0e."
        ),
    )


def _add_a_timeout(desk: Desk) -> tuple[Step, ...]:
    return (
        desk.todo(
            "",
            "> See what the documentation promises",
            "- drain(timeout_seconds=) gives what is left",
            "- serve uses it",
            "- Documentation",
        ),
        desk.read_all("", "docs/shutdown.md", "conveyor/service.py"),
        desk.edit(
            "Tests first.",
            TESTS,
            '    assert noted.finished == ["caught"]\n',
            f'    assert noted.finished == ["caught"]\n\n{snippets.TIMEOUT_TESTS}',
        ),
        desk.edit_that_misses(
            "",
            SCHEDULER,
            snippets.OLD_DRAIN.replace("those that are here", "all that are here"),
            snippets.NEW_DRAIN,
        ),
        desk.read("I misremembered the docstring.", SCHEDULER, 115, 123),
        desk.edit("", SCHEDULER, snippets.OLD_DRAIN, snippets.NEW_DRAIN),
        desk.edit(
            "",
            SCHEDULER,
            "        await asyncio.gather(*self._tasks, return_exceptions=True)\n",
            "        await asyncio.gather(*self._tasks, return_exceptions=True)\n        return left\n",
        ),
        desk.shell(
            "",
            ALL,
            output.suite(
                3,
                0.97,
                {
                    "test_drain_gives_up_after_its_timeout_and_says_what_is_left": output.TIMEOUT_FAILS
                },
            ),
            2690,
            status=1,
        ),
        desk.edit(
            "Sorting the ids was careless: the docstring promises running ones first, then by due time.",
            SCHEDULER,
            snippets.WRONG_ORDER,
            snippets.RIGHT_ORDER,
        ),
        desk.shell("", ALL, output.suite(3, 0.94), 2610),
        desk.edit(
            "Now `serve`: a little less than what Kubernetes grants.",
            "conveyor/service.py",
            "    await scheduler.drain()\n",
            "    left = await scheduler.drain(timeout_seconds=drain_seconds)\n"
            "    if left:\n"
            '        log.warning("left for the next start: %s", ", ".join(left))\n',
        ),
        desk.edit(
            "",
            "conveyor/service.py",
            "async def serve(handler: Handler, store: SqliteJobStore, *, workers: int = 4) -> None:\n"
            '    """Serve until SIGTERM or SIGINT, then finish what was begun."""\n',
            "async def serve(\n"
            "    handler: Handler, store: SqliteJobStore, *, workers: int = 4, drain_seconds: float | None = 25\n"
            ") -> list[str]:\n"
            '    """Serve until SIGTERM or SIGINT, then finish what was begun; gives the jobs that are left."""\n',
        ),
        desk.shell("", "mypy .", output.MYPY_FAILS, 3980, status=1),
        desk.edit(
            "",
            "conveyor/service.py",
            '    log.info("stopped")\n',
            '    log.info("stopped")\n    return left\n',
        ),
        desk.shell(
            "",
            "mypy . && ruff check .",
            "Success: no issues found in 5 source files\nAll checks passed!",
            4330,
        ),
        desk.edit(
            "",
            "docs/shutdown.md",
            "A job that was started is finished before the process ends. Kubernetes waits 30 seconds",
            "A job that was started is finished before the process ends, unless that takes longer than "
            "`drain_seconds` (25).\nWhat is left is logged and returned. Kubernetes waits 30 seconds",
        ),
        desk.shell("", ALL, output.suite(3, 0.95), 2570),
        ModelCall(
            text="`drain(timeout_seconds=)` gives the ids of the jobs that were left: running ones first, then "
            "by due time. Without it, it waits as before.\n\n"
            "`serve` takes `drain_seconds` (25, under the 30 that Kubernetes grants), logs what is left and "
            "returns it. `docs/shutdown.md` says so."
        ),
    )


def _answer_the_review(desk: Desk) -> tuple[Step, ...]:
    return (
        desk.read("A fair question. Where would that error go?", SCHEDULER, 92, 115),
        desk.edit(
            "Let a test answer it.",
            TESTS,
            "async def test_drain_without_timeout_waits_as_long_as_it_takes",
            f"{snippets.STORE_TEST.lstrip()}\n\nasync def test_drain_without_timeout_waits_as_long_as_it_takes",
        ),
        desk.edit(
            "",
            TESTS,
            "import asyncio\n\nimport pytest",
            "import asyncio\nimport sqlite3\n\nimport pytest",
        ),
        desk.shell(
            "",
            f"{ONE} cannot_mark",
            output.suite(
                4,
                0.64,
                {"test_a_store_that_cannot_mark_does_not_stop_the_worker": output.STORE_FAILS},
            ),
            1620,
            status=1,
            reasoning="Since my first edit the mark stands inside try, so an error there counts as a failed attempt "
            "and goes to _retry. But _retry marks too, and what it raises ends the task: the worker is gone, "
            "and with workers=1 nobody takes the next job.",
        ),
        desk.search(
            "The first error is caught, the second is not. Where else is the store asked?",
            r"mark\(",
        ),
        desk.read("", SCHEDULER, 96, 116),
        desk.edit(
            "An error while the retry is written must not end the worker. The job is safe: the store still "
            "has it as started, and the next start finds it.",
            SCHEDULER,
            """                log.exception("job %s failed in attempt %d", job.id, job.attempts + 1)
                await self._retry(job)
""",
            """                log.exception("job %s failed in attempt %d", job.id, job.attempts + 1)
                with contextlib.suppress(Exception):  # the next start finds it in the store
                    await self._retry(job)
""",
        ),
        desk.edit(
            "",
            SCHEDULER,
            "import asyncio\nimport heapq",
            "import asyncio\nimport contextlib\nimport heapq",
        ),
        desk.shell("", f"{ONE} cannot_mark", output.suite(4, 0.39), 1490),
        desk.edit(
            "One more case from the same corner: a retry that is due in a minute when draining gives up.",
            TESTS,
            "async def test_drain_without_timeout_waits_as_long_as_it_takes",
            f"{snippets.RETRY_TEST.lstrip()}\n\nasync def test_drain_without_timeout_waits_as_long_as_it_takes",
        ),
        desk.shell("", ALL, output.suite(5, 1.21), 2810),
        desk.shell(
            "",
            "pytest -q --count 100 && mypy . && ruff check .",
            output.repeated(1100, 0, 88.2) + "\nSuccess: no issues found in 5 source files",
            93400,
        ),
        ModelCall(
            text="Jonas is right: a store that is locked twice in a row ended the worker for good.\n\n"
            "- An error while a job is marked counts as a failed attempt of that job (so since the first fix)\n"
            "- An error while the retry is written no longer ends the worker: the store still has the job, "
            "and the next start finds it\n\n"
            "Two tests hold it, and the whole suite passed 100 times over."
        ),
    )


def _open_the_request(desk: Desk) -> tuple[Step, ...]:
    return (
        desk.read("", "CHANGELOG.md"),
        desk.edit(
            "",
            "CHANGELOG.md",
            "- `serve(workers=)` says how many jobs run at a time.\n",
            "- `serve(workers=)` says how many jobs run at a time.\n"
            "- `drain(timeout_seconds=)` and `serve(drain_seconds=)` give the jobs that are left.\n\n"
            "### Fixed\n"
            "- `drain` no longer returns while a job is being marked as started.\n"
            "- An error of the store no longer ends a worker.\n",
        ),
        desk.shell(
            "Let me look at it once as a reviewer would.",
            "git diff",
            desk.workspace.changes(),
            88,
        ),
        desk.shell("", "git diff --stat", desk.workspace.change_counts(), 61),
        desk.shell(
            "",
            'git commit -qam "Wait for jobs that are being marked, and say what draining leaves" && git push -q',
            "remote: Create a pull request for 'fix-flaky-drain' on git.halden.example",
            2310,
        ),
        ModelCall(
            text="Pushed to `fix-flaky-drain` and ready for review:\n\n"
            "> **Wait for jobs that are being marked, and say what draining leaves**\n>\n"
            "> `drain` returned while a worker waited for the store, so a job could be cut off at shutdown. It is "
            "counted before the store is asked now. `drain` takes a timeout and gives what is left. An error of "
            "the store no longer ends a worker.\n\n"
            "Open: handlers that ignore cancellation still hold up the end; I left that alone."
        ),
    )


PARTS = (_find_the_race, _add_a_timeout, _answer_the_review, _open_the_request)
"""What the agent does in each turn, one after the other on the same desk."""


def turns() -> tuple[Turn, ...]:
    """The whole run: four turns over one workspace."""
    desk = Desk()
    return (
        Turn(
            name="run_task",
            user="test_drain_waits_for_running_jobs fails about one in ten in CI. Find out why and fix it, "
            "and please don't just make a sleep longer.",
            steps=_find_the_race(desk),
        ),
        Turn(
            name="run_task",
            user="Nice. While you are there: drain should take a timeout, say what was left, and serve "
            "should use it.",
            pause_s=184,
            steps=_add_a_timeout(desk),
        ),
        Turn(
            name="run_task",
            user="Jonas asks in the review: what happens if store.mark raises, say because SQLite is "
            "locked? Does the worker survive?",
            pause_s=402,
            steps=_answer_the_review(desk),
        ),
        Turn(
            name="run_task",
            user="Good find. Changelog, commit, push.",
            pause_s=65,
            steps=_open_the_request(desk),
            thumb=True,
        ),
    )
