"""Turn the routes into the OpenAPI document that says what they really answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI


def documented(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The application's OpenAPI document, without the 422 that the framework adds to each call:
    a parameter that cannot be understood is answered 400, in the one error shape. A 422 of ours,
    about a body, stays.
    """
    framework_document = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = framework_document()
            for methods in document["paths"].values():
                for call in methods.values():
                    if "HTTPValidationError" in str(call["responses"].get("422")):
                        del call["responses"]["422"]
            for name in ("HTTPValidationError", "ValidationError"):
                document["components"]["schemas"].pop(name, None)
        return framework_document()

    return openapi
