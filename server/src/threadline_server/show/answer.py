"""Turn documents into JSON answers, and name the errors that any call may give."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import JSONResponse

from threadline_server.show.schemas import Error

ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Error, "description": "A parameter cannot be understood."},
    404: {"model": Error, "description": "There is nothing of that id."},
    503: {"model": Error, "description": "The store cannot answer for now."},
}

BODY_ERRORS: dict[int | str, dict[str, Any]] = {
    415: {"model": Error, "description": "The body is no JSON by its content type."},
    422: {"model": Error, "description": "The body is not what the call asks for."},
}


class JsonAnswer(JSONResponse):
    """JSON as orjson writes it; integers of any size that fits 64 bits come out whole."""

    def render(self, content: Any) -> bytes:
        """The bytes of the body."""
        return orjson.dumps(content)
