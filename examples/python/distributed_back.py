"""Answers a service in TypeScript, in the trace and session that it was asked in: python distributed_back.py PORT"""

import json
import os
import sys
from wsgiref.simple_server import make_server

from threadline import Laminar, WSGISessionMiddleware, observe

port = os.environ.get("THREADLINE_PORT", "8000")
Laminar.initialize(project_api_key="any-text", base_url=f"http://localhost:{port}")


@observe(span_type="TOOL")
def look_up_order(message):
    return {"asked": message, "order": "A-17", "status": "shipped"}


def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    answer = json.dumps(look_up_order(json.loads(body))).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [answer]


if __name__ == "__main__":
    with make_server("127.0.0.1", int(sys.argv[1]), WSGISessionMiddleware(application)) as server:
        print("listening", flush=True)
        server.serve_forever()
