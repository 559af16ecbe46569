"""Turns the Python SDK's signatures and docstrings into Markdown, without running it."""

import ast
import re
from collections.abc import Iterator

from bootstrap import ROOT

PACKAGE = ROOT / "sdk" / "python" / "src" / "threadline"
EXTRA_MODULES = ("testing",)
"""Public modules whose names are not in the package itself."""
WIDTH = 88
PREFACE = """\
Made from the docstrings by `make reference`. [The guide](python.md) tells how the parts go together.
"""
SECTIONS = {
    "Args": "",
    "Attributes": "",
    "Returns": "Gives",
    "Yields": "Yields",
    "Raises": "Raises",
    "Example": "",
    "Examples": "",
}
"""Sections of docstrings in Google's form, and how a page begins them."""

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _tree(module: str) -> ast.Module:
    path = PACKAGE.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text())


def _strings(node: ast.expr) -> list[str]:
    constants = [item.value for item in ast.walk(node) if isinstance(item, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


def _exports() -> dict[str, str]:
    """The module that each public name is defined in, in the order of `__all__`."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    origin: dict[str, str] = {}
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("threadline."):
            inner = str(node.module).removeprefix("threadline.")
            origin |= {alias.asname or alias.name: inner for alias in node.names}
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = _strings(node.value)
    return {name: origin[name] for name in names if name in origin}


def _definitions(tree: ast.Module) -> dict[str, Definition]:
    """Classes and functions by name; of overloads the last, which is the real one."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name: node for node in tree.body if isinstance(node, kinds)}


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef, bound: bool) -> list[str]:
    parsed = node.args
    parts: list[str] = []
    plain = [*parsed.posonlyargs, *parsed.args]
    defaults = [None] * (len(plain) - len(parsed.defaults)) + list(parsed.defaults)
    for number, (argument, default) in enumerate(zip(plain, defaults, strict=True)):
        parts.append(_parameter(argument, default))
        if number + 1 == len(parsed.posonlyargs):
            parts.append("/")
    if parsed.vararg:
        parts.append(f"*{_parameter(parsed.vararg, None)}")
    elif parsed.kwonlyargs:
        parts.append("*")
    parts += map(_parameter, parsed.kwonlyargs, parsed.kw_defaults)
    if parsed.kwarg:
        parts.append(f"**{_parameter(parsed.kwarg, None)}")
    return parts[1:] if bound else parts


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    said = argument.arg
    if argument.annotation is not None:
        said += f": {ast.unparse(argument.annotation)}"
    if default is None:
        return said
    return f"{said}{' = ' if argument.annotation else '='}{ast.unparse(default)}"


def _signature(name: str, parameters: list[str], returns: str) -> str:
    line = f"{name}({', '.join(parameters)}){returns}"
    if len(line) > WIDTH:
        inner = "".join(f"    {parameter},\n" for parameter in parameters)
        line = f"{name}(\n{inner}){returns}"
    return f"```text\n{line}\n```\n"


def _function(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef, bound: bool) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    prefix = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    return _signature(f"{prefix}{name}", _parameters(node, bound), returns)


def _sections(docstring: str) -> Iterator[tuple[str, str]]:
    """The parts of a docstring: the text under an empty name, then each section."""
    name = ""
    lines: list[str] = []
    for line in docstring.splitlines():
        heading = line.removesuffix(":")
        if line.endswith(":") and heading in SECTIONS:
            yield name, "\n".join(lines).strip("\n")
            name, lines = heading, []
        else:
            lines.append(line[4:] if name and line.startswith("    ") else line)
    yield name, "\n".join(lines).strip("\n")


def _flowing(text: str) -> str:
    """The text with one line for each paragraph; lists and code stay as they are."""
    parts = re.split(r"(```.*?```)", text, flags=re.DOTALL)
    for number in range(0, len(parts), 2):
        parts[number] = re.sub(r"(?<=\S)\n(?!\n|[-*] |\Z)\s*", " ", parts[number])
    return "".join(parts)


def _items(text: str) -> str:
    """`name: what it is`, one below the other, as a list."""
    rows: list[str] = []
    for line in text.splitlines():
        found = re.match(r"(\**\w[\w.]*)(?: \(.*?\))?: (.*)", line)
        if found:
            rows.append(f"- `{found[1]}`: {found[2]}")
        elif line.strip() and rows:
            rows[-1] += f" {line.strip()}"
    return "\n".join(rows)


def documented(docstring: str | None) -> str:
    """A docstring as Markdown."""
    parts: list[str] = []
    for name, text in _sections(docstring or ""):
        if not text:
            continue
        if name in ("Args", "Attributes"):
            parts.append(_items(text))
        elif name == "Raises":
            parts.append(f"Raises:\n\n{_items(text)}")
        else:
            begin = f"{SECTIONS[name]}: " if name and SECTIONS[name] else ""
            parts.append(begin + _flowing(text))
    return "\n\n".join(parts) + "\n" if parts else ""


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return {ast.unparse(decorator) for decorator in node.decorator_list}


def _is_enum(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).endswith("Enum") for base in node.bases)


def _with_bases(node: ast.ClassDef, tree: ast.Module) -> list[ast.stmt]:
    """The members of a class and, after them, of the bases that the package has for it."""
    origin = {
        alias.asname or alias.name: str(line.module).removeprefix("threadline.")
        for line in tree.body
        if isinstance(line, ast.ImportFrom) and str(line.module).startswith("threadline.")
        for alias in line.names
    }
    members = list(node.body)
    for base in map(ast.unparse, node.bases):
        if base in origin:
            members += getattr(_definitions(_tree(origin[base])).get(base), "body", [])
    return members


def _class(node: ast.ClassDef, tree: ast.Module) -> str:
    parts = [f"## {node.name}\n", documented(ast.get_docstring(node))]
    if _is_enum(node):
        members = [
            f"`{node.name}.{ast.unparse(item.targets[0])}` (`{ast.literal_eval(item.value)}`)"
            for item in node.body
            if isinstance(item, ast.Assign)
        ]
        parts.append(", ".join(members) + ".\n")
    for item in _with_bases(node, tree):
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            parts.insert(1, _function(node.name, item, bound=True))
        if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if item.name.startswith("_"):
            continue
        decorators = _decorators(item)
        if "overload" in decorators or any(name.endswith(".setter") for name in decorators):
            continue
        parts.append(f"### {node.name}.{item.name}\n")
        if "property" in decorators:
            returns = ast.unparse(item.returns) if item.returns else ""
            parts.append(f"```text\n{item.name}: {returns}\n```\n")
        else:
            parts.append(_function(item.name, item, bound="staticmethod" not in decorators))
        parts.append(documented(ast.get_docstring(item)))
    return "\n".join(part for part in parts if part)


def _described(name: str, node: Definition, tree: ast.Module) -> str:
    if isinstance(node, ast.ClassDef):
        return _class(node, tree)
    said = documented(ast.get_docstring(node))
    return f"## {name}\n\n{_function(name, node, bound=False)}\n{said}"


def python_reference() -> str:
    """The whole page."""
    parts = [
        "# Reference: Python\n",
        PREFACE,
    ]
    first = ("Laminar", "observe")
    exports = _exports()
    order = [*first, *(name for name in exports if name not in first)]
    for name in order:
        tree = _tree(exports[name])
        node = _definitions(tree).get(name)
        if node is not None:
            parts.append(_described(name, node, tree))
    for module in EXTRA_MODULES:
        tree = _tree(module)
        parts.append(f"# threadline.{module}\n\n{documented(ast.get_docstring(tree))}")
        public = {n: d for n, d in _definitions(tree).items() if not n.startswith("_")}
        parts += [_described(name, node, tree) for name, node in public.items()]
    return "\n".join(parts)


def python_settings() -> str:
    """The table of `threadline.settings.SETTINGS`."""
    from threadline.settings import SETTINGS

    rows = ["| argument | variable | default | |", "|---|---|---|---|"]
    for setting in SETTINGS:
        argument = "" if setting.name.startswith("(") else f"`{setting.name}`"
        variable = f"`{setting.environment}`" if setting.environment else ""
        rows.append(f"| {argument} | {variable} | {setting.default} | {setting.meaning} |")
    return "\n".join(rows) + "\n"
