"""Describe the parts of messages, whatever provider they came from, for OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class PartModel(BaseModel):
    """A part; `extra` is what else came with it, as it came. Fields with a default may be absent."""

    model_config = ConfigDict(extra="forbid")

    extra: dict[str, Any] | None = None


class TextPart(PartModel):
    """What is said in words."""

    type: Literal["text"]
    text: str


class ReasoningPart(PartModel):
    """A model's thoughts; `encrypted` where the provider shows them to nobody else."""

    type: Literal["reasoning"]
    text: str
    encrypted: str | None = None


class ToolCallPart(PartModel):
    """A call that a model asks for."""

    type: Literal["tool_call"]
    id: str | None
    name: str | None
    arguments: Any


class ToolResultPart(PartModel):
    """What a tool answered: one value as `result`, or else `parts`; `error` where it failed."""

    type: Literal["tool_result"]
    id: str | None
    name: str | None = None
    result: Any
    parts: list[Part] | None = None
    error: bool | None = None


class MediaPart(PartModel):
    """An image, a sound or a file: its bytes as base64, or where they are, or its text or parts."""

    type: Literal["image", "audio", "file"]
    media_type: str | None
    data: str | None
    url: str | None
    name: str | None = None
    file_id: str | None = None
    text: str | None = None
    parts: list[Part] | None = None
    transcript: str | None = None


class RefusalPart(PartModel):
    """A model's refusal to answer."""

    type: Literal["refusal"]
    text: str


class JsonPart(PartModel):
    """Structured output."""

    type: Literal["json"]
    value: Any


class TruncatedPart(PartModel):
    """A size limit cut off what followed; `text` is what could not be read of its end."""

    type: Literal["truncated"]
    text: str


class OtherPart(PartModel):
    """What is not understood, as it came."""

    type: Literal["other"]
    value: Any


Part = Annotated[
    TextPart
    | ReasoningPart
    | ToolCallPart
    | ToolResultPart
    | MediaPart
    | RefusalPart
    | JsonPart
    | TruncatedPart
    | OtherPart,
    Field(discriminator="type"),
]

ToolResultPart.model_rebuild()
MediaPart.model_rebuild()
