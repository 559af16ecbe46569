"""Gives packages and instrumentors that exist for one test only, under names no other test has."""

import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest
from opentelemetry.sdk.trace import TracerProvider

from threadline import guard
from threadline.instruments import instrumentor, switch
from threadline.instruments.instrumentation import Instrumentation
from threadline.instruments.names import Instruments

INSTRUMENTOR = """
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

calls = []


class FakeInstrumentor(BaseInstrumentor):
    def instrumentation_dependencies(self):
        return ("{distribution} {wanted}",)

    def _instrument(self, **options):
        import {package}

        calls.append({{**options, "whole": hasattr({package}, "last_line")}})

    def _uninstrument(self, **options):
        pass
"""

_numbers = itertools.count()


@dataclass(slots=True)
class FakePackage:
    """A package on the path that is not imported yet, and maybe its instrumentor."""

    folder: Path
    name: str
    distribution: str
    row: Instrumentation

    def calls(self) -> list[dict[str, object]]:
        """What the instrumentor was given, each time it was switched on."""
        module: ModuleType | None = sys.modules.get(f"{self.name}_instrumentor")
        return [] if module is None else module.calls

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(dedent(text))


Make = Callable[..., FakePackage]


@pytest.fixture
def provider() -> TracerProvider:
    return TracerProvider()


@pytest.fixture(autouse=True)
def _nothing_said() -> Iterator[None]:
    guard.forget()
    yield
    guard.forget()


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make packages; each is a row of the table by the time it is given, under one of its names."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    rows: list[Instrumentation] = []
    instruments = iter(Instruments)

    def made(
        body: str = "",
        *,
        installed: bool = True,
        has_instrumentor: bool = True,
        wanted: str = ">= 1",
        instrumentor_code: str = INSTRUMENTOR,
        **row: object,
    ) -> FakePackage:
        name = f"fake_package_{next(_numbers)}"
        distribution = name.replace("_", "-")
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(dedent(body) + "\nlast_line = True\n")
        (tmp_path / name / "part.py").write_text("value = 1\n")
        if installed:
            metadata = tmp_path / f"{name}-1.5.dist-info"
            metadata.mkdir()
            (metadata / "METADATA").write_text(
                f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.5\n"
            )
        if has_instrumentor:
            code = instrumentor_code.format(package=name, distribution=distribution, wanted=wanted)
            (tmp_path / f"{name}_instrumentor.py").write_text(dedent(code))
        known: dict[str, object] = {
            "instrument": next(each for each in instruments if each in switch.SWITCHABLE),
            "extra": distribution,
            "modules": (name,),
            "distribution": distribution,
            "instrumentor": f"{name}_instrumentor:FakeInstrumentor",
        }
        package = FakePackage(tmp_path, name, distribution, Instrumentation(**{**known, **row}))
        rows.append(package.row)
        for module in (switch, instrumentor):
            monkeypatch.setattr(module, "TABLE", tuple(rows))
        return package

    yield made
    for name in set(sys.modules) - before:
        if name.startswith("fake_package_"):
            del sys.modules[name]
