"""Turns the TypeScript SDK's types and comments into Markdown, by TypeScript's own compiler."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from bootstrap import ROOT
from node import BIN, node_environment

PACKAGE = ROOT / "sdk" / "typescript"
ENTRIES = {
    "src/index.ts": "threadline",
    "src/middleware.ts": "threadline/middleware",
    "src/testing.ts": "threadline/testing",
}
"""What a program can import, by the file that it comes from."""
SETTINGS = "src/settings.ts"
PREFACE = """\
Made from the sources by `make reference`. [The guide](typescript.md) tells how the parts go together.
"""

Described = dict[str, Any]


def typescript_modules() -> dict[str, list[Described]]:
    """The exports of each file, with signatures and comments."""
    program = Path(__file__).with_name("api_reference.mjs")
    entries = [entry for entry in (*ENTRIES, SETTINGS) if (PACKAGE / entry).exists()]
    done = subprocess.run(
        [str(BIN / "node"), str(program), str(PACKAGE), *entries],
        env=node_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    modules: dict[str, list[Described]] = json.loads(done.stdout)
    return modules


def _plain(text: str) -> str:
    """A comment's text, its links as code."""
    return re.sub(r"\{@link ([^}|]+?)(?:\s*\|[^}]*)?\}", r"`\1`", text).replace("\\@", "@").strip()


def _flowing(text: str) -> str:
    return re.sub(r"(?<=\S)\n(?!\n|[-*] |\Z)\s*", " ", _plain(text))


def _documented(comment: Described) -> str:
    parts = [_flowing(comment["text"])] if comment["text"] else []
    parameters, rest = [], []
    for tag in comment["tags"]:
        text = tag["text"]
        if tag["tag"] == "param" and tag["name"]:
            parameters.append(f"- `{tag['name']}`: {_flowing(text)}")
        elif tag["tag"] == "returns":
            rest.append(f"Gives: {_flowing(text)}")
        elif tag["tag"] == "throws":
            rest.append(f"Throws: {_flowing(text)}")
        elif tag["tag"] == "example":
            code = _plain(text)
            rest.append(code if code.startswith("```") else f"```ts\n{code}\n```")
    if parameters:
        parts.append("\n".join(parameters))
    return "\n\n".join([*parts, *rest]) + "\n" if parts or rest else ""


def _code(signature: str) -> str:
    return f"```ts\n{_dedented(signature)}\n```\n"


def _dedented(text: str) -> str:
    """The declaration as if its first line began at the margin."""
    first, *others = text.splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in others if line.strip()), default=0)
    margin = margin if others and others[-1][margin : margin + 1] in (")", "}", ">", "") else 0
    return "\n".join([first, *(line[margin:] for line in others)])


def _entry(described: Described) -> str:
    name, kind = described["name"], described["kind"]
    parts = [f"## {name}\n"]
    if described["signature"]:
        parts.append(_code(described["signature"]))
    parts.append(_documented(described["comment"]))
    if kind == "class":
        for member in described["members"]:
            parts.append(f"### {name}.{member['name']}\n")
            parts += [_code(member["signature"]), _documented(member["comment"])]
    elif described["members"]:
        rows = [
            f"| `{_cell(member['signature'])}` | {_cell(_flowing(member['comment']['text']))} |"
            for member in described["members"]
        ]
        parts.append("\n".join(["| member | |", "|---|---|", *rows]) + "\n")
    return "\n".join(part for part in parts if part)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def typescript_reference(modules: dict[str, list[Described]]) -> str:
    """The whole page."""
    parts = [
        "# Reference: TypeScript\n",
        PREFACE,
    ]
    seen: set[str] = set()
    first = ("Laminar", "observe")
    for entry, module in ENTRIES.items():
        found = [each for each in modules.get(entry, []) if each["name"] not in seen]
        if not found:
            continue
        seen |= {each["name"] for each in found}
        found.sort(key=lambda each: first.index(each["name"]) if each["name"] in first else 2)
        parts.append(f'# `import … from "{module}"`\n')
        parts += [_entry(each) for each in found]
    return "\n".join(parts)


def typescript_settings(modules: dict[str, list[Described]]) -> str:
    """The table of what `Laminar.initialize` takes, each with what its comment says."""
    (described,) = [each for each in modules[SETTINGS] if each["name"] == "SettingsArguments"]
    rows = ["| argument | variable | default | |", "|---|---|---|---|"]
    for member in described["members"]:
        text = _flowing(member["comment"]["text"])
        variable = re.search(r"\bEnvironment: (\w+)", text)
        default = re.search(r"\bDefault: (.+?)\.(?:\s|$)", text)
        meaning = re.sub(r"\s*\b(?:Environment|Default): .+?\.(?=\s|$)", "", text)
        rows.append(
            f"| `{member['name']}` | {f'`{variable[1]}`' if variable else ''} | "
            f"{_cell(default[1]) if default else ''} | {_cell(meaning)} |"
        )
    return "\n".join(rows) + "\n"
