"""Let the tests of the Python SDK see its internal errors, and begin each from nothing."""

from collections.abc import Iterator

import pytest
from opentelemetry import context

from threadline import Laminar, association, guard
from threadline.activation import detach
from threadline.testing import CapturedSpans, capture


@pytest.fixture(autouse=True)
def _fresh_sdk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LMNR_PROJECT_API_KEY", "LMNR_BASE_URL", "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(guard, "strict", True)
    guard.forget()
    association.forget()
    token = context.attach(context.Context())
    yield
    detach(token)
    Laminar.shutdown()


@pytest.fixture
def spans() -> Iterator[CapturedSpans]:
    """What a test makes while it runs."""
    with capture() as captured:
        yield captured
