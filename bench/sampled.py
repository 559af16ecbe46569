"""Starts the server with a clock on its threads: which code has used how much processor time.

    BENCH_SAMPLES=folder .venv/bin/python bench/sampled.py serve --port 9000 …

Some hundred times a second the time that each thread has used since is put down to the line it is
at. Unlike a tracing profiler this makes no call dearer than another. Each process writes one file
into the folder as it ends; worker processes that are spawned import this module and do the same.
"""

import atexit
import json
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

INTERVAL_S = 0.004
DEPTH = 40
SAMPLES = "BENCH_SAMPLES"


class Sampler:
    """The processor time of each thread of this process by call stack, in nanoseconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: dict[int, int] = {}
        self._stacks: Counter[str] = Counter()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)

    def start(self) -> None:
        """Begin; what was used before is not counted."""
        self._thread.start()
        atexit.register(self._write)

    def _run(self) -> None:
        while not self._ending.wait(INTERVAL_S):
            frames = sys._current_frames()  # noqa: SLF001  # the interpreter's own way
            for thread in threading.enumerate():
                frame = frames.get(thread.ident or 0)
                if frame is not None and thread is not self._thread:
                    self._put_down(thread.native_id or 0, frame)

    def _put_down(self, number: int, frame: FrameType) -> None:
        try:
            used = int(Path(f"/proc/self/task/{number}/schedstat").read_text().split()[0])
        except (OSError, IndexError):
            return
        spent = used - self._used.get(number, used)
        self._used[number] = used
        if spent:
            self._stacks[_stack(frame)] += spent

    def _write(self) -> None:
        self._ending.set()
        held = {"process_ns": time.process_time_ns(), "stacks": dict(self._stacks)}
        (self._folder / f"{os.getpid()}.json").write_text(json.dumps(held))


def _stack(frame: FrameType | None) -> str:
    """The callers of a frame, the innermost first: file, line and function of each."""
    said = []
    while frame is not None and len(said) < DEPTH:
        code = frame.f_code
        said.append(f"{code.co_filename}:{frame.f_lineno or 0}:{code.co_name}")
        frame = frame.f_back
    return "\n".join(said)


if SAMPLES in os.environ:
    Sampler(Path(os.environ[SAMPLES])).start()

if __name__ == "__main__":
    from threadline_server.cli import main

    main()
