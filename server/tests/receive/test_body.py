"""Bodies are read within their limits, whoever sends them however slowly."""

import asyncio

import pytest
from starlette.requests import ClientDisconnect, Request

from threadline_server.errors import ThreadlineError
from threadline_server.receive.admission import Admission
from threadline_server.receive.body import read_body
from threadline_server.receive.limits import Limits


def request(*messages, headers=()):
    left = list(messages)

    async def receive():
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return Request({"type": "http", "method": "POST", "headers": list(headers)}, receive)


def chunk(body, *, more=True):
    return {"type": "http.request", "body": body, "more_body": more}


async def read(sent, limits):
    with Admission(limits.in_flight).open() as reservation:
        return await read_body(sent, limits, reservation)


async def test_chunks_are_put_together():
    sent = request(chunk(b"ab"), chunk(b""), chunk(b"c", more=False))
    assert await read(sent, Limits()) == b"abc"


async def test_a_sender_that_stops_within_a_body_is_told_so():
    with pytest.raises(ThreadlineError, match=r"nothing more of the request body came for 0\.01 s"):
        await read(request(chunk(b"ab")), Limits(pause_s=0.01))


async def test_a_sender_that_leaves_within_a_body_is_noticed():
    with pytest.raises(ClientDisconnect):
        await read(request(chunk(b"ab"), {"type": "http.disconnect"}), Limits())


@pytest.mark.parametrize("stated", [b"11", b"9" * 400])
async def test_a_stated_length_over_the_limit_is_refused_before_anything_is_read(stated):
    with pytest.raises(ThreadlineError) as caught:
        await read(request(headers=[(b"content-length", stated)]), Limits(body=10))
    assert caught.value.status == 413


async def test_every_chunk_counts_as_in_flight_and_is_given_back():
    admission = Admission(4)
    sent = request(chunk(b"abc"), chunk(b"de"))
    with pytest.raises(ThreadlineError) as caught, admission.open() as reservation:
        await read_body(sent, Limits(), reservation)
    assert caught.value.status == 503
    assert admission.held == 0
