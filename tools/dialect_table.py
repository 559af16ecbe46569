"""Turns the dialects that the server reads into `docs/dialects.md`: which attribute means what.

`python tools/dialect_table.py` writes the page; with `--check` it only compares, and ends with status
1 where the page says otherwise.
"""

import sys
from collections.abc import Iterable

from bootstrap import ROOT
from threadline_server.normalize.dialects import DIALECTS
from threadline_server.normalize.dialects.dialect import Dialect
from threadline_server.normalize.meaning import Meaning
from threadline_server.normalize.session import CONVERSATION_KEYS, SESSION_KEYS, USER_KEYS
from threadline_server.normalize.source import Compound

PAGE = ROOT / "docs" / "dialects.md"
BEFORE = """\
# Dialects

Which attribute of a span means what, made from the server's own tables by `make reference`. Within a dialect, and between dialects in the order of
this page, the first attribute that says something of use is believed; tags and metadata are joined. What is not listed is kept and shown as an
attribute. A key that ends in `*` begins many: messages, definitions and metadata that are flattened.
"""
IDENTITY = """
## Session, conversation and user

The strongest first, of span attributes before those of scope and resource. A conversation counts as the session only where no span of the
trace has a session key.

| | |
|---|---|
"""


def row(name: str, keys: Iterable[str]) -> str:
    """One row of a table: a meaning and the attributes that carry it."""
    return f"| {name} | {', '.join(f'`{key}`' for key in keys)} |\n"


def spoken(meaning: Meaning) -> str:
    """A meaning in words."""
    return meaning.name.lower().replace("_", " ")


def keys_of(dialect: Dialect) -> dict[Meaning, list[str]]:
    """The keys of each meaning that a dialect has, the strongest first."""
    found: dict[Meaning, list[str]] = {}
    for source in dialect.sources:
        meanings = source.meanings if isinstance(source, Compound) else (source.meaning,)
        for meaning in meanings:
            if source.key not in found.setdefault(meaning, []):
                found[meaning].append(source.key)
    return found


def section(dialect: Dialect) -> str:
    """What one dialect's attributes mean."""
    text = f"\n## {dialect.title}\n\n| | |\n|---|---|\n"
    for meaning, keys in sorted(keys_of(dialect).items()):
        text += row(spoken(meaning), keys)
    read_whole = [*dialect.message_keys, *(f"{prefix}*" for prefix in dialect.flattened)]
    if read_whole:
        text += row("messages, payloads, definitions", read_whole)
    if dialect.metadata_prefixes:
        text += row("metadata, by name", [f"{prefix}*" for prefix in dialect.metadata_prefixes])
    return text


def page() -> str:
    """The whole page."""
    identity = row("session", SESSION_KEYS) + row("conversation", CONVERSATION_KEYS)
    identity += row("user", USER_KEYS)
    return BEFORE + IDENTITY + identity + "".join(map(section, DIALECTS))


def main() -> None:
    """Write the page, or compare it."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page())
    elif not PAGE.is_file() or PAGE.read_text() != page():
        sys.exit("docs/dialects.md says otherwise than the server. Run: make reference")


if __name__ == "__main__":
    main()
