"""`threadline demo` against a started server: what it sends is there, and a first look finds it."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from started_server import StartedServer, free_port, plain_environment, until

pytestmark = pytest.mark.xdist_group("demo")


def demo(*arguments, **environment):
    return subprocess.run(
        [str(Path(sys.executable).with_name("threadline")), "demo", *arguments],
        env={**plain_environment(), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def shown(server: StartedServer):
    """The server after one run of the demo, and what that said."""
    done = demo("--url", server.url)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    until(lambda: len(server.items("/sessions")) >= 15, "the demo's sessions")
    return server, done.stdout


def session(server, start):
    (found,) = [s for s in server.items("/sessions") if s["session_id"].startswith(start)]
    return server.get("/session", session_id=found["session_id"])


def traces(server, session_id):
    listed = server.items("/traces", session_id=session_id)
    found = [server.get(f"/traces/{trace['trace_id']}") for trace in listed]
    return sorted(found, key=lambda trace: trace["start_time"])


def test_every_session_has_a_user_and_lies_in_the_last_hours(shown):
    server, _ = shown
    sessions = server.items("/sessions")
    assert len(sessions) == 16
    assert len({user for s in sessions for user in s["user_ids"]}) == 16
    assert not any(s["running"] for s in sessions)
    # The stories end between a minute and two hours ago: none lies in the future.
    ends = sorted(s["end_time"] for s in sessions)
    assert ends[0] < ends[-1]
    assert server.items("/sessions", **{"from": ends[-1]})


def test_the_support_conversation_has_tools_retrieval_and_a_sub_agent(shown):
    server, _ = shown
    support = session(server, "support/lena-hoffmann/48213-")
    assert (support["trace_count"], support["error_count"]) == (8, 0)
    assert support["user_ids"] == ["lena.hoffmann@mail.example"]
    assert support["metadata"]["env"] == "production"
    assert set(support["models"]) >= {"claude-sonnet-4-5", "gpt-5-mini"}
    assert support["first_input"].startswith("Hi, my order 48213")
    spans = [span for trace in traces(server, support["session_id"]) for span in trace["spans"]]
    by_type = {kind: {s["name"] for s in spans if s["type"] == kind} for kind in ("agent", "tool")}
    assert by_type["agent"] == {"handle_turn", "policy-checker"}
    assert by_type["tool"] == {"look_up_order", "track_parcel", "issue_refund", "send_email"}
    assert {"retrieval", "embedding", "guardrail", "llm"} <= {span["type"] for span in spans}
    checker = next(span for span in spans if span["name"] == "policy-checker")
    below = [s for s in spans if s["parent_span_id"] == checker["span_id"] and s["type"] == "llm"]
    assert len(below) == 2


def test_its_tokens_and_cost_are_the_sums_of_its_calls(shown):
    server, _ = shown
    support = session(server, "support/")
    spans = [span for trace in traces(server, support["session_id"]) for span in trace["spans"]]
    assert support["input_tokens"] == sum(span["input_tokens"] or 0 for span in spans)
    assert support["cache_read_tokens"] > support["input_tokens"] / 4
    assert support["total_cost"] == pytest.approx(sum(span["total_cost"] or 0 for span in spans))
    assert support["unpriced_calls"] == 0


def test_people_and_an_evaluator_have_scored(shown):
    server, _ = shown
    support = session(server, "support/")
    scores = server.get("/scores", session_id=support["session_id"])["items"]
    assert {score["name"] for score in scores} == {"thumbs_up", "resolution"}


def test_the_broken_session_shows_a_tool_that_timed_out_three_times(shown):
    server, _ = shown
    broken = session(server, "workshop/")
    assert broken["error_trace_count"] == 2
    failed = traces(server, broken["session_id"])[1]
    attempts = [
        s for s in failed["spans"] if s["name"] == "reserve_slot" and s["status"] == "error"
    ]
    assert [span["type"] for span in attempts] == ["tool"] * 4
    assert [s["status_message"].endswith("did not answer within 8.0 s") for s in attempts] == [
        True,
        True,
        True,
        False,
    ]
    waits = [s["duration_ms"] for s in failed["spans"] if s["name"] == "backoff"]
    assert waits == sorted(waits)
    detail = server.get(f"/traces/{failed['trace_id']}/spans/{attempts[0]['span_id']}")
    (exception,) = detail["events"]
    assert exception["attributes"]["exception.type"] == "ReadTimeout"
    assert "in reserve_slot" in exception["attributes"]["exception.stacktrace"]
    (root,) = [s for s in failed["spans"] if s["span_id"] == failed["root_span_id"]]
    assert root["status"] != "error", "the agent handled it"
    assert "Nothing is booked" in failed["output"]


def test_a_checkout_is_a_trace_for_each_step_in_one_session(shown):
    server, _ = shown
    paid, declined = session(server, "checkout/user-1042-"), session(server, "checkout/user-1077-")
    names = [trace["name"] for trace in traces(server, paid["session_id"])]
    assert names == ["checkout", "validateCart", "processPayment", "createOrder"]
    steps = traces(server, declined["session_id"])
    assert [(trace["name"], trace["status"]) for trace in steps if trace["status"] == "error"] == [
        ("processPayment", "error")
    ]
    payment = steps[-1]
    root = next(s for s in payment["spans"] if s["span_id"] == payment["root_span_id"])
    detail = server.get(f"/traces/{payment['trace_id']}/spans/{root['span_id']}")
    assert {event["name"] for event in detail["events"]} == {"card_declined", "exception"}
    assert payment["user_id"] == "user-1077"


def test_the_coding_run_has_depth(shown):
    server, _ = shown
    coding = session(server, "coding/")
    spans = [span for trace in traces(server, coding["session_id"]) for span in trace["spans"]]
    assert sum(span["type"] == "llm" for span in spans) >= 60
    assert coding["cache_read_tokens"] > coding["input_tokens"] / 2
    assert coding["error_count"] == 1


def test_what_nobody_charges_for_has_an_unknown_cost(shown):
    server, _ = shown
    nightly = session(server, "nightly/")
    assert nightly["total_cost"] is None
    assert nightly["unpriced_calls"] == 7


def test_it_says_what_was_sent_and_where_to_look(shown):
    server, said = shown
    stats = server.get("/stats")
    assert f"with {stats['trace_count']} traces and {stats['span_count']} spans" in said
    addresses = [line.strip() for line in said.splitlines() if "http" in line]
    assert len(addresses) == 5
    for address in addresses:
        assert server.http.get(address).status_code == 200


def test_a_second_run_sends_new_sessions_whatever_the_environment_says(server, shown):
    before = server.get("/stats")["session_count"]
    done = demo("--url", server.url, LMNR_DISABLE_TRACING="true", LMNR_TRACE_CONTENT="false")
    assert done.returncode == 0, done.stderr
    until(lambda: server.get("/stats")["session_count"] == 2 * before, "as many sessions again")


def test_without_a_server_it_says_so_and_how_to_start_one():
    done = demo("--url", f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "no Threadline answers" in done.stderr
    assert "make serve" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_is_none_is_wrong_use():
    done = demo("--url", "localhost")
    assert done.returncode == 2
    assert "--url cannot be 'localhost'" in done.stderr


def test_a_server_that_refuses_the_spans_is_told_of():
    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self):
            healthy = self.path == "/healthz"
            self.answer(200 if healthy else 404, b'{"status": "ok"}' if healthy else b"{}")

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(500, b"")

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing of each request."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        done = demo("--url", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert done.returncode == 1
    assert "did not take everything" in done.stderr
    assert "Sent " not in done.stdout
