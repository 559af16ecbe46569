"""Turns an SDK's import, and its set-up after it, into milliseconds over an empty interpreter.

Each run is a fresh process, started and ended as a user's is; the SDKs take turns, so that a machine
that slows down slows all of them. The figure is the median of the differences to an empty program
that ran beside in the same environment.
"""

import os
import re
import statistics
import subprocess
import time
from pathlib import Path

from environments import BIN

IMPORTS: dict[str, dict[str, str]] = {
    "python": {
        "opentelemetry": (
            "from opentelemetry import trace\n"
            "from opentelemetry.sdk.trace import TracerProvider\n"
            "from opentelemetry.sdk.trace.export import BatchSpanProcessor\n"
            "from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter\n"
        ),
        "lmnr": "from lmnr import Laminar, observe\n",
        "threadline": "from threadline import Laminar, observe\n",
    },
    "node": {
        "opentelemetry": (
            'import { trace } from "@opentelemetry/api";\n'
            'import { NodeTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-node";\n'
            'import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";\n'
        ),
        "lmnr": 'import { Laminar, observe } from "@lmnr-ai/lmnr";\n',
        "threadline": 'import { Laminar, observe } from "threadline";\n',
    },
}
SET_UPS: dict[str, dict[str, str]] = {
    "python": {
        "opentelemetry": (
            "exporter = OTLPSpanExporter('http://127.0.0.1:{port}/v1/traces')\n"
            "provider = TracerProvider()\n"
            "provider.add_span_processor(BatchSpanProcessor(exporter))\n"
            "trace.set_tracer_provider(provider)\n"
        ),
        "lmnr": (
            "Laminar.initialize(project_api_key='any', base_url='http://127.0.0.1',"
            " http_port={port}, force_http=True)\n"
        ),
        "threadline": "Laminar.initialize(base_url='http://127.0.0.1:{port}')\n",
    },
    "node": {
        "opentelemetry": (
            'const exporter = new OTLPTraceExporter({{ url: "http://127.0.0.1:{port}/v1/traces" }});\n'
            "new NodeTracerProvider({{ spanProcessors: [new BatchSpanProcessor(exporter)] }}).register();\n"
        ),
        "lmnr": (
            'Laminar.initialize({{ projectApiKey: "any", baseUrl: "http://127.0.0.1",'
            " httpPort: {port}, forceHttp: true }});\n"
        ),
        "threadline": 'Laminar.initialize({{ baseUrl: "http://127.0.0.1:{port}" }});\n',
    },
}


def clean_environment() -> dict[str, str]:
    """Give this process's variables without those that steer an SDK or an interpreter."""
    steering = ("LMNR_", "OTEL_", "THREADLINE_", "PYTHON", "NODE_", "VIRTUAL_ENV")
    return {key: value for key, value in os.environ.items() if not key.startswith(steering)}


def command(language: str, home: Path, program: str) -> list[str]:
    """Give the command that runs a program's text in an SDK's own environment."""
    if language == "python":
        return [str(home / "bin" / "python"), "-c", program]
    return [str(BIN / "node"), "--input-type=module", "--eval", program]


def wall_ms(language: str, home: Path, program: str) -> float:
    """Run a program to its end in a process of its own; give the time that took."""
    start = time.perf_counter()
    done = subprocess.run(
        command(language, home, program),
        cwd=home,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    took = (time.perf_counter() - start) * 1000
    if done.returncode:
        raise SystemExit(f"bench: this failed in {home.name}:\n{program}\n{done.stderr[-2000:]}")
    return took


def time_imports(
    language: str, homes: dict[str, Path], port: int, rounds: int
) -> dict[str, dict[str, float]]:
    """Give for each SDK `import_ms` and `set_up_ms`, import included, over an empty program."""
    over: dict[str, dict[str, list[float]]] = {
        name: {"import_ms": [], "set_up_ms": []} for name in homes
    }
    for turn in range(rounds + 1):
        for name, home in homes.items():
            imported = IMPORTS[language][name]
            set_up = imported + SET_UPS[language][name].format(port=port)
            empty = wall_ms(language, home, "")
            alone, both = (wall_ms(language, home, text) for text in (imported, set_up))
            if turn:  # the first round reads everything from disk once
                over[name]["import_ms"].append(alone - empty)
                over[name]["set_up_ms"].append(both - empty)
    return {
        name: {key: statistics.median(values) for key, values in figures.items()}
        for name, figures in over.items()
    }


def importtime_ms(home: Path, imported: str, rounds: int) -> tuple[float, int]:
    """Give what `python -X importtime` says of an import, and how many modules that loaded."""
    totals, modules = [], 0
    for _ in range(rounds):
        done = subprocess.run(
            [str(home / "bin" / "python"), "-X", "importtime", "-c", f"import site\n{imported}"],
            cwd=home,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        # After `site`, what an interpreter loads by itself is over.
        said = done.stderr[done.stderr.rindex("| site\n") :]
        rows = re.findall(r"import time:\s+(\d+) \|\s+\d+ \|", said)
        totals.append(sum(map(int, rows)) / 1000)
        modules = len(rows)
    return statistics.median(totals), modules
