"""Arize Phoenix: OTLP/HTTP in, GraphQL out.  Options: project (default), db (path of phoenix.db)."""

from __future__ import annotations

import json
import sqlite3

from . import Peer

SESSION_ROW = """id sessionId userId numTraces startTime endTime firstInput { value: truncatedValue } lastOutput { value: truncatedValue }
 tokenUsage { total } p50: traceLatencyMsQuantile(probability: 0.5) p99: traceLatencyMsQuantile(probability: 0.99) costSummary { total { cost } }"""
LIST = f"""query($id: ID!, $first: Int!, $sort: ProjectSessionSort, $cond: String) {{ node(id: $id) {{ ... on Project {{
 sessions(first: $first, sort: $sort, sessionFilterCondition: $cond) {{ edges {{ node {{ {SESSION_ROW} }} }} }} }} }} }}"""
SESSION = """query($sid: String!, $first: Int!) { s: getProjectSessionById(sessionId: $sid) { id numTraces tokenUsage { total } costSummary { total { cost } }
 traces(first: $first) { edges { node { id traceId rootSpan { id name spanId attributes input { value mimeType } output { value mimeType }
 cumulativeTokenCountTotal latencyMs startTime endTime } } } } } }"""
TRACE = """query($tid: String!, $first: Int!) { t: getTraceByOtelId(traceId: $tid) { id numSpans latencyMs costSummary { total { cost } }
 spans(first: $first) { edges { node { id spanId name spanKind statusCode startTime endTime parentId latencyMs tokenCountTotal attributes events { name message timestamp } } } } } }"""
SEARCH = """query($id: ID!, $first: Int!, $cond: String) { node(id: $id) { ... on Project { spans(first: $first, filterCondition: $cond,
 sort: {col: startTime, dir: desc}) { edges { node { id spanId name startTime statusCode trace { traceId } input { value: truncatedValue } output { value: truncatedValue } } } } } } }"""


class Phoenix(Peer):
    name = "phoenix"
    _project: str | None = None

    def gql(self, query: str, **v) -> tuple[dict, int]:
        r = self.http.post("/graphql", json={"query": query, "variables": v})
        r.raise_for_status()
        d = json.loads(r.content)
        if d.get("errors"):
            raise RuntimeError(d["errors"][0].get("message", "graphql error"))
        return d["data"], len(r.content)

    @property
    def project(self) -> str:
        if self._project is None:
            want = self.opts.get("project", "default")
            d, _ = self.gql("{ projects(first: 100) { edges { node { id name } } } }")
            self._project = next(
                e["node"]["id"] for e in d["projects"]["edges"] if e["node"]["name"] == want
            )
        return self._project

    def count_spans(self) -> int:
        d, _ = self.gql(
            "query($id: ID!) { node(id: $id) { ... on Project { recordCount } } }", id=self.project
        )
        return d["node"]["recordCount"]

    def trace_span_count(self, trace_id: str) -> int:
        d, _ = self.gql(
            "query($t: String!) { t: getTraceByOtelId(traceId: $t) { numSpans } }", t=trace_id
        )
        return d["t"]["numSpans"] if d["t"] else 0

    def stored_span_ids(self) -> set[str]:
        with sqlite3.connect(f"file:{self.opts['db']}?mode=ro", uri=True) as c:
            return {r[0] for r in c.execute("select span_id from spans")}

    def _list(self, limit, sort, cond=None):
        d, n = self.gql(LIST, id=self.project, first=limit, sort=sort, cond=cond)
        return len(d["node"]["sessions"]["edges"]), n

    def list_recent(self, limit=50):
        return self._list(limit, {"col": "startTime", "dir": "desc"})

    def list_sorted(self, limit=50):
        return self._list(limit, {"col": "tokenCountTotal", "dir": "desc"})

    def list_filtered(self, limit=50):
        return self._list(
            limit,
            {"col": "startTime", "dir": "desc"},
            "num_traces > 10 and num_traces_with_error > 0",
        )

    def open_session(self, session):
        d, n = self.gql(SESSION, sid=session, first=1000)  # 1000 is Phoenix's page limit
        return (len(d["s"]["traces"]["edges"]) if d["s"] else 0), n

    def open_trace(self, trace_id):
        d, n = self.gql(TRACE, tid=trace_id, first=1000)
        return (len(d["t"]["spans"]["edges"]) if d["t"] else 0), n

    def search(self, word):
        d, n = self.gql(
            SEARCH,
            id=self.project,
            first=50,
            cond=f"'{word}' in input.value or '{word}' in output.value",
        )
        return len(d["node"]["spans"]["edges"]), n
