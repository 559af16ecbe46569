"""The paths of OTLP, in every spelling, and what is none of them."""

import pytest

from threadline_server.receive.paths import BASES, PATHS, is_otlp, signal_at


@pytest.mark.parametrize(
    ("path", "signal"),
    [
        ("/v1/traces", "traces"),
        ("/v1/logs/", "logs"),
        ("//v1/metrics", "metrics"),
        ("/api/public/otel/v1/traces", "traces"),
        ("//api/public//otel/v1/logs//", "logs"),
        ("/otel/v1/traces", "traces"),
        ("/api/v1/private/otel/v1/traces", "traces"),
    ],
)
def test_a_path_takes_its_signal_whatever_slashes_it_has(path, signal):
    assert signal_at(path) == signal


@pytest.mark.parametrize(
    "path", ["", "/", "/v1", "/v1/traces/x", "/api/v1/traces", "/api/v1/traces/", "/default/traces"]
)
def test_other_paths_take_none(path):
    assert not is_otlp(path)


def test_every_base_takes_every_signal():
    assert len(PATHS) == 3 * len(BASES)
