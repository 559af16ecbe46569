"""What a transport hands over: the bytes of one export request and how to read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["protobuf", "json"]
Signal = Literal["traces", "logs", "metrics"]
Transport = Literal["http", "grpc"]


@dataclass(frozen=True, slots=True)
class Payload:
    """One export request as it came; `content_encoding` says how `body` is compressed."""

    signal: Signal
    transport: Transport
    encoding: Encoding
    content_encoding: str
    body: bytes
    project: str
