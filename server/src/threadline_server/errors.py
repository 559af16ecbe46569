"""Turn what went wrong into one shape: a code, a message that names the input, and a hint."""

from __future__ import annotations


class ThreadlineError(Exception):
    """An error that a person outside is meant to read.

    `code` is a stable snake_case word for programs, `message` says what was wrong with which
    input, `hint` says what to do about it, `status` is the HTTP status it is answered with, and
    `retry_after_s` is set where trying again later helps.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        status: int = 400,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.status = status
        self.retry_after_s = retry_after_s

    def body(self) -> dict[str, dict[str, str]]:
        """The JSON body that every surface answers with."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}


def not_found(what: str, which: str, hint: str) -> ThreadlineError:
    """The answer for an id that names nothing."""
    return ThreadlineError("not_found", f"no {what} {which!r}", hint=hint, status=404)


def bad_request(code: str, message: str, hint: str) -> ThreadlineError:
    """The answer for input that cannot be understood."""
    return ThreadlineError(code, message, hint=hint, status=400)


def busy(message: str, *, retry_after_s: int = 1) -> ThreadlineError:
    """The answer while a bounded queue is full or the disk cannot take more."""
    return ThreadlineError(
        "busy", message, hint="send it again later", status=503, retry_after_s=retry_after_s
    )


def internal_error() -> ThreadlineError:
    """The answer for a fault of ours; nothing of it is shown, the log has it."""
    return ThreadlineError(
        "internal",
        "the server failed on this request",
        hint="the server's log says more",
        status=500,
    )
