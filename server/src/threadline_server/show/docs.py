"""Turn the OpenAPI document into one page of plain HTML that needs no script and no network."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

Document = dict[str, Any]

_STYLE = """
:root { color-scheme: light dark; }
body { font: 14px/1.55 ui-sans-serif, system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1.5rem; }
h2 { font-size: 1rem; margin: 2.2rem 0 .3rem; border-top: 1px solid #8884; padding-top: 1rem; }
code, td:first-child { font-family: ui-monospace, monospace; font-size: .92em; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; }
td { border-bottom: 1px solid #8883; padding: .25rem .8rem .25rem 0; vertical-align: top; }
td:first-child { width: 15rem; white-space: nowrap; }
details { margin: .3rem 0; }
summary { cursor: pointer; }
"""

_INTRODUCTION = """
The same as a document for programs: <a href="openapi.json">openapi.json</a>. Times are ISO-8601 in
UTC with nine decimals, durations milliseconds, costs US dollars; null is unknown or absent. An
answer that is no success is
<code>{&quot;error&quot;: {&quot;code&quot;, &quot;message&quot;, &quot;hint&quot;}}</code>.
"""


def _text(value: object) -> str:
    return html.escape(str(value))


def _kind(schema: Document) -> str:
    """What a schema holds, in few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(dict.fromkeys(_kind(each) for each in schema[key]))
    if "enum" in schema or "const" in schema:
        return " | ".join(str(each) for each in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return str(schema.get("type", "any"))


def _table(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    yield "<table>"
    for name, kind, said in rows:
        yield f"<tr><td>{_text(name)}</td><td>{_text(kind)}</td><td>{_text(said)}</td></tr>"
    yield "</table>"


def _parameters(call: Document) -> Iterator[str]:
    rows = [
        (each["name"], _kind(each.get("schema", {})), each.get("description", ""))
        for each in call.get("parameters", ())
    ]
    if rows:
        yield from _table(rows)


def _answer(call: Document, schemas: Document) -> Iterator[str]:
    content = call.get("responses", {}).get("200", {}).get("content", {})
    for media_type, each in content.items():
        name = _kind(each.get("schema", {}))
        schema = schemas.get(name, {})
        yield f"<details><summary>answers <code>{_text(media_type)}</code> {_text(name)}</summary>"
        yield from _fields(schema, schemas)
        yield "</details>"


def _fields(schema: Document, schemas: Document) -> Iterator[str]:
    rows = []
    nested = []
    for name, each in schema.get("properties", {}).items():
        kind = _kind(each)
        rows.append((name, kind, each.get("description", "")))
        inner = kind.removesuffix("[]")
        if inner in schemas:
            nested.append(inner)
    if schema.get("description"):
        yield f"<p>{_text(schema['description'])}</p>"
    yield from _table(rows)
    for inner in dict.fromkeys(nested):
        yield f"<details><summary>{_text(inner)}</summary>"
        yield from _fields(schemas[inner], schemas)
        yield "</details>"


def _calls(document: Document) -> Iterator[str]:
    schemas = document.get("components", {}).get("schemas", {})
    for path, methods in document.get("paths", {}).items():
        for method, call in methods.items():
            yield f"<h2><code>{_text(method.upper())} {_text(path)}</code></h2>"
            yield f"<p>{_text(call.get('description', ''))}</p>"
            yield from _parameters(call)
            yield from _answer(call, schemas)


def docs_page(document: Document) -> str:
    """The calls of an OpenAPI document with their parameters and answers."""
    title = _text(document.get("info", {}).get("title", ""))
    version = _text(document.get("info", {}).get("version", ""))
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f"<title>{title}: calls</title><style>{_STYLE}</style></head><body>",
            f"<h1>{title} {version}</h1>",
            f"<p>{_INTRODUCTION}</p>",
            *_calls(document),
            "</body></html>",
        ]
    )


def docs_route(openapi: Callable[[], Document]) -> Route:
    """The route /docs."""

    async def docs(_: Request) -> Response:
        return HTMLResponse(docs_page(openapi()))

    return Route("/docs", docs)
