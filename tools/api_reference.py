"""Turns the docstrings and types of both SDKs into their reference pages.

`python tools/api_reference.py` writes `docs/sdk/reference-*.md`, and the settings tables of the two
guides; with `--check` it only compares, and ends with status 1 where a page says otherwise.
"""

import sys

from api_reference_python import python_reference, python_settings
from api_reference_typescript import typescript_modules, typescript_reference, typescript_settings
from bootstrap import ROOT

PAGES = ROOT / "docs" / "sdk"
BEGIN, END = "<!-- settings: begin -->\n", "<!-- settings: end -->"


def with_settings(guide: str, table: str) -> str:
    """The guide with the table between its marks."""
    before, _, rest = guide.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table}{END}{after}"


def pages() -> dict[str, str]:
    """Every page that is made here, by its name."""
    modules = typescript_modules()
    guides = {name: (PAGES / name).read_text() for name in ("python.md", "typescript.md")}
    return {
        "reference-python.md": python_reference(),
        "reference-typescript.md": typescript_reference(modules),
        "python.md": with_settings(guides["python.md"], python_settings()),
        "typescript.md": with_settings(guides["typescript.md"], typescript_settings(modules)),
    }


def main() -> None:
    """Write the pages, or compare them."""
    stale = []
    for name, text in pages().items():
        if "--check" not in sys.argv[1:]:
            (PAGES / name).write_text(text)
        elif (PAGES / name).read_text() != text:
            stale.append(f"docs/sdk/{name}")
    if stale:
        sys.exit(f"{', '.join(stale)} say otherwise than the SDKs. Run: make reference")


if __name__ == "__main__":
    main()
