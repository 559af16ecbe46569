"""Holds that the wheels, with the runtime's lock and nothing else, serve the page without Node."""

import json
import os
import subprocess
import sys
import tomllib
from html.parser import HTMLParser

import httpx2
import pytest
from started_server import ROOT, free_port, until

UV = ROOT / ".tools" / "uv" / "bin" / "uv"
RUNTIME = ROOT / "requirements" / "runtime.txt"


class Assets(HTMLParser):
    """Collects the addresses of a page's scripts, styles and icons."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attrs):
        name = {"script": "src", "link": "href"}.get(tag)
        self.addresses += [value for key, value in attrs if key == name and value]


def run(*command, **options):
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The wheels, each built from its source distribution as `make dist` builds them."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    for member, name in (("sdk/python", "threadline"), ("server", "threadline_server")):
        run(*build, str(ROOT / member))
        assert len(list(folder.glob(f"{name}-*.tar.gz"))) == 1
        assert len(list(folder.glob(f"{name}-*.whl"))) == 1
    return folder


@pytest.fixture(scope="module")
def installed(wheels, tmp_path_factory):
    """An environment with both wheels, their locked dependencies and nothing else."""
    home = tmp_path_factory.mktemp("installed") / "environment"
    run(str(UV), "venv", "--quiet", "--python", sys.executable, str(home))
    into = [str(UV), "pip", "install", "--quiet", "--python", str(home / "bin" / "python")]
    run(*into, "--require-hashes", "--requirement", str(RUNTIME))
    run(*into, "--no-deps", "--no-index", *map(str, wheels.glob("*.whl")))
    run(str(UV), "pip", "check", "--python", str(home / "bin" / "python"))
    return home


def test_every_package_carries_one_version():
    server, python = (
        tomllib.loads((ROOT / member / "pyproject.toml").read_text())["project"]
        for member in ("server", "sdk/python")
    )
    typescript = json.loads((ROOT / "sdk" / "typescript" / "package.json").read_text())
    spans_say = [
        (ROOT / "sdk" / "python" / "src" / "threadline" / "version.py").read_text(),
        (ROOT / "sdk" / "typescript" / "src" / "version.ts").read_text(),
    ]
    assert server["version"] == python["version"] == typescript["version"]
    assert all(f'"{python["version"]}"' in said for said in spans_say)
    assert f"threadline=={python['version']}" in server["dependencies"]


def test_the_sdk_is_installed_with_its_types(installed):
    probe = "import pathlib, threadline; print((pathlib.Path(threadline.__file__).parent / 'py.typed').is_file())"
    done = subprocess.run(
        [str(installed / "bin" / "python"), "-I", "-c", probe],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "True"


def test_the_wheel_serves_the_page_with_all_its_assets_without_node(installed, tmp_path):
    port = free_port()
    log = tmp_path / "server.log"
    command = [str(installed / "bin" / "threadline"), "serve", f"--port={port}", "--grpc-port=0"]
    environment = {"PATH": str(installed / "bin"), "HOME": str(tmp_path)}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, f"--data-dir={tmp_path / 'data'}"],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=output,
        ) as process,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):

        def healthy():
            assert process.poll() is None, log.read_text()
            try:
                return http.get("/healthz").status_code == 200
            except httpx2.TransportError:
                return False

        try:
            until(healthy, "a healthy server", deadline_s=60)
            page = http.get("/", follow_redirects=True)
            assert page.status_code == 200
            assert page.headers["content-type"].startswith("text/html")
            assets = Assets()
            assets.feed(page.text)
            assert any(address.endswith(".js") for address in assets.addresses)
            for address in assets.addresses:
                asset = http.get("/" + address.removeprefix("./").removeprefix("/"))
                assert asset.status_code == 200, address
                assert asset.content, address
                assert "text/html" not in asset.headers["content-type"], address
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_a_wheel_without_the_page_is_not_built(tmp_path):
    run("cp", "-r", str(ROOT / "server"), str(tmp_path / "server"))
    webui = tmp_path / "server" / "src" / "threadline_server" / "show" / "webui"
    run("rm", "-rf", str(webui))
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", str(tmp_path / "server")],
        env={**os.environ, "THREADLINE_SKIP_WEB_BUILD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "the page is not built" in done.stdout + done.stderr
    assert not list((tmp_path / "server").glob("dist/*.whl"))
