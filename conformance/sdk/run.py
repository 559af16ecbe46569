"""Runs the cases of cases.json with the Python SDK and sends their spans to a server.

python run.py URL

After each case everything is flushed and `URL/next` is asked for, so that whoever listens can tell
the cases apart. The programs are written in steps that both SDKs know under their own spelling;
run.ts is the same for TypeScript.
"""

import contextlib
import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

from opentelemetry import trace

from threadline import Laminar, observe

Step = dict[str, Any]


class StepError(Exception):
    """What a step raises where its case says so."""


class Program:
    """The steps of one case, with the spans that it started by hand."""

    def __init__(self) -> None:
        self.started: dict[str, Any] = {}

    def run(self, steps: list[Step]) -> None:
        for step in steps:
            operation = next(iter(step))
            getattr(self, operation)(step[operation], step)

    def observe(self, options: dict[str, Any], step: Step) -> None:
        def observed(**_argument: Any) -> Any:
            self.run(step["does"])
            if "raises" in step:
                raise StepError(step["raises"])
            return step.get("returns")

        observe(**options)(observed)(**step.get("argument", {}))

    def span(self, options: dict[str, Any], step: Step) -> None:
        with Laminar.start_as_current_span(**options):
            self.run(step["does"])

    def start_span(self, options: dict[str, Any], step: Step) -> None:
        self.started[step["as"]] = Laminar.start_span(**options)

    def use_span(self, name: str, step: Step) -> None:
        with Laminar.use_span(self.started[name]):
            self.run(step["does"])

    def end(self, name: str, _step: Step) -> None:
        self.started[name].end()

    def foreign_span(self, options: dict[str, Any], step: Step) -> None:
        with trace.get_tracer("foreign").start_as_current_span(**options):
            self.run(step["does"])

    def session(self, options: dict[str, Any], step: Step) -> None:
        with Laminar.session(**options):
            self.run(step["does"])

    def extract(self, headers: dict[str, str], step: Step) -> None:
        with Laminar.extract(headers):
            self.run(step["does"])

    def inject_and_extract(self, _nothing: None, step: Step) -> None:
        with Laminar.extract(Laminar.inject({})):
            self.run(step["does"])

    def event(self, options: dict[str, Any], _step: Step) -> None:
        Laminar.event(**options)

    def set_trace_session_id(self, value: Any, _step: Step) -> None:
        Laminar.set_trace_session_id(value)

    def set_trace_user_id(self, value: Any, _step: Step) -> None:
        Laminar.set_trace_user_id(value)

    def set_trace_metadata(self, value: Any, _step: Step) -> None:
        Laminar.set_trace_metadata(value)

    def set_span_output(self, value: Any, _step: Step) -> None:
        Laminar.set_span_output(value)

    def set_span_attributes(self, value: Any, _step: Step) -> None:
        Laminar.set_span_attributes(value)

    def set_span_tags(self, value: Any, _step: Step) -> None:
        Laminar.set_span_tags(value)

    def add_span_tags(self, value: Any, _step: Step) -> None:
        Laminar.add_span_tags(value)


def main() -> None:
    url = sys.argv[1]
    for case in json.loads(Path(__file__).with_name("cases.json").read_text()):
        Laminar.initialize(
            project_api_key="any-text",
            base_url=url,
            instruments=set(),
            **case.get("initialize", {}),
        )
        with contextlib.suppress(StepError):
            Program().run(case["program"])
        Laminar.flush()
        Laminar.shutdown()
        with urllib.request.urlopen(f"{url}/next"):
            pass


if __name__ == "__main__":
    main()
