"""A receiving side in front of a sink in memory, over HTTP and gRPC."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx2
import pytest
from fake_sink import FakeSink
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from threadline_server.receive.admission import Admission
from threadline_server.receive.counters import Counters
from threadline_server.receive.intake import Intake
from threadline_server.receive.limits import Limits
from threadline_server.receive.otlp_grpc import OtlpGrpc
from threadline_server.receive.otlp_http import OtlpHttp

NOW_NS = 1_800_000_000_000_000_000


@dataclass(slots=True)
class Receiver:
    """One receiving side and what stands around it."""

    sink: FakeSink
    admission: Admission
    counters: Counters
    registry: CollectorRegistry
    http: httpx2.AsyncClient
    grpc: OtlpGrpc

    def count(self, name: str, **labels: str) -> float:
        """The value of a counter of /metrics."""
        return self.registry.get_sample_value(name, labels) or 0.0


def receiver(limits: Limits) -> Receiver:
    sink, registry = FakeSink(), CollectorRegistry()
    admission = Admission(limits.in_flight)
    counters = Counters(registry, lambda: NOW_NS)
    intake = Intake(sink, limits, counters, lambda: NOW_NS)
    way_in = (intake, admission, limits, counters, lambda _: "default")
    app = Starlette(routes=OtlpHttp(*way_in).routes())
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://localhost"
    )
    return Receiver(sink, admission, counters, registry, client, OtlpGrpc(*way_in))


@pytest.fixture
def limits() -> Limits:
    return Limits(body=100_000, inflated=200_000, in_flight=500_000, pause_s=5)


@pytest.fixture
def make_receiver(limits: Limits) -> Callable[[], Receiver]:
    """Makes further receiving sides."""
    return lambda: receiver(limits)


@pytest.fixture
async def received(make_receiver: Callable[[], Receiver]) -> AsyncIterator[Receiver]:
    side = make_receiver()
    async with side.http:
        yield side
    await side.grpc.stop(None)
