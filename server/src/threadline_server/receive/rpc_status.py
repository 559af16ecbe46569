"""Turn errors into google.rpc.Status, in which OTLP answers them over HTTP and gRPC alike."""

from __future__ import annotations

from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToJson

# googleapis-common-protos ships no types.
from google.rpc.error_details_pb2 import RetryInfo  # type: ignore[import-untyped]
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]

from threadline_server.errors import ThreadlineError
from threadline_server.receive.payload import Encoding

INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, PERMISSION_DENIED = 3, 4, 5, 7
RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, UNAUTHENTICATED = 8, 12, 13, 14, 16

_BY_HTTP_STATUS = {
    400: INVALID_ARGUMENT,
    401: UNAUTHENTICATED,
    403: PERMISSION_DENIED,
    404: NOT_FOUND,
    405: UNIMPLEMENTED,
    408: DEADLINE_EXCEEDED,
    413: RESOURCE_EXHAUSTED,
    415: INVALID_ARGUMENT,
    429: UNAVAILABLE,
    503: UNAVAILABLE,
}
"""Being busy is UNAVAILABLE: exporters send again after that, with a RetryInfo or without."""


def rpc_code(error: ThreadlineError) -> int:
    """The canonical code of an error (google/rpc/code.proto)."""
    return _BY_HTTP_STATUS.get(error.status, INTERNAL)


def rpc_status(error: ThreadlineError) -> bytes:
    """The error as the bytes of a google.rpc.Status, with the pause to make before a retry."""
    return bytes(_message(error).SerializeToString())


def rpc_status_in(encoding: Encoding, error: ThreadlineError) -> bytes:
    """The same in the encoding of the request that it answers."""
    if encoding == "protobuf":
        return rpc_status(error)
    return MessageToJson(_message(error), indent=None).encode()


def _message(error: ThreadlineError) -> Status:
    text = f"{error.message}: {error.hint}" if error.hint else error.message
    status = Status(code=rpc_code(error), message=text)
    if error.retry_after_s is not None:
        status.details.add().Pack(RetryInfo(retry_delay=Duration(seconds=error.retry_after_s)))
    return status
