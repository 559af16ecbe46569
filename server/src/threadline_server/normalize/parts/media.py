"""Read images, audio and files wherever a provider puts their bytes, address, type and name."""

from __future__ import annotations

import base64
import re
from typing import Any

from threadline_server.normalize.parts.fields import Fields, Nested, Part, put_back, take, take_text

_HOLDERS = (
    "source", "image_url", "input_audio", "audio_url", "video_url", "document_url", "file",
    "image", "audio", "video", "document", "data", "inline_data", "inlineData", "file_data",
    "fileData", "s3Location", "url",
)  # fmt: skip
"""Fields that hold an object with the fields looked for, in one provider or the other."""
_DATA = (
    "data", "base64", "file_data", "bytes", "image", "audio", "document", "video", "file",
    "image_data", "base64_image", "b64_json", "content", "input_audio",
)  # fmt: skip
_ADDRESS = (
    "url", "uri", "file_uri", "fileUri", "file_url", "image_url", "audio_url", "video_url",
    "document_url",
)  # fmt: skip
_MEDIA_TYPE = (
    "media_type", "mime_type", "mimeType", "mediaType", "image_mimetype", "audio_mimetype",
    "document_mimetype", "format",
)  # fmt: skip
_NAME = (
    "filename", "file_name", "fileName", "displayName", "display_name", "document_name", "title",
    "name",
)  # fmt: skip
_HELD_DEPTH = 4

_FORMATS = {
    "mp3": "audio/mpeg",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Media types of formats by their short names, where kind and name together are not the type."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,15}://")


def image(fields: Fields, nested: Nested) -> Part | None:
    """An image."""
    return _media(fields, nested, "image")


def audio(fields: Fields, nested: Nested) -> Part | None:
    """Something that was said or heard; of an answer there is a transcript beside it."""
    return _media(fields, nested, "audio")


def video(fields: Fields, nested: Nested) -> Part | None:
    """A film, which is a file of its type."""
    return _media(fields, nested, "video")


def file(fields: Fields, nested: Nested) -> Part | None:
    """A file or document, which may be an image or audio by its type."""
    return _media(fields, nested, "file")


def _media(fields: Fields, nested: Nested, kind: str) -> Part | None:
    found: Part = {}
    _gather(fields, found, nested, _HELD_DEPTH)
    if not found.keys() & {"data", "url", "file_id", "text", "parts"}:
        return None
    media_type = _media_type(found.get("media_type"), kind)
    stated = fields.get("modality")
    kind = stated if stated in ("image", "audio") and kind == "file" else kind
    if stated in (kind, "video"):
        del fields["modality"]
    kind = _kind(kind, media_type)
    part: Part = {
        "type": kind,
        "media_type": media_type,
        "data": found.get("data"),
        "url": found.get("url"),
    }
    for name in ("name", "file_id", "text", "parts", "transcript"):
        if name in found:
            part[name] = found[name]
    return part


def _kind(kind: str, media_type: str | None) -> str:
    """An image that came as a file is an image; a film is a file."""
    if kind in ("file", "video"):
        family = (media_type or "").partition("/")[0]
        return family if family in ("image", "audio") else "file"
    return kind


def _gather(fields: Fields, found: Part, nested: Nested, depth: int) -> None:
    """Take what says something of the file out of the fields, the innermost first."""
    for name in _HOLDERS if depth else ():
        held = fields.get(name)
        if type(held) is dict:
            inner = dict(held)
            _gather(inner, found, nested, depth - 1)
            put_back(fields, name, inner)
            break
    _take_bytes(fields, found, nested)
    for name, names in (
        ("file_id", ("file_id", "fileId")),
        ("media_type", _MEDIA_TYPE),
        ("name", _NAME),
        ("transcript", ("transcript",)),
    ):
        if name not in found and (said := take_text(fields, *names)):
            found[name] = said


def _take_bytes(fields: Fields, found: Part, nested: Nested) -> None:
    """Take the bytes, or the address, or the text in place of bytes."""
    if found.keys() & {"data", "url", "text", "parts"}:
        return
    if fields.get("type") in ("text", "content") or "text" in fields:
        _take_text(fields, found, nested)
        return
    for name in (*_DATA, *_ADDRESS):
        value = fields.get(name)
        if type(value) is bytes:
            found["data"] = base64.b64encode(value).decode()
        elif type(value) is dict and type(stored := value.get("$bytes")) is str and len(value) == 1:
            found["data"] = stored
        elif type(value) is str and value:
            _place(value, found, address=name in _ADDRESS)
        elif name == "content" and type(value) is list:
            found["parts"] = nested(value)
        else:
            continue
        del fields[name]
        break
    if fields.get("type") in ("base64", "url", "file", "id", "data"):
        del fields["type"]


def _take_text(fields: Fields, found: Part, nested: Nested) -> None:
    """A document that came as text or as parts, not as bytes."""
    fields.pop("type", None)
    if (said := take_text(fields, "text", "data", "content")) is not None:
        found["text"] = said
    elif isinstance(fields.get("content"), list):
        found["parts"] = nested(take(fields, "content"))


def _place(value: str, found: Part, address: bool) -> None:
    """A data address carries its bytes; any other only says where they are."""
    if value.startswith("data:") and "," in value[:300]:
        head, data = value[5:].split(",", 1)
        if head.endswith(";base64"):
            found["data"] = data
            media_type, _, parameters = head.removesuffix(";base64").partition(";")
            if media_type:
                found["media_type"] = f"{media_type};{parameters}" if parameters else media_type
            return
        address = True
    found["url" if address or _SCHEME.match(value) else "data"] = value


def _media_type(stated: Any, kind: str) -> str | None:
    """A media type, also where only a format is stated: `wav` of audio."""
    if not isinstance(stated, str) or "/" in stated:
        return stated if isinstance(stated, str) else None
    short = stated.lower()
    if short in _FORMATS:
        return _FORMATS[short]
    return f"application/{short}" if kind == "file" else f"{kind}/{short}"
