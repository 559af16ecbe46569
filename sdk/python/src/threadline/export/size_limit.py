"""Turn a string longer than the limit into its beginning and a mark that says what is missing.

Shared with the TypeScript SDK: `conformance/sdk/size_limit.json`.
"""


def limited(value: str, limit_bytes: int) -> str:
    """A string of at most `limit_bytes` of UTF-8, cut between characters.

    The mark is within the limit; where not even the mark fits, it stands alone.

    Args:
        value: a string without lone surrogates.
        limit_bytes: how long it may be, in bytes of UTF-8.
    """
    if len(value) * 4 <= limit_bytes:
        return value
    encoded = value.encode()
    if len(encoded) <= limit_bytes:
        return value
    mark = f"…[threadline: cut, {len(encoded)} bytes in all]"
    room = max(0, limit_bytes - len(mark.encode()))
    return encoded[:room].decode("utf-8", "ignore") + mark
