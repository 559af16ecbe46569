"""A request's header or cookie says which session its traces belong to."""

import asyncio

import pytest

from threadline import Laminar, SessionMiddleware, WSGISessionMiddleware, observe

PARENT = "00-0123456789abcdef0123456789abcdef-fedcba9876543210-01"


@observe()
def handler():
    """What a request runs."""


async def asgi_application(scope, receive, send):
    await asyncio.sleep(0)
    handler()


def ask(headers, scope_type="http", **options):
    """Ask an ASGI application behind the middleware."""
    scope = {
        "type": scope_type,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(SessionMiddleware(asgi_application, **options)(scope, None, None))


def ask_wsgi(headers, application=None, **options):
    """Ask a WSGI application behind the middleware; gives the whole response."""

    def plain(environ, start_response):
        handler()
        return [b"done"]

    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    middleware = WSGISessionMiddleware(application or plain, **options)
    response = middleware(environ | {"REQUEST_METHOD": "GET"}, None)
    body = b"".join(response)
    if hasattr(response, "close"):
        response.close()
    return body


@pytest.fixture(params=[ask, ask_wsgi], ids=["ASGI", "WSGI"])
def request_with(request):
    return request.param


def only(spans):
    (span,) = spans.spans
    return span


def test_the_header_says_the_session(spans, request_with):
    request_with({"x-session-id": "s"})
    assert only(spans).session_id == "s"


def test_another_header_and_a_user_header_can_be_named(spans, request_with):
    request_with({"chat": "s", "who": "u", "x-session-id": "t"}, header="Chat", user_header="Who")
    assert (only(spans).session_id, only(spans).user_id) == ("s", "u")


def test_a_cookie_says_it_where_the_header_does_not(spans, request_with):
    request_with({"cookie": "a=b; sid=c; d=e"}, cookie="sid")
    request_with({"cookie": "sid=c", "x-session-id": "s"}, cookie="sid")
    request_with({"cookie": "sid=c", "x-session-id": "s"}, header=None, cookie="sid")
    assert [span.session_id for span in spans] == ["c", "s", "c"]


def test_a_broken_cookie_is_none(spans, request_with):
    request_with({"cookie": '=;,"\x01'}, cookie="sid")
    assert only(spans).session_id is None


def test_the_trace_of_the_headers_goes_on_unless_it_is_told_not_to(spans, request_with):
    headers = {"traceparent": PARENT, "baggage": "session.id=b,user.id=u"}
    request_with(headers)
    request_with(headers | {"x-session-id": "s"})
    request_with(headers, continue_trace=False)
    continued, nearer, own = spans.spans
    assert (continued.parent_id, continued.session_id, continued.user_id) == (
        "fedcba9876543210", "b", "u",
    )  # fmt: skip
    assert (nearer.parent_id, nearer.session_id, nearer.user_id) == ("fedcba9876543210", "s", "u")
    assert (own.parent_id, own.session_id) == (None, None)


def test_nothing_is_left_of_a_request_after_it(spans, request_with):
    request_with({"x-session-id": "s", "traceparent": PARENT})
    handler()
    last = spans.spans[-1]
    assert (last.session_id, last.parent_id) == (None, None)


def test_a_request_without_a_session_is_handled_as_it_is(spans, request_with):
    request_with({})
    assert (only(spans).session_id, only(spans).parent_id) == (None, None)


def test_inside_the_servers_own_span_that_trace_joins_and_goes_on(spans, request_with):
    if request_with is ask_wsgi:
        with Laminar.start_as_current_span("server"):
            request_with({"x-session-id": "s", "traceparent": PARENT})
    else:

        async def server(scope, receive, send):
            with Laminar.start_as_current_span("server"):
                await SessionMiddleware(asgi_application)(scope, receive, send)

        headers = [(b"x-session-id", b"s"), (b"traceparent", PARENT.encode())]
        asyncio.run(server({"type": "http", "headers": headers}, None, None))
    assert spans.tree() == "server\n  handler"
    assert [span.session_id for span in spans] == ["s", "s"]


def test_concurrent_requests_keep_apart(spans):
    async def main():
        middleware = SessionMiddleware(asgi_application)
        scopes = [
            {"type": "http", "headers": [(b"x-session-id", f"s{n}".encode())]} for n in range(10)
        ]
        await asyncio.gather(*(middleware(scope, None, None) for scope in scopes))

    asyncio.run(main())
    assert sorted(span.session_id for span in spans) == [f"s{n}" for n in range(10)]


def test_other_kinds_of_scope_pass(spans):
    ask({"x-session-id": "s"}, scope_type="lifespan")
    ask({"x-session-id": "s"}, scope_type="websocket")
    assert [span.session_id for span in spans] == [None, "s"]


def test_an_error_of_the_application_passes_and_leaves_nothing(spans):
    async def failing(scope, receive, send):
        raise KeyError("gone")

    async def main():
        scope = {"type": "http", "headers": [(b"x-session-id", b"s")]}
        with pytest.raises(KeyError):
            await SessionMiddleware(failing)(scope, None, None)
        handler()

    asyncio.run(main())
    assert only(spans).session_id is None


def test_the_parts_of_a_wsgi_response_are_made_in_its_session(spans):
    closed = []

    class Response:
        def __iter__(self):
            handler()
            yield b"a"
            handler()
            yield b"b"

        def close(self):
            handler()
            closed.append(True)

    assert ask_wsgi({"x-session-id": "s"}, lambda *_: Response()) == b"ab"
    assert closed == [True]
    assert [span.session_id for span in spans] == ["s"] * 3


def test_before_initialize_a_request_is_handled_as_it_is(request_with):
    request_with({"x-session-id": "s", "traceparent": PARENT})


def test_an_internal_error_costs_the_session_and_not_the_request(
    spans, request_with, monkeypatch, caplog
):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("threadline.guard.strict", False)
    monkeypatch.setattr("threadline.middleware.brought", broken)
    request_with({"x-session-id": "s"})
    assert only(spans).session_id is None
    assert "your program goes on" in caplog.text
