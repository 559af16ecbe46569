from made_span import made_span
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import Event
from opentelemetry.trace import Link, SpanContext

from threadline.export import outgoing as outgoing_module
from threadline.export.outgoing import Outgoing
from threadline.settings import Settings


def upper(key: str, value: str) -> str:
    return f"{key}={value}"


def cleaned(request: ExportTraceServiceRequest, settings: Settings) -> Span:
    Outgoing(settings).clean_traces(request)
    return request.resource_spans[0].scope_spans[0].spans[0]


def attributes(span: Span) -> dict[str, str]:
    return {pair.key: pair.value.string_value for pair in span.attributes}


def test_every_text_of_a_span_is_masked_but_not_its_name():
    span = made_span(
        "name",
        {"a": "text", "list": ["one", "two"], "number": 1},
        events=[Event("event", {"b": "text"})],
        links=[Link(SpanContext(1, 2, False), {"c": "text"})],
        description="text",
    )
    request = encode_spans([span])
    out = cleaned(request, Settings(mask=upper))
    assert out.name == "name"
    assert attributes(out)["a"] == "a=text"
    assert [m.string_value for m in out.attributes[1].value.array_value.values] == [
        "list=one",
        "list=two",
    ]
    assert out.attributes[2].value.int_value == 1
    assert out.events[0].name == "event"
    assert out.events[0].attributes[0].value.string_value == "b=text"
    assert out.links[0].attributes[0].value.string_value == "c=text"
    assert out.status.message == "otel.status_description=text"
    resource = request.resource_spans[0].resource.attributes[0]
    assert resource.value.string_value == "service.name=test"
    assert span.attributes is not None
    assert span.attributes["a"] == "text"


def test_nested_values_are_masked_under_their_whole_key():
    request = encode_spans([made_span()])
    inner = KeyValueList(values=[KeyValue(key="to", value=AnyValue(string_value="x"))])
    listed = ArrayValue(values=[AnyValue(kvlist_value=inner)])
    span = request.resource_spans[0].scope_spans[0].spans[0]
    span.attributes.append(KeyValue(key="mail", value=AnyValue(array_value=listed)))
    out = cleaned(request, Settings(mask=upper))
    value = out.attributes[0].value.array_value.values[0].kvlist_value.values[0].value
    assert value.string_value == "mail.to=x"


def test_values_nested_too_deep_are_removed_rather_than_let_through(monkeypatch):
    monkeypatch.setattr(outgoing_module, "MAX_DEPTH", 2)
    value = AnyValue(string_value="bob@example.com")
    for _ in range(4):
        value = AnyValue(array_value=ArrayValue(values=[value]))
    request = encode_spans([made_span()])
    span = request.resource_spans[0].scope_spans[0].spans[0]
    span.attributes.append(KeyValue(key="deep", value=value))
    out = cleaned(request, Settings(mask_patterns=("emails",)))
    assert "example" not in str(out)


def test_without_content_no_text_of_people_and_models_leaves():
    span = made_span(
        "chat",
        {
            "lmnr.span.input": '"hi"',
            "gen_ai.prompt.0.content": "hi",
            "gen_ai.request.model": "small",
            "session.id": "s",
        },
        events=[Event("gen_ai.user.message", {"content": "hi", "role": "user"})],
    )
    out = cleaned(encode_spans([span]), Settings(trace_content=False))
    assert attributes(out) == {"gen_ai.request.model": "small", "session.id": "s"}
    assert [pair.key for pair in out.events[0].attributes] == ["role"]


def test_long_texts_are_cut_after_they_are_masked():
    span = made_span(attributes={"a": "bob@example.com " * 20})
    out = cleaned(encode_spans([span]), Settings(mask_patterns=("emails",), max_attribute_bytes=60))
    assert attributes(out)["a"].startswith("[email] [email]")
    assert attributes(out)["a"].endswith("…[threadline: cut, 160 bytes in all]")


def test_a_request_is_walked_only_where_something_may_change():
    assert not Outgoing(Settings()).changes_all()
    assert Outgoing(Settings(mask=upper)).changes_all()
    assert Outgoing(Settings(mask_patterns=("cards",))).changes_all()
    assert Outgoing(Settings(trace_content=False)).changes_all()
    assert Outgoing(Settings(max_attribute_bytes=1_000)).may_exceed(501)
    assert not Outgoing(Settings(max_attribute_bytes=1_000)).may_exceed(500)
