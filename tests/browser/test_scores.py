"""Scores stand as chips with their session, their trace and their span, from their arrival on."""

import re
from typing import Any
from uuid import UUID

from playwright.sync_api import Page, expect
from started_server import StartedServer
from trace_reader import open_span
from written_spans import attribute_list, send, span, turn


def judge(server: StartedServer, name: str, score: float, **on: Any) -> None:
    """Send one evaluation result as OTLP/JSON; it is stored when this returns."""
    stated = {
        "gen_ai.evaluation.name": name,
        "gen_ai.evaluation.score.value": score,
        "gen_ai.evaluation.explanation": f"why {name}",
    }
    if "session_id" in on:
        stated["session.id"] = on["session_id"]
    record = {
        "eventName": "gen_ai.evaluation.result",
        "attributes": attribute_list(stated),
        **{key: on[key] for key in ("traceId", "spanId") if key in on},
    }
    logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    reply = server.http.post("/v1/logs", json=logs)
    assert (reply.status_code, reply.json()) == (200, {})


def chip(scope: Any, text: str) -> Any:
    return scope.locator(".score", has_text=text)


def test_an_open_session_shows_its_scores_and_those_of_its_traces_as_they_arrive(
    page: Page, server: StartedServer
):
    root = turn("scored", "Where is my order?", "On its way.")
    send(server, root)
    judge(server, "resolved", 1.0, session_id="scored")
    page.goto("/traces?view=sessions&expand=scored")
    session = page.get_by_role("row").filter(has_text="scored")
    expect(chip(session, "resolved")).to_have_text("resolved1")
    trace = page.get_by_role("row").filter(has_text="turn")
    expect(trace.locator(".score")).to_have_count(0)
    judge(server, "helpful", 0.25, traceId=root["traceId"])
    expect(chip(trace, "helpful")).to_have_text("helpful0.25")


def test_a_trace_found_by_its_uuid_shows_its_scores_which_lead_to_their_spans(
    page: Page, server: StartedServer
):
    root = turn("judged", "Is it open?", "Until six.")
    child = span("look_up", trace_id=root["traceId"], parent=root)
    send(server, root, child)
    judge(server, "exact", 0.5, traceId=child["traceId"], spanId=child["spanId"])
    page.goto(f"/default/traces/{str(UUID(root['traceId'])).upper()}")
    expect(page).to_have_url(f"/default/traces/{root['traceId']}")
    head = page.locator(".trace-facts")
    told = re.compile("^exact: 0.5\nwhy exact\non span look_up\ngiven ")
    expect(chip(head, "exact")).to_have_attribute("title", told)
    head.get_by_role("link", name="exact 0.5").click()
    expect(page.get_by_role("heading", name="look_up")).to_be_visible()
    expect(chip(page.locator(".span-facts"), "exact")).to_have_text("exact0.5")
    open_span(page, "turn")
    expect(page.locator(".span-facts .score")).to_have_count(0)
    judge(server, "polite", 1.0, traceId=root["traceId"])
    expect(chip(head, "polite")).to_have_text("polite1")
