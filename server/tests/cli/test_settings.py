"""One table of settings: a flag beats its variable, and a variable beats the default."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from threadline_server.cli import app
from threadline_server.settings import Settings, flag, variable


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)


@pytest.fixture
def settings_of(monkeypatch):
    """The settings with which `serve` would run for a command line."""
    seen = []
    monkeypatch.setattr("threadline_server.cli.serving.run", seen.append)

    def read(*arguments):
        app(["serve", *arguments], result_action="return_value")
        return seen.pop()

    return read


def test_the_defaults_are_the_ports_of_the_official_sdks(settings_of):
    settings = settings_of()
    assert (settings.host, settings.port, settings.grpc_port) == ("", 8000, 8001)
    assert (settings.allowed_host, settings.trust_proxy) == ((), False)


def test_data_is_kept_in_the_xdg_data_home_by_default(settings_of, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere")
    assert settings_of().data_dir == Path("/somewhere/threadline")


CASES = [
    ("host", "127.0.0.2", "127.0.0.2", "localhost"),
    ("port", "9000", 9000, "9001"),
    ("grpc_port", "0", 0, "auto"),
    ("data_dir", "/a", Path("/a"), "/b"),
    ("prices", "/p.json", Path("/p.json"), "/q.json"),
    ("allowed_host", "a, b", ("a", "b"), "c"),
    ("sql_timeout", "2.5", 2.5, "3"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_variable_beats_the_default_and_a_flag_the_variable(settings_of, monkeypatch, case):
    field, given, read, other = case
    monkeypatch.setenv(variable(field), given)
    assert getattr(settings_of(), field) == read
    monkeypatch.setenv(variable(field), other)
    assert getattr(settings_of(flag(field), given), field) == read


def test_an_empty_variable_is_none(settings_of, monkeypatch):
    monkeypatch.setenv("THREADLINE_PORT", "")
    assert settings_of().port == 8000


def test_trust_proxy_is_a_flag_without_value(settings_of, monkeypatch):
    assert settings_of("--trust-proxy").trust_proxy
    monkeypatch.setenv("THREADLINE_TRUST_PROXY", "true")
    assert settings_of().trust_proxy


def test_every_setting_has_a_case_above_and_a_description():
    assert {case[0] for case in CASES} | {"trust_proxy"} == set(Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())


def test_allowed_hosts_may_be_repeated(settings_of):
    settings = settings_of("--allowed-host", "a", "--allowed-host", "b,c")
    assert settings.allowed_host == ("a", "b", "c")


def test_a_data_folder_is_made_absolute(settings_of):
    assert settings_of("--data-dir", "data").data_dir == Path.cwd() / "data"
    assert settings_of("--data-dir", "~/data").data_dir == Path.home() / "data"


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(ValidationError):
        Settings(port=port)
