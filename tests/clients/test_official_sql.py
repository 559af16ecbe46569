"""The official SDK's client asks by SQL as it does its own server."""

import json
import subprocess
from pathlib import Path

import pytest
from programs import PYTHON
from started_server import started_server

pytestmark = [pytest.mark.clients, pytest.mark.xdist_group("clients")]

PROGRAM = """
import json, sys
from lmnr import LaminarClient
client = LaminarClient(base_url="http://localhost", port=int(sys.argv[1]), project_api_key="any")
rows = client.sql.query("SELECT :kind AS kind, count(*) AS spans FROM spans", {"kind": "any"})
try:
    refused = client.sql.query("DELETE FROM spans")
except Exception as error:
    refused = error.response.json()
print(json.dumps([rows, refused]))
"""


def test_the_official_client_gets_rows_as_objects(official_packages: None, tmp_path: Path) -> None:
    with started_server(tmp_path) as server:
        done = subprocess.run(
            [str(PYTHON), "-c", PROGRAM, str(server.port)],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    rows, refused = json.loads(done.stdout)
    assert rows == [{"kind": "any", "spans": 0}]
    assert "may not be modified" in refused["error"]
