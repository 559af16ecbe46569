"""Asks a service in TypeScript inside a session; all that answers it joins the session.

python distributed_front.py MIDDLE_URL [SESSION_ID [USER_ID]]
"""

import json
import os
import sys
import urllib.request

from threadline import Laminar, observe

port = os.environ.get("THREADLINE_PORT", "8000")
Laminar.initialize(project_api_key="any-text", base_url=f"http://localhost:{port}")
MIDDLE_URL = sys.argv[1]


@observe()
def handle_turn(message):
    # The headers say which span asks, and in which session and for whom: W3C trace context and baggage.
    headers = Laminar.inject({"Content-Type": "application/json"})
    request = urllib.request.Request(MIDDLE_URL, json.dumps(message).encode(), headers)
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)


if __name__ == "__main__":
    session_id = sys.argv[2] if len(sys.argv) > 2 else "distributed-1"
    user_id = sys.argv[3] if len(sys.argv) > 3 else "ada"
    with Laminar.session(session_id, user_id=user_id, metadata={"entrance": "front"}):
        print(handle_turn("Where is my order?"))
    Laminar.flush()
