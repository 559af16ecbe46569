"""Turns a random stream into what a coding agent's tools give back: files, finds, diffs, test runs, logs, JSON."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from .source import Names, Writer


def path(r: random.Random, names: Names) -> str:
    """Where a file of the project lies."""
    folder = "/".join(["src", *(names.name() for _ in range(r.choice((1, 2, 2, 3))))])
    return f"{folder}/{names.name()}{r.choice(('.py', '.py', '.py', '_test.py', '.pyi'))}"


def read_file(r: random.Random, size: int) -> str:
    """A file with numbered lines, as an agent reads it."""
    lines = Writer(r).write(size * 7 // 8)
    first = r.choice((1, 1, r.randrange(1, 900)))
    return "\n".join(f"{number:6d}\t{line}" for number, line in enumerate(lines, first))


def search(r: random.Random, size: int) -> str:
    """Lines that were found in many files."""
    names, found, total = Names(r), [], 0
    while total < size:
        place, number = path(r, names), 0
        for line in Writer(r, names).write(r.randrange(800, 4000)):
            number += r.randrange(1, 40)
            if line and r.random() < 0.4:
                found.append(f"{place}:{number}:{line}")
                total += len(found[-1]) + 1
    return "\n".join(found)


def diff(r: random.Random, size: int) -> str:
    """A unified diff of several files."""
    names, said, total = Names(r), [], 0
    while total < size:
        place = path(r, names)
        start = len(said)
        said += [f"diff --git a/{place} b/{place}"]
        said += [f"index {r.getrandbits(28):07x}..{r.getrandbits(28):07x} 100644"]
        said += [f"--- a/{place}", f"+++ b/{place}"]
        at = 1
        for _ in range(r.randrange(1, 6)):
            at += r.randrange(10, 200)
            lines = Writer(r, names).write(r.randrange(400, 1600))[-r.randrange(8, 40) :]
            marks = [r.choice("   -+") for _ in lines]
            old, new = len(marks) - marks.count("+"), len(marks) - marks.count("-")
            said.append(f"@@ -{at},{old} +{at},{new} @@ def {names.function()}")
            said += [mark + line for mark, line in zip(marks, lines, strict=True)]
        total += sum(len(line) + 1 for line in said[start:])
    return "\n".join(said)


def test_run(r: random.Random, size: int) -> str:
    """What a test runner says: what passed, what failed and where."""
    names = Names(r)
    said = [
        f"{'=' * 30} test session starts {'=' * 30}",
        f"collected {r.randrange(200, 4000)} items",
        "",
    ]
    total = 0
    while total < size:
        start, place = len(said), path(r, names)
        for _ in range(r.randrange(3, 14)):
            sentence = names.prose(r.randrange(4, 12)).replace(" ", "_")
            said.append(
                f"{place}::test_{sentence} {r.choice(('PASSED', 'PASSED', 'PASSED', 'SKIPPED', 'FAILED'))}"
            )
        if r.random() < 0.4:
            said += ["", f"{'_' * 24} test_{names.prose(5).replace(' ', '_')} {'_' * 24}", ""]
            said += Writer(r, names).write(r.randrange(600, 1800))[-r.randrange(8, 25) :]
            said += [f">       assert {names.name()} == {names.name()}.{names.function()}()"]
            said += [f"E       AssertionError: {names.prose(r.randrange(4, 14))}"]
            said += [f"{place}:{r.randrange(1, 900)}: AssertionError", ""]
        total += sum(len(line) + 1 for line in said[start:])
    return "\n".join(said)


def log(r: random.Random, size: int) -> str:
    """What a running program writes: a time, a level, what happened, and ids."""
    names, said, total, now = Names(r), [], 0, r.randrange(86_400_000)
    while total < size:
        now += int(r.expovariate(1 / 700))
        hour, minute, second = now // 3_600_000 % 24, now // 60_000 % 60, now // 1000 % 60
        line = f"2026-10-30T{hour:02}:{minute:02}:{second:02}.{now % 1000:03}Z "
        line += f"{r.choice(('INFO ', 'INFO ', 'DEBUG', 'WARN ', 'ERROR'))} {names.name()}.{names.function()} "
        line += names.prose(r.randrange(3, 12))
        for _ in range(r.choice((0, 1, 1, 2, 3))):
            line += f" {names.name()}={r.choice((names.name(), str(r.randrange(10**5)), f'{r.getrandbits(40):x}'))}"
        said.append(line)
        total += len(line) + 1
        if r.random() < 0.02:
            frames = [
                f'  File "/srv/{path(r, names)}", line {r.randrange(900)}, in {names.function()}'
                for _ in range(7)
            ]
            said += [
                "Traceback (most recent call last):",
                *frames,
                f"{names.type()}: {names.prose(8)}",
            ]
            total += sum(len(each) + 1 for each in said[-9:])
    return "\n".join(said)


def answer(r: random.Random, size: int) -> str:
    """A JSON document of some service."""
    names, items, total = Names(r), [], 0
    fields = [names.name() for _ in range(9)]

    def drawn() -> object:
        pick = r.random()
        if pick < 0.3:
            return names.prose(r.randrange(3, 20))
        if pick < 0.5:
            return r.randrange(10**6)
        if pick < 0.6:
            return f"{r.getrandbits(64):016x}"
        if pick < 0.7:
            return r.choice((True, False, None))
        if pick < 0.85:
            return [names.name() for _ in range(r.randrange(0, 6))]
        return f"{names.name()}/{names.name()}"

    while total < size:
        item = {"id": f"{r.getrandbits(48):012x}"}
        item |= {key: drawn() for key in fields if r.random() < 0.8}
        items.append(item)
        total += len(json.dumps(item, indent=2)) + 6
    return json.dumps({"items": items, "next": None}, indent=2)


TOOLS: dict[str, tuple[Callable[[random.Random, int], str], int]] = {
    "read_file": (read_file, 8),
    "search": (search, 4),
    "git_diff": (diff, 2),
    "run_tests": (test_run, 3),
    "read_log": (log, 2),
    "http_get": (answer, 2),
}
"""What makes each tool's results, and how often the tool is called."""
