"""Turn request headers, or gRPC metadata, into the key they present, whichever scheme they use."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

AUTHORIZATION = "authorization"
KEY_HEADERS = ("x-api-key", "api-key", "api_key", "x-auth-token", "wandb-api-key")
"""Where clients put a key that is in no Authorization header: LangSmith and others, Arize with a
hyphen or an underscore, LangWatch, Weave."""


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """A key as a client showed it; its text is secret, and so in no representation of it.

    `scheme` is the Authorization scheme in lower case, empty for a bare key, or the name of the
    header that held the key. `user` is what stood beside it in Basic: Langfuse's public key.
    """

    scheme: str
    text: str = field(repr=False)
    user: str = ""


def presented_key(headers: Mapping[str, str]) -> PresentedKey | None:
    """The key of a request, None where it shows none that can be read.

    Header names are looked up in lower case, in which gRPC sends them anyway. Authorization comes
    first: Bearer (RFC 6750), Basic (RFC 7617), or a bare key, as Logfire and Opik send it.
    """
    stated = _from_authorization(headers.get(AUTHORIZATION, "").strip())
    if stated is not None:
        return stated
    for name in KEY_HEADERS:
        if text := headers.get(name, "").strip():
            return PresentedKey(name, text)
    return None


def _from_authorization(value: str) -> PresentedKey | None:
    scheme, space, rest = value.partition(" ")
    text = rest.strip()
    if not space:
        return PresentedKey("", scheme) if scheme else None
    if scheme.lower() == "basic":
        return _from_basic(text)
    return PresentedKey(scheme.lower(), text)


def _from_basic(encoded: str) -> PresentedKey | None:
    """The password is the key, and the user where there is no password."""
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    user, _, password = decoded.partition(":")
    text = password or user
    return PresentedKey("basic", text, user if password else "") if text else None
