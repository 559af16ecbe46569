"""Read one message, or one part of it, whichever provider's shape it has."""

from threadline_server.normalize.parts.message import message

__all__ = ["message"]
