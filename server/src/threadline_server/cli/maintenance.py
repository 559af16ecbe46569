"""`threadline reprice` and `threadline renormalize`: walk over all that is stored, and say how far."""

from __future__ import annotations

import asyncio
import sys
from typing import Literal

from threadline_server.cli.target import Target

Work = Literal["reprice", "renormalize"]

_DONE = {
    "reprice": "{spans} looked at, {changed} of them have another cost now.",
    "renormalize": "{spans} understood anew, {changed} of them became other.",
}


async def _walk(work: Work, target: Target) -> None:
    from threadline_server.cli.server import connected

    spans = changed = 0
    cursor: str | None = None
    async with connected(target) as server:
        total = (await server.ask("GET", "/stats"))["span_count"]
        while True:
            stretch = await server.ask("POST", f"/maintenance/{work}", body={"cursor": cursor})
            spans += stretch["span_count"]
            changed += stretch["changed_count"]
            cursor = stretch["next_cursor"]
            if cursor is None:
                break
            _say_how_far(spans, max(total, spans))
    print(_DONE[work].format(spans=_spans(spans), changed=f"{changed:,}"))


def _spans(count: int) -> str:
    return f"{count:,} span" if count == 1 else f"{count:,} spans"


def _say_how_far(spans: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"{spans:,} of {total:,} spans", end="\r", file=sys.stderr, flush=True)


def run(work: Work, target: Target) -> int:
    """Do the work until all that is stored was seen; gives exit status 0 then.

    Each call to the server is a stretch of its own: whoever stops in between has the rest as it
    was, and may begin again. Raises ThreadlineError where the server does not answer as asked.
    """
    asyncio.run(_walk(work, target))
    return 0
