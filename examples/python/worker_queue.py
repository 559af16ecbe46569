"""Hands work to another process through a queue; what is done there is in the trace that asked.

python worker_queue.py [SESSION_ID]
"""

import multiprocessing
import sys

from local_threadline import LOCAL_THREADLINE

from threadline import Laminar, observe


def work(jobs):
    """Take jobs until there are no more, each in the trace and session of who put it there."""
    Laminar.initialize(**LOCAL_THREADLINE)
    while job := jobs.get():
        with Laminar.start_as_current_span(
            "summarize", input=job["text"], parent_span_context=job["span_context"]
        ):
            Laminar.set_span_output(job["text"].split(".")[0])
    Laminar.shutdown()


@observe()
def handle_turn(text, jobs):
    jobs.put({"text": text, "span_context": Laminar.serialize_span_context()})


if __name__ == "__main__":
    Laminar.initialize(**LOCAL_THREADLINE)
    processes = multiprocessing.get_context("spawn")
    jobs = processes.Queue()
    worker = processes.Process(target=work, args=[jobs])
    worker.start()
    with Laminar.session(sys.argv[1] if len(sys.argv) > 1 else "queue-1"):
        handle_turn("A session groups traces. Each turn is one.", jobs)
    jobs.put(None)
    worker.join()
    Laminar.shutdown()
