"""Ask a store of captured sessions, and of a stranger's, by SQL in this process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from oracle.small import RECEIVED
from otlp_requests import captures
from spans import decoded, failed_event
from store.projects import open_with_projects

from threadline_server.decode.otlp_protobuf import decode_traces
from threadline_server.errors import ThreadlineError
from threadline_server.normalize.conversation import text_of
from threadline_server.normalize.pipeline import carried, normalize
from threadline_server.store.contract import SpanBatch, SpanStore
from threadline_server.store.sql import SqlLimits
from threadline_server.store.sqlite.sql_content import Understanding
from threadline_server.store.sqlite.sql_run import SqlRunner
from threadline_server.store.sqlite.store import DATABASE

UNDERSTANDING = Understanding(carried, text_of)
SECRET = "tangerine"
"""A word that only the stranger's project holds, in every place there is for one."""


def filled_store(folder: Path) -> SpanStore:
    """Every capture in `default`, and one trace of secrets in `stranger`."""
    store = open_with_projects(folder, ["stranger"])
    for body in captures("traces").values():
        spans = normalize(decode_traces(body).spans, RECEIVED)
        store.write([SpanBatch("default", spans, len(body))])
    attributes = {
        "session.id": SECRET,
        "user.id": SECRET,
        "lmnr.span.type": "LLM",
        "gen_ai.request.model": SECRET,
        "lmnr.span.input": json.dumps([{"role": "user", "content": SECRET * 50}]),
        "lmnr.span.output": SECRET,
        "lmnr.association.properties.metadata.key": SECRET,
    }
    span = decoded(name=SECRET, attributes=attributes, events=[failed_event(SECRET, SECRET)])
    store.write([SpanBatch("stranger", normalize([span], RECEIVED), 1)])
    return store


class Asked:
    """SQL over one project of a store; a refusal is its code."""

    def __init__(self, folder: Path, **limits: Any) -> None:
        given = {"deadline_s": 20} | limits
        self._runner = SqlRunner(folder / DATABASE, SqlLimits(**given), UNDERSTANDING)

    def document(
        self, text: str, parameters: Sequence[Any] | dict[str, Any] = (), project: str = "default"
    ) -> dict[str, Any]:
        """Columns, rows, and whether there were more."""
        given = parameters if isinstance(parameters, dict) else list(parameters)
        answer: dict[str, Any] = json.loads(self._runner.run(project, text, given))
        return answer

    def rows(
        self, text: str, parameters: Sequence[Any] | dict[str, Any] = (), project: str = "default"
    ) -> list[list[Any]]:
        """The rows of an answer."""
        rows: list[list[Any]] = self.document(text, parameters, project)["rows"]
        return rows

    def refused(self, text: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> str:
        """The code of the error that a statement must give, and what it says."""
        try:
            answer = self.document(text, parameters)
        except ThreadlineError as error:
            return f"{error.code}: {error.message}"
        raise AssertionError(f"{text} gave {answer}")
