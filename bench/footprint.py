"""Loads corpora and prints how large the data directory is beside what was sent, log files included.

    .venv/bin/python bench/footprint.py                    # the standard and the coding corpus
    .venv/bin/python bench/footprint.py coding --dialects genai --servers threadline phoenix

The same is done with a store that shares no text (unshared.py). Each is looked at while the server
runs, as soon as the last span is visible and once it had time to tidy up; the larger counts. Ends
with status 1 where the store keeps more of the bytes that were sent than it may.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from loadkit import corpus
from loadkit.footprint import size
from loadkit.gen import DIALECTS
from sending import BUILD, ensure_coding_corpus, ensure_corpus, send_all
from servers import PEER_PACKAGES, running

ALLOWED = {"standard": 0.5, "coding": 0.1}
"""The share of the raw bytes that the data directory may take at most."""

TIDY_S = 10
SERVERS = {"threadline": "kept once", "unshared": "without sharing"} | {
    name: name for name in PEER_PACKAGES
}
"""What can be measured, by the title of its columns."""


def folder_of(kind: str, dialect: str, wanted: argparse.Namespace) -> Path:
    """The corpus, made unless it is there."""
    if kind == "standard":
        return ensure_corpus(wanted.spans, dialect)
    return ensure_coding_corpus(wanted.sessions, dialect, wanted.window)


def measured(name: str, folder: Path) -> dict[str, Any]:
    """Load a corpus into a server; give the bytes of its files at both times."""
    with tempfile.TemporaryDirectory(dir=BUILD) as place, running(name, Path(place)) as server:
        sent = send_all(server, folder)
        at_once = size(server.data_dir)
        time.sleep(TIDY_S)
        return {
            "at_once": at_once,
            "tidied": size(server.data_dir),
            "files": {each.name: size(each) for each in server.data_dir.iterdir()},
            "spans_per_server_cpu_s": sent["spans_per_server_cpu_s"],
            "failed_spans": sent["failed_spans"],
        }


def row(kind: str, dialect: str, raw: int, kept: dict[str, dict[str, Any]]) -> str:
    """One line of the table."""
    cells = [f"{kind}, {dialect}", f"{raw / 1e6:,.1f}"]
    for figures in kept.values():
        held = (figures["at_once"], figures["tidied"])
        cells += [f"{each / 1e6:,.1f} ({each / raw:.1%})" for each in held]
    cells += [f"{figures['spans_per_server_cpu_s']:,.0f}" for figures in kept.values()]
    return "| " + " | ".join(cells) + " |"


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", help=f"{', '.join(ALLOWED)}; both unless told")
    parser.add_argument("--dialects", nargs="+", choices=DIALECTS, default=list(DIALECTS))
    parser.add_argument("--spans", type=int, default=20_000, help="of the standard corpus")
    parser.add_argument("--sessions", type=int, default=1, help="of the coding corpus")
    parser.add_argument("--window", type=int, help="tokens of the coding agent's context")
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=["threadline", "unshared"])
    wanted = parser.parse_args()
    if unknown := set(wanted.kinds) - ALLOWED.keys():
        parser.error(
            f"no such corpus: {', '.join(sorted(unknown))}; there are {', '.join(ALLOWED)}"
        )
    return wanted


def missed(kind: str, dialect: str, raw: int, kept: dict[str, dict[str, Any]]) -> list[str]:
    """What is said where our store keeps more than it may."""
    ours = kept.get("threadline")
    if ours is None:
        return []
    share = max(ours["at_once"], ours["tidied"]) / raw
    if share <= ALLOWED[kind]:
        return []
    return [f"MISSED: {kind}, {dialect}: {share:.1%} of what was sent, at most {ALLOWED[kind]:.0%}"]


def main() -> None:
    """Measure, print a table, write JSON, hold the bounds."""
    wanted = asked()
    titles = [
        f"{SERVERS[name]}, {when}" for name in wanted.servers for when in ("at once", "tidied")
    ]
    titles += [f"spans per server CPU s, {SERVERS[name]}" for name in wanted.servers]
    lines = ["| corpus | sent, MB | " + " | ".join(titles) + " |"]
    lines.append("|---" * (len(titles) + 2) + "|")
    said, results = [], {}
    for kind in wanted.kinds or ALLOWED:
        for dialect in wanted.dialects:
            folder = folder_of(kind, dialect, wanted)
            raw = corpus.manifest(folder)["raw_bytes"]
            kept = {name: measured(name, folder) for name in wanted.servers}
            results[f"{kind}-{dialect}"] = {"raw_bytes": raw, **kept}
            lines.append(row(kind, dialect, raw, kept))
            said += missed(kind, dialect, raw, kept)
            print(lines[-1], file=sys.stderr, flush=True)
    (BUILD / "footprint.json").write_text(json.dumps(results, indent=1))
    print("\n" + "\n".join([*lines, *said]))
    sys.exit(1 if said else 0)


if __name__ == "__main__":
    main()
