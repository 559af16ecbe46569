"""Find what was said in the text that Python shows for an object, which LlamaIndex sends."""

from __future__ import annotations

import ast
import re

_TEXT = re.compile(r"""\btext=('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""")
_OBJECT = re.compile(r"[A-Z]\w{0,99}\(")
_EMPTY = re.compile(r"\w+Event\(\)")
_LONGEST = 100_000


def is_empty_event(text: str) -> bool:
    """Whether it is an event of a workflow that carries nothing."""
    return text.endswith("Event()") and _EMPTY.fullmatch(text) is not None


def represented(text: str, role: str) -> str | None:
    """The text that a shown message holds: of several that a person was last to say, or the first
    of what a model answered; None where it is no such object.
    """
    if _OBJECT.match(text) is None or "TextBlock(" not in text:
        return None
    quoted = _TEXT.findall(text[:_LONGEST])
    if not quoted:
        return None
    try:
        said = ast.literal_eval(quoted[-1 if role == "user" else 0])
    except (SyntaxError, ValueError):
        return None
    return said if isinstance(said, str) and said.strip() else None
