"""`threadline serve` as a program: where it listens, how it refuses, how it ends."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from otlp_requests import request

from threadline_server import __version__
from threadline_server.cli.listen import addresses, with_port
from threadline_server.settings import Settings, flag

PATIENCE_S = 60
ENOUGH = 10
PROTOBUF = {"Content-Type": "application/x-protobuf"}


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("THREADLINE_")}


def threadline(*arguments):
    command = [sys.executable, "-c", "from threadline_server.cli import main; main()"]
    return [*command, *map(str, arguments)]


def run(*arguments):
    return subprocess.run(
        threadline(*arguments),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=environment(),
        check=False,
    )


@contextmanager
def started(data_dir, *arguments, port=0, grpc_port="auto"):
    """A server that is ready, and the lines that it printed."""
    flags = ["--port", port, "--grpc-port", grpc_port, "--data-dir", data_dir]
    process = subprocess.Popen(
        threadline("serve", *flags, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    try:
        lines = [process.stdout.readline() for _ in range(5)]
        assert lines[0].endswith("is ready\n"), process.stderr.read()
        yield process, dict(line.split(maxsplit=1) for line in lines[1:])
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE_S)


def ended(process, number=signal.SIGTERM):
    process.send_signal(number)
    output, errors = process.communicate(timeout=PATIENCE_S)
    return process.returncode, output, errors


def send(page, *names):
    answer = httpx2.post(
        f"{page}/v1/traces",
        content=request(*names).SerializeToString(),
        headers=PROTOBUF,
    )
    assert answer.status_code == 200


def test_it_says_where_it_listens_in_plain_lines_and_answers_there(tmp_path):
    with started(tmp_path / "data") as (_, said):
        page = said["page"].strip()
        assert httpx2.get(f"{page}/healthz").json() == {"status": "ok", "version": __version__}
        assert said["OTLP/HTTP"].strip() == f"{page}/v1/traces"
        assert str(tmp_path / "data") in said["data"]
        with grpc.insecure_channel(said["OTLP/gRPC"].strip()) as channel:
            TraceServiceStub(channel).Export(request("over grpc"), timeout=PATIENCE_S)
        stats = httpx2.get(f"{page}/api/v1/stats").json()
        assert stats["span_count"] == 1
        assert page.endswith(f":{stats['http_port']}")
        assert said["OTLP/gRPC"].strip().endswith(f":{stats['grpc_port']}")


def test_it_listens_on_both_loopback_addresses(tmp_path):
    with started(tmp_path / "data") as (_, said):
        port = said["page"].strip().rpartition(":")[2]
        assert "127.0.0.1" in addresses("")
        for address in addresses(""):
            assert httpx2.get(f"http://{with_port(address, int(port))}/healthz").status_code == 200


def test_grpc_is_off_with_port_0(tmp_path):
    with started(tmp_path / "data", grpc_port=0) as (_, said):
        assert said["OTLP/gRPC"].strip() == "off"
        stats = httpx2.get(f"{said['page'].strip()}/api/v1/stats").json()
        assert stats["grpc_port"] is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_status_0_and_everything_accepted_is_kept(tmp_path, number):
    with started(tmp_path / "data") as (process, said):
        send(said["page"].strip(), "a", "b")
        status, _, errors = ended(process, number)
        assert (status, errors) == (0, "")
    with started(tmp_path / "data") as (_, said):
        stats = httpx2.get(f"{said['page'].strip()}/api/v1/stats").json()
        assert stats["span_count"] == 2


def test_what_is_acknowledged_while_it_ends_is_kept_too(tmp_path):
    acknowledged = {"http": 0, "grpc": 0}
    busy = {"http": threading.Event(), "grpc": threading.Event()}

    def send_until_it_ends(transport, export):
        with contextlib.suppress(httpx2.TransportError, grpc.RpcError):
            for number in itertools.count(1):
                message = request("span")
                (span,) = message.resource_spans[0].scope_spans[0].spans
                span.trace_id = f"{transport}{number:012}".encode()
                export(message)
                acknowledged[transport] = number
                if number == ENOUGH:
                    busy[transport].set()

    def over_http(message):
        answer = client.post("/v1/traces", content=message.SerializeToString(), headers=PROTOBUF)
        assert answer.status_code == 200

    with started(tmp_path / "data") as (process, said):
        page, target = said["page"].strip(), said["OTLP/gRPC"].strip()
        with httpx2.Client(base_url=page) as client, grpc.insecure_channel(target) as channel:
            over_grpc = TraceServiceStub(channel).Export
            with ThreadPoolExecutor() as senders:
                sending = [
                    senders.submit(send_until_it_ends, "http", over_http),
                    senders.submit(send_until_it_ends, "grpc", over_grpc),
                ]
                for under_way in busy.values():
                    assert under_way.wait(PATIENCE_S)
                process.send_signal(signal.SIGTERM)
                for sender in sending:
                    sender.result(PATIENCE_S)
        assert process.wait(PATIENCE_S) == 0
    with started(tmp_path / "data") as (_, said):
        stats = httpx2.get(f"{said['page'].strip()}/api/v1/stats").json()
    assert min(acknowledged.values()) >= ENOUGH
    assert stats["span_count"] >= sum(acknowledged.values())


def test_a_page_that_watches_does_not_hold_up_the_end(tmp_path):
    with started(tmp_path / "data") as (process, said):
        with httpx2.stream("GET", f"{said['page'].strip()}/api/v1/live") as events:
            lines = events.iter_lines()
            assert next(lines).startswith("retry")
            process.send_signal(signal.SIGTERM)
            assert not [line for line in lines if line]
        assert process.wait(PATIENCE_S) == 0
        assert process.stderr.read() == ""


@pytest.mark.parametrize("which", ["--port", "--grpc-port"])
def test_a_port_in_use_is_said_and_another_suggested(tmp_path, which):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        flags = {"--port": 0, "--grpc-port": "auto", which: port, "--data-dir": tmp_path / "data"}
        done = run("serve", *(word for pair in flags.items() for word in pair))
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is in use" in done.stderr
    assert f"threadline serve {which} " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_server_does_not_share_the_ports_of_the_first(tmp_path):
    with started(tmp_path / "a") as (_, said):
        port = said["page"].strip().rpartition(":")[2]
        grpc_port = said["OTLP/gRPC"].strip().rpartition(":")[2]
        other = ("--data-dir", tmp_path / "b")
        assert run("serve", "--port", port, "--grpc-port", "0", *other).returncode == 1
        assert run("serve", "--port", "0", "--grpc-port", grpc_port, *other).returncode == 1


def test_a_data_folder_in_use_is_said_with_who_holds_it(tmp_path):
    with started(tmp_path / "data") as (process, _):
        done = run("serve", "--port", 0, "--grpc-port", 0, "--data-dir", tmp_path / "data")
        assert done.returncode == 1
        assert f"in use by process {process.pid}" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "[::]"])
def test_beyond_loopback_it_does_not_start_and_says_why(tmp_path, host):
    done = run("serve", "--host", host, "--port", 0, "--data-dir", tmp_path / "data")
    assert done.returncode == 2
    assert "would let other machines read every span" in done.stderr
    assert "--trust-proxy" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_name_of_loopback_is_a_host(tmp_path):
    with started(tmp_path / "data", "--host", "localhost") as (_, said):
        assert httpx2.get(f"{said['page'].strip()}/healthz").status_code == 200


def test_a_host_that_is_no_address_here_is_said(tmp_path):
    done = run("serve", "--host", "no.such.invalid", "--data-dir", tmp_path / "data")
    assert done.returncode == 1
    assert "no.such.invalid" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "--port", "zz"], "--port (or THREADLINE_PORT) cannot be 'zz'"),
        (["serve", "--allowed-host", "http://x"], "is no host name"),
        (["serve", "--nope"], "--nope"),
        (["serf"], "serve"),
    ],
)
def test_wrong_use_ends_with_status_2_and_a_line_that_says_why(tmp_path, arguments, said):
    done = run(*arguments, *(["--data-dir", tmp_path] if arguments[0] == "serve" else []))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_variable_is_named(tmp_path):
    done = subprocess.run(
        threadline("serve"),
        capture_output=True,
        text=True,
        env=environment() | {"THREADLINE_PORT": "many", "THREADLINE_DATA_DIR": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 2
    assert "THREADLINE_PORT" in done.stderr


def test_the_version_is_printed_without_loading_the_server():
    assert run("--version").stdout.strip() == __version__
    check = (
        "import sys, threadline_server.cli\n"
        "heavy = {'fastapi', 'starlette', 'uvicorn', 'grpc', 'google', 'apsw'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_help_lists_every_setting():
    help_text = run("serve", "--help").stdout
    for field in Settings.model_fields:
        assert flag(field) in help_text


def test_the_log_has_no_key_and_nothing_that_was_sent(tmp_path):
    with started(tmp_path / "data") as (process, said):
        page = said["page"].strip()
        for path in ("/v1/traces", "/api/v1/nothing", "/api/v1/sessions?q=secret-text"):
            httpx2.post(f"{page}{path}", json={}, headers={"Authorization": "Bearer secret-key"})
        _, output, errors = ended(process)
        assert "secret" not in output + errors
