"""Arguments and environment settle into settings, by one order."""

import logging

import pytest

from threadline.settings import SETTINGS, Settings, resolve

MIB = 1024 * 1024


def test_without_anything_the_server_of_this_machine_is_meant_and_nothing_is_said(caplog):
    settings = resolve({}, {})
    assert settings == Settings()
    assert settings.traces_endpoint == "http://localhost:8000/v1/traces"
    assert settings.logs_endpoint == "http://localhost:8000/v1/logs"
    assert settings.max_attribute_bytes == 10 * MIB
    assert not caplog.records


@pytest.mark.parametrize(
    ("arguments", "base"),
    [
        ({"base_url": "http://localhost"}, "http://localhost:8000"),
        ({"base_url": "http://127.0.0.1:9000/"}, "http://127.0.0.1:9000"),
        ({"base_url": "localhost"}, "http://localhost:8000"),
        ({"base_url": "http://[::1]"}, "http://[::1]:8000"),
        ({"base_url": "threads.example.com"}, "https://threads.example.com"),
        ({"base_url": "https://threads.example.com:443"}, "https://threads.example.com"),
        ({"base_url": "http://example.com", "http_port": 8080}, "http://example.com:8080"),
        ({"base_url": "http://example.com:1", "http_port": 80}, "http://example.com"),
        ({"base_url": "https://example.com/threads/"}, "https://example.com/threads"),
        ({"base_url": "a.b", "base_http_url": "https://c.d"}, "https://c.d"),
        ({"http_port": 9}, "http://localhost:9"),
    ],
)
def test_a_base_url_is_completed(arguments, base):
    settings = resolve({**arguments, "project_api_key": "k"}, {})
    assert settings.base_http_url == base
    assert settings.traces_endpoint == f"{base}/v1/traces"
    assert settings.headers == {"authorization": "Bearer k"}


def test_an_argument_wins_over_the_environment():
    environment = {
        "LMNR_PROJECT_API_KEY": "env",
        "LMNR_BASE_URL": "https://env.example",
        "LMNR_SAMPLE_RATE": "0.5",
        "LMNR_TRACE_METADATA": '{"a": 1}',
        "LMNR_TRACE_CONTENT": "false",
    }
    by_environment = resolve({}, environment)
    assert by_environment.headers == {"authorization": "Bearer env"}
    assert by_environment.api_key_setting == "LMNR_PROJECT_API_KEY"
    assert by_environment.base_http_url == "https://env.example"
    assert (by_environment.sample_rate, by_environment.trace_content) == (0.5, False)
    assert by_environment.metadata == {"a": 1}
    arguments = {
        "project_api_key": "arg",
        "base_url": "https://arg.example",
        "sample_rate": 1,
        "metadata": {"b": 2},
        "trace_content": True,
    }
    by_argument = resolve(arguments, environment)
    assert by_argument.headers == {"authorization": "Bearer arg"}
    assert by_argument.api_key_setting == "project_api_key"
    assert by_argument.base_http_url == "https://arg.example"
    assert (by_argument.sample_rate, by_argument.trace_content) == (1.0, True)
    assert by_argument.metadata == {"b": 2}


def test_other_arguments_arrive():
    settings = resolve(
        {
            "disable_batch": True,
            "max_export_batch_size": 7,
            "max_export_batch_size_bytes": 1000,
            "export_timeout_seconds": 2.5,
            "mask": str.__add__,
            "mask_patterns": ["cards", "keys"],
            "max_attribute_bytes": 99,
            "project_api_key": " key ",
        },
        {"LMNR_SPAN_CONTEXT": "{}", "LMNR_LOG_LEVEL": "debug"},
    )
    assert (settings.schedule_delay_seconds, settings.timeout_seconds) == (0.0, 2.5)
    assert (settings.max_export_batch_size, settings.max_export_batch_size_bytes) == (7, 1000)
    assert (settings.mask, settings.mask_patterns) == (str.__add__, ("keys", "cards"))
    assert (settings.max_attribute_bytes, settings.project_api_key) == (99, "key")
    assert (settings.span_context, settings.log_level) == ("{}", logging.DEBUG)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"project_api_key": 7}, TypeError),
        ({"project_api_key": " "}, ValueError),
        ({"base_url": "ftp://x"}, ValueError),
        ({"base_url": "http://"}, ValueError),
        ({"base_url": "http://x:port"}, ValueError),
        ({"http_port": 70000}, ValueError),
        ({"http_port": "x"}, ValueError),
        ({"sample_rate": 1.5}, ValueError),
        ({"sample_rate": True}, TypeError),
        ({"metadata": [1]}, TypeError),
        ({"metadata": "{"}, ValueError),
        ({"mask": "x"}, TypeError),
        ({"mask_patterns": ["phones"]}, ValueError),
        ({"mask_patterns": 7}, TypeError),
        ({"max_attribute_bytes": 0}, ValueError),
        ({"max_export_batch_size": 1.5}, ValueError),
        ({"export_timeout_seconds": 0}, ValueError),
        ({"trace_content": "maybe"}, ValueError),
    ],
)
def test_a_wrong_argument_is_an_error_that_names_it(arguments, error):
    (name,) = arguments
    with pytest.raises(error, match=f"^{name} of Laminar.initialize: "):
        resolve(arguments, {})


@pytest.mark.parametrize(
    "environment",
    [
        {"LMNR_SAMPLE_RATE": "2"},
        {"LMNR_TRACE_METADATA": "{"},
        {"LMNR_TRACE_METADATA": "[]"},
        {"LMNR_BASE_URL": "ftp://x"},
        {"LMNR_TRACE_CONTENT": "maybe"},
        {"LMNR_LOG_LEVEL": "loud"},
        {"LMNR_DISABLE_TRACING": "perhaps"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4317"},
        {"OTEL_EXPORTER_OTLP_TIMEOUT": "soon"},
        {"OTEL_EXPORTER_OTLP_COMPRESSION": "lzma"},
    ],
)
def test_a_wrong_variable_is_one_warning_and_the_default(environment, caplog):
    endpoints = {resolve({}, environment).traces_endpoint for _ in range(2)}
    assert endpoints == {"http://localhost:8000/v1/traces"}
    assert len({record.getMessage() for record in caplog.records}) == len(caplog.records) >= 1


def test_secrets_are_in_no_text_of_the_settings():
    settings = resolve({"project_api_key": "secret"}, {})
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("environment", "traces", "logs"),
    [
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/"},
            "http://c:4318/v1/traces",
            "http://c:4318/v1/logs",
        ),
        (
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/x/v1/traces"},
            "http://c:4318/x/v1/traces",
            "http://c:4318/x/v1/logs",
        ),
        (
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/in"},
            "http://c:4318/in",
            "http://c:4318/v1/logs",
        ),
        (
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:1",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t:2/v1/traces",
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://l:3/logs",
            },
            "http://t:2/v1/traces",
            "http://l:3/logs",
        ),
    ],
)
def test_opentelemetrys_own_variables_say_where_to_without_ours(environment, traces, logs):
    headers = {
        "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Bearer%20x, a = b ,broken",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "12",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
    }
    settings = resolve({}, {**environment, **headers})
    assert (settings.traces_endpoint, settings.logs_endpoint) == (traces, logs)
    assert settings.headers == {"authorization": "Bearer x", "a": "b"}
    assert (settings.timeout_seconds, settings.compression) == (12.0, "none")
    ours = resolve({"project_api_key": "k"}, {**environment, **headers})
    assert ours.traces_endpoint == "http://localhost:8000/v1/traces"
    assert ours.headers == {"authorization": "Bearer k"}


def test_no_key_for_another_host_is_one_warning(caplog):
    for _ in range(2):
        resolve({"base_url": "https://threads.example.com"}, {})
    assert len(caplog.records) == 1
    assert "LMNR_PROJECT_API_KEY" in caplog.text


@pytest.mark.parametrize("name", ["LMNR_DISABLE_TRACING", "OTEL_SDK_DISABLED"])
def test_tracing_can_be_disabled_by_the_environment(name):
    assert resolve({}, {name: "true"}).disabled
    assert not resolve({}, {name: "false"}).disabled


def test_the_table_names_every_setting_once():
    named = [(setting.name, setting.environment) for setting in SETTINGS]
    assert len(set(named)) == len(named)
    assert all(setting.meaning.endswith(".") for setting in SETTINGS)
