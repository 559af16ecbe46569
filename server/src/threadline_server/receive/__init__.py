"""OTLP requests in: bytes, limits, back-pressure and answers."""
