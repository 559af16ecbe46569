"""Turn the last row of a page into an opaque cursor and back."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Literal

import orjson

from threadline_server.errors import ThreadlineError, bad_request
from threadline_server.store.contract import Noun, Scalar

_HEX = {
    "traces": re.compile(r"[0-9a-f]{32}"),
    "spans": re.compile(r"[0-9a-f]{32}:[0-9a-f]{16}"),
}


def _invalid(cursor: str) -> ThreadlineError:
    return bad_request(
        "invalid_cursor",
        f"cursor {cursor[:80]!r} is not one of this list",
        "pass next_cursor of the page before, with the same sort",
    )


def encode_cursor(sort: str, value: Scalar, identity: str) -> str:
    """The cursor after a row: its sort value in the store's units, and its id."""
    data = orjson.dumps([sort, value, identity])
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode_cursor(
    cursor: str, noun: Noun | Literal["scores", "search"], sort: str
) -> tuple[Scalar, str]:
    """The sort value and id of the row after which the page begins.

    Raises ThreadlineError where the cursor was made up, or made for another list or sort.
    """
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        made_for, value, identity = orjson.loads(data)
    except (binascii.Error, ValueError, TypeError) as error:
        raise _invalid(cursor) from error
    known = made_for == sort and isinstance(identity, str)
    if not known or not isinstance(value, str | int | float | None) or isinstance(value, bool):
        raise _invalid(cursor)
    if noun in ("scores", "search") and not (isinstance(value, int) and 0 <= value < 2**63):
        raise _invalid(cursor)
    if noun in _HEX and not _HEX[noun].fullmatch(identity):
        raise _invalid(cursor)
    return value, identity
