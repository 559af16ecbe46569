"""Turn all that was sent of a span into a hash, so that two versions are ordered whoever is first."""

from __future__ import annotations

import hashlib
from typing import Any

from threadline_server.model.attributes import to_json
from threadline_server.model.span import DecodedSpan


class ContentHashes:
    """Hashes of spans that came together; who sent them is hashed once for all its spans.

    Only versions of one span are ever compared, by which is the greater: what a hash is made of may
    change, and then the version with today's hash stands beside one with yesterday's as any other.
    """

    __slots__ = ("_origins",)

    def __init__(self) -> None:
        # By identity, and with the object itself, so that an identity is not used again.
        self._origins: dict[int, tuple[Any, str]] = {}

    def of(self, span: DecodedSpan) -> bytes:
        """The hash of one span."""
        said: list[Any] = [
            span.name,
            span.parent_span_id,
            span.start_ns,
            span.end_ns,
            span.kind,
            span.status_code,
            span.status_message,
            span.trace_state,
            self._origin(span.scope, [span.scope.name, span.scope.version, span.scope.attributes]),
            self._origin(span.resource, span.resource.attributes),
            span.attributes,
            [[event.name, event.time_ns, event.attributes] for event in span.events],
            [[link.trace_id, link.span_id, link.attributes] for link in span.links],
        ]
        return hashlib.blake2b(to_json(said), digest_size=16).digest()

    def _origin(self, shared: Any, said: Any) -> str:
        known = self._origins.get(id(shared))
        if known is None:
            digest = hashlib.blake2b(to_json(said), digest_size=16).hexdigest()
            known = self._origins[id(shared)] = (shared, digest)
        return known[1]
