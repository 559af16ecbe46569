"""The SDKs' budgets are held against what was measured, and the sink counts what was sent."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench" / "sdk"))

import budgets
import imports

FIGURES = {
    "opentelemetry": {"import_ms": 80.0, "set_up_ms": 100.0, "call_us": 10.0, "megabytes": 9.0},
    "lmnr": {"import_ms": 290.0, "set_up_ms": 360.0, "call_us": 187.0, "megabytes": 54.0},
    "threadline": {"import_ms": 60.0, "set_up_ms": 150.0, "call_us": 13.0, "megabytes": 25.0},
}


def test_every_budget_holds_at_its_very_bound():
    assert all(budget.verdict(FIGURES)[0] for budget in budgets.BUDGETS)


@pytest.mark.parametrize("budget", budgets.BUDGETS, ids=lambda budget: budget.key)
def test_a_budget_that_is_missed_is_said_with_its_figures(budget):
    worse = {**FIGURES, "threadline": dict.fromkeys(FIGURES["threadline"], 200.0)}
    holds, said = budget.verdict(worse)
    assert not holds
    assert said.startswith(f"MISSED: {budget.title}")
    assert f"at most {budget.at_most:g}" in said


def test_a_row_without_a_figure_of_any_sdk_is_left_out_of_the_table():
    drawn = budgets.table(FIGURES)
    assert "| import, ms over an empty program | 80 | 290 | 60 |" in drawn
    assert "importtime" not in drawn


def test_every_import_and_set_up_is_a_program_in_itself():
    for name, imported in imports.IMPORTS["python"].items():
        compile(imported + imports.SET_UPS["python"][name].format(port=1), name, "exec")
        assert imports.SET_UPS["node"][name].format(port=1).count("{") == (
            imports.SET_UPS["node"][name].format(port=1).count("}")
        )


@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_the_sink_counts_spans_and_every_byte_of_a_request(compression):
    with budgets.sink() as port:
        send_spans(port, compression, 3)
        seen = budgets.ask(port, "/seen")
        assert (seen["spans"], seen["requests"]) == (3, 1)
        assert seen["wire_bytes"] > 100
        budgets.ask(port, "/forget")
        assert budgets.ask(port, "/seen")["spans"] == 0


def send_spans(port: int, compression: str, count: int) -> None:
    """Post spans by a client that writes its body in chunks, as Node's exporters do."""
    program = """
import gzip, http.client, sys
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
port, compression, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
request = ExportTraceServiceRequest()
scope = request.resource_spans.add().scope_spans.add()
for _ in range(count):
    scope.spans.add(trace_id=bytes(16), span_id=bytes(8), name="look_up" * 20)
body = request.SerializeToString()
body = gzip.compress(body) if compression == "gzip" else body
headers = {"content-encoding": "gzip"} if compression == "gzip" else {}
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
halves = iter([body[:7], body[7:]])
connection.request("POST", "/v1/traces", halves, headers, encode_chunked=True)
assert connection.getresponse().status == 200
"""
    subprocess.run([sys.executable, "-c", program, str(port), compression, str(count)], check=True)
