"""How much one request, and all requests at once, may take of this machine."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    `body` bounds a request as it comes over the wire, `inflated` what it may grow to, and
    `in_flight` both together over all requests that are not answered yet. `pause_s` is how long a
    sender may be silent within a body.
    """

    body: int = 25 * MIB
    inflated: int = 64 * MIB
    in_flight: int = 256 * MIB
    pause_s: float = 30
