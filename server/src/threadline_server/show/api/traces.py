"""REST over traces: the list, one trace with its spans, one span with all that was sent."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from threadline_server.query import pages
from threadline_server.query.scores import scores_of_span, scores_of_trace
from threadline_server.show import schemas
from threadline_server.show.answer import ERRORS, JsonAnswer
from threadline_server.show.api.parameters import Asked, Project
from threadline_server.show.api.services import Services
from threadline_server.show.documents import (
    list_document,
    listed_span_document,
    span_page_document,
    step_document,
    trace_document,
    trace_page_document,
)


def traces_router(services: Services) -> APIRouter:
    """The routes under /traces and /spans."""
    router = APIRouter(tags=["traces"], responses=ERRORS, default_response_class=JsonAnswer)
    store = services.store

    @router.get("/traces", response_model=schemas.TraceList)
    def list_traces(
        asked: Asked,
        session_id: Annotated[str | None, Query(description="Only traces of this session.")] = None,
        include: Annotated[
            Literal["steps"] | None,
            Query(description="`steps`: with the first steps of each trace that is a workflow."),
        ] = None,
    ) -> JsonAnswer:
        """List traces; with a session id, those of one session."""
        listed = pages.traces(store, dataclasses.replace(asked, session_id=session_id))
        items = [{**trace_document(row), "steps": None} for row in listed.rows]
        if include == "steps":
            steps = pages.steps(store, asked.project, listed.rows)
            for item in items:
                item["steps"] = [step_document(step) for step in steps.get(item["trace_id"], ())]
        return JsonAnswer(list_document(items, listed))

    @router.get("/traces/{trace_id}", response_model=schemas.TracePage)
    def read_trace(
        trace_id: str,
        project: Project = "default",
        cursor: Annotated[
            str | None, Query(description="`next_cursor` of the answer before.")
        ] = None,
    ) -> JsonAnswer:
        """Read one trace with its spans by start, without payloads, up to 10,000 at a time.

        The id may be written as a UUID.
        """
        row, spans = pages.trace(store, project, trace_id, cursor)
        scores = scores_of_trace(store, project, row.trace_id)
        return JsonAnswer(trace_page_document(row, spans, scores))

    @router.get("/traces/{trace_id}/spans/{span_id}", response_model=schemas.SpanPage)
    def read_span(trace_id: str, span_id: str, project: Project = "default") -> JsonAnswer:
        """Read one span with everything that was sent."""
        detail = pages.span(store, project, trace_id, span_id)
        row = detail.row
        carried = services.read_carried(detail.attributes, row.type, detail.events, row.start_ns)
        scores = scores_of_span(store, project, trace_id, span_id)
        return JsonAnswer(span_page_document(detail, carried, scores))

    @router.get("/spans", response_model=schemas.SpanList)
    def list_spans(
        asked: Asked,
        session_id: Annotated[str | None, Query(description="Only spans of this session.")] = None,
    ) -> JsonAnswer:
        """List all spans."""
        listed = pages.spans(store, dataclasses.replace(asked, session_id=session_id))
        items = [listed_span_document(row) for row in listed.rows]
        return JsonAnswer(list_document(items, listed))

    return router
