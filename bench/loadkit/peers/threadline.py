"""Threadline through its REST contract."""

from __future__ import annotations

from . import Peer


class Threadline(Peer):
    name = "threadline"

    def _get(self, path: str, **params: object) -> tuple[dict, int]:
        answer = self.http.get(path, params={k: v for k, v in params.items() if v is not None})
        answer.raise_for_status()
        return answer.json(), len(answer.content)

    def _items(self, path: str, **params: object) -> tuple[int, int]:
        body, size = self._get(path, **params)
        return len(body["items"]), size

    def count_spans(self) -> int:
        body, _ = self._get("/api/v1/stats")
        return int(body["span_count"])

    def stored_span_ids(self) -> set[str]:
        found: set[str] = set()
        cursor = None
        while True:
            body, _ = self._get("/api/v1/spans", limit=1000, cursor=cursor)
            found |= {span["span_id"] for span in body["items"]}
            cursor = body["next_cursor"]
            if not cursor:
                return found

    def list_recent(self, limit: int = 50) -> tuple[int, int]:
        return self._items("/api/v1/sessions", limit=limit)

    def list_sorted(self, limit: int = 50) -> tuple[int, int]:
        return self._items("/api/v1/sessions", limit=limit, sort="-total_tokens")

    def list_filtered(self, limit: int = 50) -> tuple[int, int]:
        return self._items("/api/v1/sessions", limit=limit, filter="error_count:gt:0")

    def open_session(self, session: str) -> tuple[int, int]:
        seen = size = 0
        cursor = None
        while True:
            body, n = self._get("/api/v1/traces", session_id=session, limit=500, cursor=cursor)
            seen, size, cursor = seen + len(body["items"]), size + n, body.get("next_cursor")
            if not cursor:
                return seen, size

    def open_trace(self, trace_id: str) -> tuple[int, int]:
        body, size = self._get(f"/api/v1/traces/{trace_id}")
        return len(body["spans"]), size

    def search(self, word: str) -> tuple[int, int]:
        return self._items("/api/v1/sessions", limit=50, q=word)
