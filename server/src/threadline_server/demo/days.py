"""Put real dates where a story says how many days away they are: `{{-7 long}}`, `{{+2 iso}}`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

Value = TypeVar("Value")

MARK = re.compile(r"\{\{([+-]\d+) (\w+)\}\}")

FORMATS: dict[str, Callable[[date], str]] = {
    "iso": lambda day: day.isoformat(),
    "long": lambda day: f"{day:%A} {day.day} {day:%B}",
    "short": lambda day: f"{day:%a} {day.day} {day:%b}",
    "weekday": lambda day: f"{day:%A}",
    "week": lambda day: f"{day.isocalendar().year}-W{day.isocalendar().week:02}",
}
"""How a story may write a day."""


def dated(value: Value, today: date) -> Value:
    """The same story with every mark replaced, however deep it stands."""
    return _dated(value, today)  # type: ignore[no-any-return]  # the recursion keeps each type


def _dated(value: Any, today: date) -> Any:
    if isinstance(value, str):
        return MARK.sub(lambda mark: _written(mark, today), value) if "{{" in value else value
    if isinstance(value, tuple | list):
        return type(value)(_dated(item, today) for item in value)
    if isinstance(value, Mapping):
        return {_dated(key, today): _dated(item, today) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: _dated(getattr(value, f.name), today) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


def _written(mark: re.Match[str], today: date) -> str:
    return FORMATS[mark[2]](today + timedelta(days=int(mark[1])))
