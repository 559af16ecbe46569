"""Tell names of this machine's loopback from all others, as a Host or Origin header writes them."""

from __future__ import annotations

import ipaddress
import re

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")


def name_of(host: str) -> str | None:
    """The name of a Host header without its port, lower-case; None where it is no host at all."""
    match = _HOST.fullmatch(host)
    if match is None:
        return None
    return match[1].lower().removesuffix(".")


def is_loopback(name: str) -> bool:
    """Whether a name can only mean this machine: localhost, *.localhost, 127.0.0.0/8, [::1]."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return name.startswith("[") and address == ipaddress.IPv6Address("::1")
    return address.is_loopback
