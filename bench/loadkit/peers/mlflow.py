"""MLflow tracking server: OTLP/HTTP in, its JSON API out.  Options: experiment (0), db (path of mlflow.db).

MLflow has no endpoint that lists sessions: its UI pages through traces that carry session
metadata and groups them in the browser.  list_recent does one such page (max_results, newest
first); list_sorted asks the trace-metrics endpoint for a token sum by session where there is one.
"""

from __future__ import annotations

import json
import sqlite3

from . import Peer

META = "metadata.`mlflow.trace.session`"
API = "/ajax-api/3.0/mlflow/traces"


class MLflow(Peer):
    name = "mlflow"

    @property
    def experiment(self) -> str:
        return self.opts.get("experiment", "0")

    def ingest_headers(self):
        return {"x-mlflow-experiment-id": self.experiment}

    def _search(self, cond, limit, order="timestamp_ms DESC", token=None):
        q = {
            "locations": [
                {
                    "type": "MLFLOW_EXPERIMENT",
                    "mlflow_experiment": {"experiment_id": self.experiment},
                }
            ],
            "max_results": limit,
            "order_by": [order],
        }
        if cond:
            q["filter"] = cond
        if token:
            q["page_token"] = token
        r = self.http.post(f"{API}/search", json=q)
        if r.status_code != 200:
            raise RuntimeError(f"{r.status_code} {r.text[:200]}")
        d = json.loads(r.content)
        return d.get("traces", []), d.get("next_page_token"), len(r.content)

    def _all(self, cond, order="timestamp_ms DESC"):
        out, size, token = [], 0, None
        while True:
            page, token, n = self._search(cond, 500, order, token)
            out += page
            size += n
            if not token or not page:
                return out, size

    def count_spans(self) -> int:
        if "db" in self.opts:  # the API has no count of spans
            with sqlite3.connect(f"file:{self.opts['db']}?mode=ro", uri=True) as c:
                return c.execute("select count(*) from spans").fetchone()[0]
        raise NotImplementedError("no span count in the API")

    def stored_span_ids(self) -> set[str]:
        with sqlite3.connect(f"file:{self.opts['db']}?mode=ro", uri=True) as c:
            return {r[0] for r in c.execute("select span_id from spans")}

    def list_recent(self, limit=50):
        """Traces newest first, grouped here, until `limit` sessions are there (as the UI does in the browser)."""
        seen, size, token = {}, 0, None
        while len(seen) < limit:
            page, token, n = self._search(f"{META} LIKE '%'", 500, token=token)
            size += n
            for t in page:
                seen.setdefault(t.get("trace_metadata", {}).get("mlflow.trace.session"), 0)
            if not token or not page:
                break
        return min(limit, len(seen)), size

    def list_sorted(self, limit=50):
        raise NotImplementedError("no session list, so no sort by a session aggregate")

    def list_filtered(self, limit=50):
        raise NotImplementedError("no session list, so no filter on a session aggregate")

    def open_session(self, session):
        traces, n = self._all(f"{META} = '{session}'", "timestamp_ms ASC")
        return len(traces), n  # each with request_preview and response_preview

    def open_trace(self, trace_id):
        r = self.http.get(
            f"{API}/get", params={"trace_id": f"tr-{trace_id}", "allow_partial": "true"}
        )
        if r.status_code == 404:
            return 0, len(r.content)
        if r.status_code != 200:
            raise RuntimeError(f"{r.status_code} {r.text[:200]}")
        return len(json.loads(r.content)["trace"].get("spans", [])), len(r.content)

    def search(self, word):
        traces, _, n = self._search(f"trace.text ILIKE '%{word}%'", 50)
        return len(traces), n
