"""Read a request body from the network within its limits."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from threadline_server.errors import ThreadlineError
from threadline_server.receive.admission import Reservation
from threadline_server.receive.inflate import too_large
from threadline_server.receive.limits import Limits


async def read_body(request: Request, limits: Limits, reservation: Reservation) -> bytes:
    """The body as it came over the wire, chunked or not; each chunk is reserved as it arrives.

    Raises ThreadlineError: 413 where it is, or says it will be, too large, 408 where the sender
    pauses too long, 503 where too much is in flight; starlette's ClientDisconnect where it left.
    """
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and (len(stated) > 15 or int(stated) > limits.body):
        raise too_large(limits.body, "the request body")
    body = bytearray()
    chunks = request.stream()
    while True:
        try:
            async with asyncio.timeout(limits.pause_s):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return bytes(body)
        except TimeoutError:
            raise _too_slow(limits.pause_s) from None
        if len(body) + len(chunk) > limits.body:
            raise too_large(limits.body, "the request body")
        reservation.grow(len(chunk))
        body += chunk


def _too_slow(pause_s: float) -> ThreadlineError:
    return ThreadlineError(
        "too_slow",
        f"nothing more of the request body came for {pause_s:g} s",
        hint="send it again",
        status=408,
    )
