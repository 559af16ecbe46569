"""Which key a request presents, scheme by scheme."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from threadline_server.access.keys import KEY_HEADERS, presented_key


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("headers", "scheme", "text", "user"),
    [
        ({"authorization": "Bearer secret"}, "bearer", "secret", ""),
        ({"authorization": "bearer  secret "}, "bearer", "secret", ""),
        ({"authorization": "Api-Token secret"}, "api-token", "secret", ""),
        ({"authorization": "secret"}, "", "secret", ""),
        ({"authorization": basic("pk-lf-1:sk-lf-2")}, "basic", "sk-lf-2", "pk-lf-1"),
        ({"authorization": basic("api:a:b")}, "basic", "a:b", "api"),
        ({"authorization": basic("secret:")}, "basic", "secret", ""),
        ({"authorization": basic("secret")}, "basic", "secret", ""),
        *(({name: "secret"}, name, "secret", "") for name in KEY_HEADERS),
        ({"authorization": "Bearer one", "x-api-key": "two"}, "bearer", "one", ""),
        ({"authorization": "Basic ???", "x-api-key": "two"}, "x-api-key", "two", ""),
    ],
)
def test_each_scheme_gives_its_key(headers, scheme, text, user):
    found = presented_key(headers)
    assert (found.scheme, found.text, found.user) == (scheme, text, user)


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": " "}, {"authorization": basic(":")}, {"x-api-key": ""}]
)
def test_a_request_without_a_key_has_none(headers):
    assert presented_key(headers) is None


def test_header_names_are_found_however_http_writes_them():
    assert presented_key(Headers({"X-API-Key": "secret"})).text == "secret"


def test_a_key_is_not_shown_by_its_representation():
    assert "secret" not in repr(presented_key({"authorization": "Bearer secret"}))


@given(st.dictionaries(st.sampled_from(["authorization", *KEY_HEADERS]), st.text()))
def test_no_header_makes_it_fail(headers):
    found = presented_key(headers)
    assert found is None or found.text
