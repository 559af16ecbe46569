"""Says where the programs of this folder send their traces: to a server here, or where the environment says."""

import os

LOCAL_THREADLINE = {
    # A server in open mode takes any key.
    "project_api_key": os.environ.get("LMNR_PROJECT_API_KEY", "any-text"),
    "base_url": os.environ.get("LMNR_BASE_URL", "http://localhost"),
    "http_port": int(os.environ.get("THREADLINE_PORT", "8000")),
    "grpc_port": int(os.environ.get("THREADLINE_GRPC_PORT", "8001")),
    # For the official SDKs, whose default is gRPC; Threadline's send over HTTP.
    "force_http": os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc") != "grpc",
}
