"""Turn an encoded request into what may leave: without content, masked, cut to size.

Works on the copy that goes out; the user's spans stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadline.content import is_content
from threadline.export.size_limit import limited
from threadline.masking import Masker

if TYPE_CHECKING:
    from collections.abc import MutableSequence

    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    from opentelemetry.proto.trace.v1.trace_pb2 import Span

    from threadline.settings import Settings

STATUS_KEY = "otel.status_description"
"""What a mask hook gets as the key of a status' text, OpenTelemetry's name for it elsewhere:
https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/#span-status"""

MAX_DEPTH = 100
"""Levels of nested values; what lies deeper is removed rather than let through unmasked."""


class Outgoing:
    """What leaves under some settings: content switch, then masking, then size limit."""

    def __init__(self, settings: Settings) -> None:
        self._keeps_content = settings.trace_content
        self._limit = settings.max_attribute_bytes
        masks = settings.mask is not None or bool(settings.mask_patterns)
        self._masker = Masker(settings.mask, settings.mask_patterns) if masks else None

    def changes_all(self) -> bool:
        """Whether every request must be walked, whatever the size of its spans."""
        return self._masker is not None or not self._keeps_content

    def may_exceed(self, estimated_bytes: int) -> bool:
        """Whether a string of an item with so much memory may be longer than the limit.

        A character that takes one byte in memory may take two in UTF-8, never more in proportion.
        """
        return estimated_bytes * 2 > self._limit

    def clean_traces(self, request: ExportTraceServiceRequest) -> None:
        """Change every string of a request of spans in place."""
        for resource_spans in request.resource_spans:
            self._clean_attributes(resource_spans.resource.attributes)
            for scope_spans in resource_spans.scope_spans:
                self._clean_attributes(scope_spans.scope.attributes)
                for span in scope_spans.spans:
                    self._clean_span(span)

    def clean_logs(self, request: ExportLogsServiceRequest) -> None:
        """Change every string of a request of log records in place."""
        for resource_logs in request.resource_logs:
            self._clean_attributes(resource_logs.resource.attributes)
            for scope_logs in resource_logs.scope_logs:
                for record in scope_logs.log_records:
                    self._clean_attributes(record.attributes)

    def _clean_span(self, span: Span) -> None:
        self._clean_attributes(span.attributes)
        for event in span.events:
            self._clean_attributes(event.attributes, event.name)
        for link in span.links:
            self._clean_attributes(link.attributes)
        if span.status.message:
            span.status.message = self._clean_text(STATUS_KEY, span.status.message)

    def _clean_attributes(
        self, attributes: MutableSequence[KeyValue], event: str | None = None
    ) -> None:
        if not self._keeps_content:
            for place in range(len(attributes) - 1, -1, -1):
                if is_content(attributes[place].key, event):
                    del attributes[place]
        for attribute in attributes:
            self._clean_value(attribute.key, attribute.value, 0)

    def _clean_value(self, key: str, value: AnyValue, depth: int) -> None:
        kind = value.WhichOneof("value")
        if kind == "string_value":
            text = value.string_value
            cleaned = self._clean_text(key, text)
            if cleaned is not text:
                value.string_value = cleaned
        elif kind in {"array_value", "kvlist_value"} and depth == MAX_DEPTH:
            value.Clear()
        elif kind == "array_value":
            for member in value.array_value.values:
                self._clean_value(key, member, depth + 1)
        elif kind == "kvlist_value":
            for entry in value.kvlist_value.values:
                self._clean_value(f"{key}.{entry.key}", entry.value, depth + 1)

    def _clean_text(self, key: str, text: str) -> str:
        if self._masker is not None:
            text = self._masker.mask(key, text)
        return limited(text, self._limit)
