"""Turns calls of a traced function into what one costs, in the process that is measured.

    python calls.py opentelemetry|encoding|gzipped|lmnr|threadline PORT CALLS   # prints a line of JSON

Blocks of calls, each inside one turn of a session, are timed call by call; between blocks everything
is sent, so that no SDK gains by dropping. Written for the three environments alike: nothing but the
standard library is imported until an SDK is set up.
"""

import json
import statistics
import sys
import time

SESSION = "conversation-7f3a"
QUESTION = "What is the refund policy for orders that arrive late?"
ANSWER = {"title": "Refunds", "score": 0.87, "passage": "Late orders are refunded within 14 days."}
BLOCK = 400
"""Calls between two flushes: less than the batch of 512 of every SDK here."""


def look_up(question, limit):  # noqa: ARG001 - what it is given is in the span
    """The work of the traced function: none, so that only tracing is measured."""
    return ANSWER


def opentelemetry(port, compression=None, encoding=False):
    """Bare spans with the attributes that ours would carry, ready-made or made in each call."""
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider()
    zipped = Compression.Gzip if compression == "gzip" else None
    exporter = OTLPSpanExporter(f"http://127.0.0.1:{port}/v1/traces", compression=zipped)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    tracer = trace.get_tracer("bench")
    write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    said = {
        "session.id": SESSION,
        "lmnr.span.input": write({"question": QUESTION, "limit": 3}),
        "lmnr.span.output": write(ANSWER),
    }

    def ready_made():
        with tracer.start_as_current_span("look_up", attributes=said):
            look_up(QUESTION, 3)

    def made_in_each_call():
        taken = {
            "session.id": SESSION,
            "lmnr.span.input": write({"question": QUESTION, "limit": 3}),
        }
        with tracer.start_as_current_span("look_up", attributes=taken) as span:
            span.set_attribute("lmnr.span.output", write(look_up(QUESTION, 3)))

    def turn(work):
        with tracer.start_as_current_span("turn", attributes={"session.id": SESSION}):
            work()

    return made_in_each_call if encoding else ready_made, turn, provider.force_flush


def gzipped(port):
    """Bare spans, compressed on the wire as lmnr's and ours are."""
    return opentelemetry(port, "gzip")


def encoding(port):
    """Bare spans whose input and output are written as JSON in each call, as a program has to."""
    return opentelemetry(port, encoding=True)


def lmnr(port):
    """The official SDK over HTTP, its other settings left alone."""
    from lmnr import Laminar, observe

    Laminar.initialize(
        project_api_key="any", base_url="http://127.0.0.1", http_port=port, force_http=True
    )
    return decorated(Laminar, observe)


def threadline(port):
    """Ours, its settings left alone."""
    from threadline import Laminar, observe

    Laminar.initialize(base_url=f"http://127.0.0.1:{port}")
    return decorated(Laminar, observe)


def decorated(laminar, observe):
    """Both SDKs of the one surface: a decorated function inside a turn that names the session."""
    observed = observe()(look_up)

    @observe(ignore_input=True, ignore_output=True)
    def turn(work):
        laminar.set_trace_session_id(SESSION)
        work()

    return (lambda: observed(QUESTION, 3)), turn, laminar.force_flush


def median_of_calls(call, turn, flush, calls):
    """Time every call; give the median and what thread and process spent for each, in ns."""
    walls: list[int] = []
    threads: list[int] = []

    def block():
        before = time.thread_time_ns()
        for _ in range(BLOCK):
            start = time.perf_counter_ns()
            call()
            walls.append(time.perf_counter_ns() - start)
        threads.append((time.thread_time_ns() - before) // BLOCK)

    for _ in range(3):
        turn(block)
        flush()
    walls.clear()
    threads.clear()
    process = time.process_time_ns()
    for _ in range(calls // BLOCK):
        turn(block)
        flush()
    process = time.process_time_ns() - process
    return {
        "calls": len(walls),
        "call_ns": statistics.median(walls),
        "thread_ns": statistics.median(threads),
        "process_ns": process / len(walls),
    }


def main():
    """Set one SDK up, make the calls, print the figures."""
    name, port, calls = sys.argv[1:]
    prepare = {f.__name__: f for f in (opentelemetry, gzipped, encoding, lmnr, threadline)}[name]
    call, turn, flush = prepare(int(port))
    if int(calls) < 3 * BLOCK:
        turn(lambda: [call() for _ in range(int(calls))])
        flush()
        print(json.dumps({"calls": int(calls)}))
    else:
        print(json.dumps(median_of_calls(call, turn, flush, int(calls))))


if __name__ == "__main__":
    main()
