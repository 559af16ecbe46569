"""Makes corpora below build/ and sends them to a server that was started for it."""

import argparse
from pathlib import Path

from loadkit.coding.gen import generate_coding
from loadkit.gen import generate
from loadkit.peers import Peer, load
from loadkit.send import run_send
from servers import OURS, ROOT, Server

BUILD = ROOT / "build" / "bench"
ANCHOR_NS = 1_793_491_200 * 10**9
"""The newest session ends at 2026-11-01T00:00Z, so that a corpus is the same bytes every time."""


def ensure_corpus(spans: int, dialect: str) -> Path:
    """Generate a corpus below build/ unless it is there; give its folder."""
    folder = BUILD / f"{dialect}-{spans}"
    if not (folder / "manifest.json").exists():
        generate(folder, spans, dialect, seed=1, days=14, batch=512, anchor_ns=ANCHOR_NS)
    return folder


def ensure_coding_corpus(sessions: int, dialect: str, window: int | None) -> Path:
    """The same with so many sessions of a coding agent, 200 calls each."""
    context = f"-{window}" if window else ""
    folder = BUILD / f"coding-{dialect}-{sessions}{context}"
    if not (folder / "manifest.json").exists():
        generate_coding(folder, sessions, dialect, seed=1, anchor_ns=ANCHOR_NS, window=window)
    return folder


def peer_of(server: Server) -> Peer:
    """How a server is asked."""
    # MLflow's interface counts no spans; its database does.
    options = {"db": f"{server.data_dir}/mlflow.db"} if server.name == "mlflow" else {}
    return load("threadline" if server.name in OURS else server.name, server.url, options)


def send_all(server: Server, folder: Path) -> dict:
    """Send a corpus over 4 connections; return once every span can be seen, with what it cost."""
    wanted = argparse.Namespace(
        corpus=folder,
        concurrency=4,
        gzip=False,
        limit_spans=None,
        retries=8,
        timeout=120,
        until_visible=True,
        visible_timeout=1800,
        pid=server.process.pid,
    )
    return run_send(wanted, peer_of(server))
