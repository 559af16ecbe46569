"""Counts what a corpus holds while it is written, and tells it in manifest.json and traces.jsonl."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from .corpus import CorpusWriter
from .vocabulary import MARKERS


@dataclass(slots=True)
class Told:
    """One trace of a corpus."""

    trace_id: str
    session: str
    service: str
    start_ns: int
    spans: int
    errors: int


class Tally:
    """The ground truth of a corpus."""

    def __init__(self) -> None:
        self._traces: list[Told] = []
        self._kinds: Counter[str] = Counter()
        self._marked: dict[str, list[tuple[str, str]]] = {word: [] for word in MARKERS}

    def span(self, body: bytes, kind: str, trace_id: str, session: str) -> None:
        """Count one serialised span, and the marker words in it."""
        self._kinds[kind] += 1
        for word, places in self._marked.items():
            if word.encode() in body:
                places.append((trace_id, session))

    def trace(self, told: Told) -> None:
        """Count one trace."""
        self._traces.append(told)

    def write(self, folder: Path, written: CorpusWriter, said: dict) -> dict:
        """Write both files; `said` is what the caller asked for. Gives the manifest."""
        self._traces.sort(key=lambda told: (told.start_ns, told.trace_id))
        with (folder / "traces.jsonl").open("w") as lines:
            lines.writelines(json.dumps(asdict(told)) + "\n" for told in self._traces)
        manifest = said | self._totals(written) | self._samples()
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
        return manifest

    def _totals(self, written: CorpusWriter) -> dict:
        sizes = sorted(told.spans for told in self._traces)
        turns = Counter(told.session for told in self._traces)
        return {
            "spans": written.spans,
            "traces": len(self._traces),
            "sessions": len(turns),
            "requests": written.requests,
            "raw_bytes": written.bytes,
            "bytes_per_span": round(written.bytes / written.spans, 1),
            "kinds": dict(self._kinds),
            "error_spans": sum(told.errors for told in self._traces),
            "turns_mean": round(len(self._traces) / len(turns), 2),
            "turns_max": max(turns.values()),
            "spans_per_trace_mean": round(sum(sizes) / len(sizes), 2),
            "spans_per_trace_p95": sizes[int(0.95 * len(sizes))],
            "spans_per_trace_max": sizes[-1],
            "markers": {
                word: {
                    "spans": len(places),
                    "traces": len({trace for trace, _ in places}),
                    "sessions": len({session for _, session in places}),
                    "trace_ids": sorted({trace for trace, _ in places})[:20],
                }
                for word, places in self._marked.items()
            },
        }

    def _samples(self) -> dict:
        """Ids by which the probes ask."""
        turns = Counter(told.session for told in self._traces)
        by_turns = sorted(turns.items(), key=lambda item: (item[1], item[0]))
        by_spans = sorted(self._traces, key=lambda told: (told.spans, told.trace_id))
        last, largest = self._traces[-1], by_spans[-1]
        recent = dict.fromkeys(told.session for told in reversed(self._traces))
        return {
            "last_trace": {
                "trace_id": last.trace_id,
                "session": last.session,
                "spans": last.spans,
            },
            "recent_sessions": list(recent)[:50],
            "sample_sessions": [
                {"session": session, "traces": count}
                for session, count in _picked(by_turns, 30, 0.3, 0.98)
            ],
            "largest_session": {"session": by_turns[-1][0], "traces": by_turns[-1][1]},
            "sample_traces": [
                {"trace_id": told.trace_id, "spans": told.spans}
                for told in _picked(by_spans, 30, 0.2, 0.98)
            ],
            "largest_trace": {"trace_id": largest.trace_id, "spans": largest.spans},
        }


def _picked(sequence: list, count: int, low: float, high: float) -> list:
    """So many members spread evenly over a part of a sorted sequence."""
    last = len(sequence) - 1
    return [
        sequence[int((low + (high - low) * at / max(1, count - 1)) * last)] for at in range(count)
    ]
