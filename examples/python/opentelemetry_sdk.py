"""Sends one trace with nothing but the OpenTelemetry SDK; an attribute puts it into a session.

python opentelemetry_sdk.py [SESSION_ID]
"""

import os
import sys

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

port = os.environ.get("THREADLINE_PORT", "8000")
exporter = OTLPSpanExporter(endpoint=f"http://localhost:{port}/v1/traces")
provider = TracerProvider(resource=Resource({"service.name": "weather-agent"}))
provider.add_span_processor(BatchSpanProcessor(exporter))
tracer = provider.get_tracer("weather-agent")

session_id = sys.argv[1] if len(sys.argv) > 1 else "weather"
with tracer.start_as_current_span("invoke_agent weather") as agent:
    agent.set_attribute("session.id", session_id)
    agent.set_attribute("user.id", "alice")
    agent.set_attribute("gen_ai.operation.name", "invoke_agent")
    with tracer.start_as_current_span("execute_tool get_weather") as tool:
        tool.set_attribute("gen_ai.operation.name", "execute_tool")
        tool.set_attribute("gen_ai.tool.name", "get_weather")
        tool.set_attribute("gen_ai.tool.call.arguments", '{"city": "Paris"}')
        tool.set_attribute("gen_ai.tool.call.result", '"18 °C"')

provider.shutdown()
