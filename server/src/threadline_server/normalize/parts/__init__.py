"""One part of a message, whichever provider's shape it has, as a canonical part."""
