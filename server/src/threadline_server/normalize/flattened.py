"""Turn attributes flattened under a prefix, as in `llm.prompts.0.text`, back into lists and objects.

The outcome does not depend on the order in which attributes were sent: where one key is the
beginning of another, the shorter one is read and the longer stays an attribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from threadline_server.model.attributes import AttributeValue

ITEM_LIMIT = 10_000
"""Items beyond this many are not read; they stay attributes."""

PATH_LIMIT = 20
"""Names in a key after its item beyond which it is not read; no instrumentation comes near."""

_INDEX_DIGITS = 6
_PATHS_LIMIT = 20_000
_PATH_LENGTH = 200

Path = tuple[str, ...]

_paths: dict[str, Path] = {}
"""What keys were split into, kept because spans of one program repeat their keys."""


SHAPES_LIMIT = 1_000
SHAPED_KEYS = 100
"""How many shapes are remembered, each of at most so many keys: spans with more are hardly alike."""

_shapes: dict[tuple[str, tuple[str, ...]], list[Any]] = {}


class _Node(dict[str, Any]):
    """An object that keys are put together to."""


def _split(text: str) -> Path:
    found = _paths.get(text)
    if found is not None:
        return found
    path = tuple(text.split(".", PATH_LIMIT + 1))
    if len(text) <= _PATH_LENGTH:
        if len(_paths) >= _PATHS_LIMIT:
            _paths.clear()
        _paths[text] = path
    return path


def _is_index(name: str) -> bool:
    """Whether a name counts items: plain digits without zeros ahead, which would count twice."""
    return (
        name.isdigit()
        and name.isascii()
        and len(name) <= _INDEX_DIGITS
        and (name[0] != "0" or name == "0")
    )


def _placed(tree: _Node, path: Path, key: str) -> None:
    for name in path[1:-1]:
        inner = tree.get(name)
        if inner is None and name not in tree:
            inner = tree[name] = _Node()
        elif type(inner) is not _Node:
            return
        tree = inner
    tree[path[-1]] = key


def _listed(node: _Node) -> Any:
    """Objects whose names are all numbers become lists in the order of these numbers."""
    inner = {name: _listed(item) if type(item) is _Node else item for name, item in _ordered(node)}
    if inner and all(map(_is_index, inner)):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _ordered(node: _Node) -> Iterable[tuple[str, Any]]:
    """Who speaks first, then by name."""
    if len(node) < 2:
        return node.items()
    return sorted(node.items(), key=_rank)


def _rank(item: tuple[str, Any]) -> tuple[bool, str]:
    return item[0] != "role", item[0]


def unflattened(attributes: Mapping[str, AttributeValue], prefix: str) -> list[Any]:
    """The list that was flattened under `prefix`, as in `prefix0.role` and `prefix0.content`."""
    return [_filled(row, attributes) for row in _shape(tuple(attributes), prefix)]


def _shape(keys: tuple[str, ...], prefix: str) -> list[Any]:
    """What keys under a prefix become, with each key in the place of its value.

    It is kept where spans with the same keys may come.
    """
    found = _shapes.get((prefix, keys))
    if found is None:
        found = _listed_keys(keys, prefix)
        if len(keys) <= SHAPED_KEYS and all(len(key) <= _PATH_LENGTH for key in keys):
            if len(_shapes) >= SHAPES_LIMIT:
                _shapes.clear()
            _shapes[prefix, keys] = found
    return found


def _filled(shape: Any, attributes: Mapping[str, AttributeValue]) -> Any:
    """A shape with values in the place of keys."""
    if type(shape) is str:
        return attributes[shape]
    if type(shape) is dict:
        return {
            name: attributes[inner] if type(inner) is str else _filled(inner, attributes)
            for name, inner in shape.items()
        }
    return [_filled(inner, attributes) for inner in shape]


def _listed_keys(keys: Iterable[str], prefix: str) -> list[Any]:
    rows: dict[str, _Node] = {}
    size = len(prefix)
    for key in keys:
        if not key.startswith(prefix):
            continue
        path = _split(key[size:])
        index = path[0]
        if not 2 <= len(path) <= PATH_LIMIT + 1 or path == (index, ""):
            continue
        row = rows.get(index)
        if row is None:
            if not _is_index(index) or int(index) >= ITEM_LIMIT:
                continue
            row = rows[index] = _Node()
        _placed(row, path, key)
    return [_listed(rows[index]) for index in sorted(rows, key=int)]
