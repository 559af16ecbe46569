"""The program that `torture.py` torments: traces from threads and tasks, and tells how it feels.

Speaks JSON lines: a command on its input, a report on its output. `stop` ends the load, `flood`
traces more than a small queue can hold, `drain` sends what is left, `leave` ends it.
"""

import asyncio
import json
import logging
import os
import sys
import threading
import time
from dataclasses import replace

from opentelemetry.sdk.trace import TracerProvider

from threadline import Laminar, observe, runtime
from threadline.processor import LaminarSpanProcessor
from threadline.settings import resolve

THREADS = 4
TASKS = 4
CALLS_IN_A_TRACE = 4
FLOOD_SPANS = 3_000
FLOOD_QUEUE_BYTES = 2 * 1024 * 1024
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

stopping = threading.Event()
lock = threading.Lock()
traces: list[str] = []
errors: list[str] = []
warnings: list[str] = []
slowest = {"seconds": 0.0}


class Hearing(logging.Handler):
    """Keeps what the SDK says."""

    def emit(self, record: logging.LogRecord) -> None:
        warnings.append(record.getMessage())


@observe(span_type="TOOL")
def look_up(order: int) -> dict[str, object]:
    return {"order": order, "state": "on its way", "note": "left the warehouse this morning " * 8}


@observe(span_type="LLM")
def answer(question: str, found: dict[str, object]) -> str:
    return f"{question} {found['state']}, as of today. " * 6


@observe(span_type="TOOL")
async def look_up_later(order: int) -> dict[str, object]:
    await asyncio.sleep(0)
    return look_up(order)


@observe(name="turn")
def turn(number: int) -> str:
    note_trace()
    return answer("Where is my order?", look_up(number)) + str(look_up(number + 1)["order"])


@observe(name="turn of a task")
async def turn_of_a_task(number: int) -> str:
    note_trace()
    return answer("And now?", await look_up_later(number))


def note_trace() -> None:
    trace_id = Laminar.get_trace_id()
    with lock:
        traces.append(str(trace_id).replace("-", ""))


def told_traces() -> list[str]:
    """The traces since the last time; the program itself must not grow with them."""
    with lock:
        told = traces.copy()
        traces.clear()
    return told


def timed(seconds: float) -> None:
    with lock:
        slowest["seconds"] = max(slowest["seconds"], seconds)


def trace_in_a_thread(worker: int, pause_seconds: float) -> None:
    number = 0
    while not stopping.is_set():
        number += 1
        started = time.perf_counter()
        try:
            with Laminar.session(f"torture-{worker}-{number // 50}", user_id=f"user-{worker}"):
                turn(number)
        except Exception as error:
            errors.append(repr(error))
        timed(time.perf_counter() - started)
        stopping.wait(pause_seconds)


async def trace_in_a_task(worker: int, pause_seconds: float) -> None:
    number = 0
    while not stopping.is_set():
        number += 1
        try:
            async with Laminar.session(f"torture-task-{worker}-{number // 50}"):
                await turn_of_a_task(number)
        except Exception as error:
            errors.append(repr(error))
        await asyncio.sleep(pause_seconds)


async def trace_in_tasks(pause_seconds: float) -> None:
    await asyncio.gather(*(trace_in_a_task(worker, pause_seconds) for worker in range(TASKS)))


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - one read, twice a second
        return int(statm.read().split()[1]) * PAGE_BYTES


def flood(url: str) -> LaminarSpanProcessor:
    """Trace more than fits into a small queue of its own."""
    settings = replace(resolve({"base_url": url}, {}), max_queue_bytes=FLOOD_QUEUE_BYTES)
    processor = LaminarSpanProcessor.of(settings)
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("torture")
    for number in range(FLOOD_SPANS):
        with tracer.start_as_current_span("flood") as span:
            span.set_attribute("session.id", "torture-flood")
            span.set_attribute("lmnr.span.input", json.dumps({"number": number, "text": "x" * 500}))
    return processor


def main() -> None:
    url, calls_in_a_second = sys.argv[1], float(sys.argv[2])
    logging.getLogger("threadline").addHandler(Hearing())
    logging.getLogger("threadline").propagate = False
    Laminar.initialize(base_url=url, instruments=set())
    pause_seconds = (THREADS + TASKS) * CALLS_IN_A_TRACE / calls_in_a_second
    threads = [
        threading.Thread(target=trace_in_a_thread, args=(worker, pause_seconds))
        for worker in range(THREADS)
    ]
    threads.append(threading.Thread(target=asyncio.run, args=(trace_in_tasks(pause_seconds),)))
    for thread in threads:
        thread.start()
    flooded: LaminarSpanProcessor | None = None
    for line in sys.stdin:
        command = line.strip()
        if command == "stop":
            stopping.set()
            for thread in threads:
                thread.join()
        report: dict[str, object] = {"traces": told_traces(), "resident_bytes": resident_bytes()}
        if command == "stop":
            report["calls_in_a_trace"] = CALLS_IN_A_TRACE
        elif command == "flood":
            flooded = flood(url)
            report["made"] = FLOOD_SPANS
        elif command == "drain":
            current = runtime.current
            report["arrived"] = Laminar.flush() and (flooded is None or flooded.force_flush())
            report["dropped"] = current.processor.dropped if current is not None else None
            report["flood_dropped"] = flooded.dropped if flooded is not None else None
        elif command == "leave":
            report |= {"errors": errors, "warnings": warnings, "slowest": slowest["seconds"]}
        print(json.dumps(report), flush=True)
        if command == "leave":
            break


if __name__ == "__main__":
    main()
