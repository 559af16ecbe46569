"""Turns messages as the REST interface gives them into the short form of a made capture's expect.json."""

from typing import Any

BEGINNING = "…"
"""How a text ends of which expect.json has the beginning alone."""
CARRIERS = ("agent", "llm", "tool", "retrieval", "embedding", "guardrail", "evaluator")
"""Types of spans that expect.json lists, each; the others only hold them together."""


def part_of(part: dict[str, Any]) -> Any:
    """Give one part: a text as itself, the others by what they are."""
    match part["type"]:
        case "text":
            return part["text"]
        case "reasoning":
            return {"reasoning": part["text"]}
        case "tool_call":
            return {"tool_call": part["name"], "arguments": part["arguments"], "id": part["id"]}
        case "tool_result":
            given = part["result"]
            if given is None:
                given = [part_of(inner) for inner in part.get("parts") or ()]
            return {"tool_result": given, "id": part["id"]}
        case "image":
            return {"image": part["media_type"], "is": part["data"] or part["url"]}
    return part


def told(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give messages as `{role: what is said}`, where that is one part without a list."""
    said = [(message["role"], [part_of(part) for part in message["parts"]]) for message in messages]
    return [{role: parts[0] if len(parts) == 1 else parts} for role, parts in said]


def alike(seen: Any, meant: Any) -> bool:
    """Whether what is seen is what is meant, of which a text may be its beginning alone."""
    if isinstance(meant, str) and meant.endswith(BEGINNING):
        return isinstance(seen, str) and seen.startswith(meant.removesuffix(BEGINNING))
    if isinstance(meant, dict) and isinstance(seen, dict):
        return seen.keys() == meant.keys() and all(alike(seen[key], meant[key]) for key in meant)
    if isinstance(meant, list) and isinstance(seen, list):
        return len(seen) == len(meant) and all(map(alike, seen, meant))
    return bool(seen == meant)


def shown(span: dict[str, Any]) -> dict[str, Any]:
    """Give what a span's document shows of the fields that expect.json may state."""
    messages = span["messages"]
    return {
        "type": span["type"],
        "status": "error" if span["status"] == "error" else "ok",
        "model": span["model"],
        "provider": span["provider"],
        "agent_name": span["agent_name"],
        "input_tokens": span["input_tokens"],
        "output_tokens": span["output_tokens"],
        "cache_read_tokens": span["cache_read_tokens"],
        "cache_write_tokens": span["cache_write_tokens"],
        "reasoning_tokens": span["reasoning_tokens"],
        "cost": span["cost_source"] or "unknown",
        "counted": span["usage_counted_by"] is None,
        "tool_name": span["tool_name"],
        "arguments": span["input"],
        "result": span["output"],
        "offered": [name_of(tool) for tool in span["tool_definitions"] or ()],
        "asked": told(messages["input"]) if messages else [],
        "answered": told(messages["output"]) if messages else [],
    }


def name_of(tool: Any) -> str | None:
    """Give a tool's name from its definition, whichever of its usual shapes that has."""
    if isinstance(tool, str):
        return tool
    inner = tool.get("function", tool)
    name = inner.get("name")
    return name if isinstance(name, str) else None
