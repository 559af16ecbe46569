"""Peer adapters.  A read probe returns (items seen, bytes of the answer)."""

from __future__ import annotations

import importlib

import httpx


class Peer:
    """What a server offers; a read that it has not stays NotImplementedError, and is reported so."""

    name = "peer"

    def __init__(self, url: str, **opts: str):
        self.url, self.opts = url.rstrip("/"), opts
        self.http = httpx.Client(
            base_url=self.url, timeout=float(opts.get("timeout", 120)), trust_env=False
        )

    def ingest_url(self) -> str:
        return f"{self.url}/v1/traces"

    def ingest_headers(self) -> dict[str, str]:
        return {}

    def count_spans(self) -> int:
        raise NotImplementedError

    def trace_span_count(self, trace_id: str) -> int:
        return self.open_trace(trace_id)[0]

    def stored_span_ids(self) -> set[str]:
        """Hex ids of every stored span, read from the server's store (crash trial only)."""
        raise NotImplementedError

    def list_recent(self, limit: int = 50) -> tuple[int, int]:
        """First page of sessions, most recent first, with the columns a list shows."""
        raise NotImplementedError

    def list_sorted(self, limit: int = 50) -> tuple[int, int]:
        """First page of sessions sorted by an aggregate (tokens, turns, cost)."""
        raise NotImplementedError

    def list_filtered(self, limit: int = 50) -> tuple[int, int]:
        """First page of sessions with a condition on an aggregate or on an error."""
        raise NotImplementedError

    def open_session(self, session: str) -> tuple[int, int]:
        """All traces of one session, each with its input and output."""
        raise NotImplementedError

    def open_trace(self, trace_id: str) -> tuple[int, int]:
        """All spans of one trace with their attributes."""
        raise NotImplementedError

    def search(self, word: str) -> tuple[int, int]:
        """Sessions or traces whose text holds the word (first page)."""
        raise NotImplementedError


class Null(Peer):
    name = "null"


BUILTIN = {
    "phoenix": ("loadkit.peers.phoenix", "Phoenix"),
    "mlflow": ("loadkit.peers.mlflow", "MLflow"),
    "threadline": ("loadkit.peers.threadline", "Threadline"),
    "null": (__name__, "Null"),
}


def load(spec: str, url: str, opts: dict) -> Peer:
    module, cls = BUILTIN.get(spec) or spec.split(":")
    return getattr(importlib.import_module(module), cls)(url, **opts)
