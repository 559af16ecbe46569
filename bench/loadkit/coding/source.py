"""Turns a random stream into source code, new each time, that compresses as people's code does.

Within one file the same names come back, as they do where people write; from file to file they are
others. zlib makes 10-50 kB of it three to five times smaller.
"""

from __future__ import annotations

import random
from itertools import accumulate

from .words import ADJECTIVES, GLUE, NOUNS, VERBS


class Weighted:
    """A list whose first members are drawn more often, as words are in a language."""

    def __init__(self, members: list[str], flatness: int) -> None:
        self._members = members
        self._sums = list(accumulate(1 / (rank + flatness) for rank in range(len(members))))

    def draw(self, r: random.Random, count: int) -> list[str]:
        """So many members, with repetition."""
        return r.choices(self._members, cum_weights=self._sums, k=count)


class Names:
    """What one file calls things: a vocabulary of its own that grows while the file is written."""

    GROWTH = 0.16

    def __init__(self, r: random.Random) -> None:
        self._r = r
        self._nouns = Weighted(r.sample(NOUNS, 180), 6)
        self._verbs = Weighted(r.sample(VERBS, 80), 4)
        self._adjectives = Weighted(r.sample(ADJECTIVES, 60), 4)
        glue = GLUE.copy()
        self._prose = Weighted([*glue, *r.sample(NOUNS, 150), *r.sample(ADJECTIVES, 60)], 12)
        self._known: list[str] = [self._fresh() for _ in range(12)]
        self._functions: list[str] = [self._fresh_function() for _ in range(6)]
        self._types: list[str] = [self._fresh_type() for _ in range(4)]

    def _fresh(self) -> str:
        words = self._nouns.draw(self._r, self._r.choice((1, 1, 2, 2, 3)))
        if self._r.random() < 0.3:
            words[:1] = self._adjectives.draw(self._r, 1)
        return "_".join(dict.fromkeys(words))

    def _fresh_function(self) -> str:
        return "_".join(
            self._verbs.draw(self._r, 1) + self._nouns.draw(self._r, self._r.choice((1, 1, 2)))
        )

    def _fresh_type(self) -> str:
        return "".join(
            word.title() for word in self._nouns.draw(self._r, self._r.choice((1, 2, 2)))
        )

    def _one_of(self, known: list[str], fresh) -> str:
        if self._r.random() < self.GROWTH:
            known.append(fresh())
            return known[-1]
        # What was named lately is spoken of most.
        return known[-1 - int(len(known) * self._r.random() ** 2)]

    def name(self) -> str:
        """A variable or field."""
        return self._one_of(self._known, self._fresh)

    def function(self) -> str:
        """A function or method."""
        return self._one_of(self._functions, self._fresh_function)

    def type(self) -> str:
        """A class or type."""
        return self._one_of(self._types, self._fresh_type)

    def prose(self, count: int) -> str:
        """So many words, as in a comment or a message."""
        return " ".join(self._prose.draw(self._r, count))


class Writer:
    """Writes one file of source code."""

    INDENT = "    "

    def __init__(self, r: random.Random, names: Names | None = None) -> None:
        self.r = r
        self.names = names or Names(r)
        self.lines: list[str] = []
        self.size = 0

    def write(self, size: int) -> list[str]:
        """Lines of at least so many characters together."""
        self._imports()
        while self.size < size:
            if self.r.random() < 0.3:
                self._class()
            else:
                self._function(0)
        return self.lines

    def _put(self, depth: int, text: str) -> None:
        line = self.INDENT * depth + text if text else ""
        self.lines.append(line)
        self.size += len(line) + 1

    def _number(self) -> str:
        r = self.r
        return r.choice(
            (
                str(r.randrange(10)),
                str(r.randrange(1000)),
                f"{r.random() * 10:.2f}",
                hex(r.getrandbits(16)),
                str(2 ** r.randrange(4, 20)),
            )
        )

    def _text(self) -> str:
        names, pick = self.names, self.r.random()
        if pick < 0.4:
            return f'"{names.name()}"'
        if pick < 0.6:
            return f'"{names.name()}.{names.name()}"'
        if pick < 0.75:
            return self._formatted()
        return f'"{names.prose(self.r.randrange(2, 9))}"'

    def _formatted(self) -> str:
        return f'f"{self.names.prose(self.r.randrange(1, 5))} {{{self._path()}}} {self.names.prose(self.r.randrange(1, 4))}"'

    def _path(self) -> str:
        names = self.names
        return ".".join(names.name() for _ in range(self.r.choice((1, 1, 1, 2, 2, 3))))

    def _arguments(self, depth: int) -> str:
        named = [
            f"{self.names.name()}={self._value(depth + 1)}"
            for _ in range(self.r.choice((0, 0, 1, 2)))
        ]
        return ", ".join(
            [self._value(depth + 1) for _ in range(self.r.choice((0, 1, 1, 2)))] + named
        )

    def _call(self, depth: int = 0) -> str:
        owner = f"{self._path()}." if self.r.random() < 0.6 else ""
        return f"{owner}{self.names.function()}({self._arguments(depth)})"

    def _value(self, depth: int = 0) -> str:
        pick = self.r.random()
        if depth > 2 or pick < 0.34:
            return self._path()
        if pick < 0.46:
            return self._number()
        if pick < 0.6:
            return self._text()
        if pick < 0.8:
            return self._call(depth)
        if pick < 0.88:
            return f"{self._path()} {self.r.choice('+-*/%')} {self._value(depth + 1)}"
        if pick < 0.94:
            return f"{self._path()}[{self._value(depth + 1)}]"
        return f"{self.names.type()}({self._arguments(depth)})"

    def _condition(self) -> str:
        pick = self.r.random()
        if pick < 0.3:
            return f"{self._path()} is {self.r.choice(('None', 'not None'))}"
        if pick < 0.6:
            return f"{self._path()} {self.r.choice(('==', '!=', '<', '>=', 'in', 'not in'))} {self._value(1)}"
        if pick < 0.75:
            return f"not {self._path()}"
        return f"{self._call(1)} {self.r.choice(('and', 'or'))} {self._path()}"

    def _imports(self) -> None:
        self._put(0, f'"""{self.names.prose(self.r.randrange(6, 18)).capitalize()}."""')
        self._put(0, "")
        for _ in range(self.r.randrange(4, 14)):
            members = ", ".join(sorted({self.names.type() for _ in range(self.r.randrange(1, 4))}))
            self._put(0, f"from {self.names.name()}.{self.names.name()} import {members}")
        self._put(0, "")

    def _class(self) -> None:
        self._put(0, "")
        self._put(0, f"class {self.names.type()}({self.names.type()}):")
        self._put(1, f'"""{self.names.prose(self.r.randrange(5, 24)).capitalize()}."""')
        self._put(0, "")
        for _ in range(self.r.randrange(0, 7)):
            self._put(1, f"{self.names.name()}: {self.names.type()} = {self._value(1)}")
        for _ in range(self.r.randrange(2, 8)):
            self._function(1)

    def _function(self, depth: int) -> None:
        names, r = self.names, self.r
        given = ["self"] if depth else []
        given += [f"{names.name()}: {names.type()}" for _ in range(r.randrange(0, 4))]
        self._put(0, "")
        self._put(depth, f"def {names.function()}({', '.join(given)}) -> {names.type()}:")
        if r.random() < 0.6:
            self._put(depth + 1, f'"""{names.prose(r.randrange(4, 20)).capitalize()}."""')
        self._block(depth + 1, r.randrange(2, 12))
        self._put(depth + 1, f"return {self._value()}")

    def _block(self, depth: int, count: int) -> None:
        for _ in range(count):
            self._statement(depth)

    def _statement(self, depth: int) -> None:
        r, pick = self.r, self.r.random()
        if pick < 0.09:
            self._put(depth, f"# {self.names.prose(r.randrange(4, 14)).capitalize()}.")
        if pick < 0.42:
            self._put(depth, f"{self._path()} = {self._value()}")
        elif pick < 0.62:
            self._put(depth, self._call())
        elif pick < 0.66:
            self._put(depth, f"raise {self.names.type()}({self._formatted()})")
        elif pick < 0.7:
            self._table(depth)
        elif pick < 0.75:
            self._put(
                depth,
                f"{self.names.name()} = [{self._value(1)} for {self.names.name()} in {self._call(1)} if {self._condition()}]",
            )
        elif depth < 5:
            self._branch(depth)
        else:
            self._put(depth, f"return {self._value(1)}")

    def _table(self, depth: int) -> None:
        self._put(depth, f"{self.names.name()} = {{")
        for _ in range(self.r.randrange(2, 7)):
            self._put(depth + 1, f"{self._text()}: {self._value(1)},")
        self._put(depth, "}")

    def _branch(self, depth: int) -> None:
        r, pick = self.r, self.r.random()
        if pick < 0.55:
            self._put(depth, f"if {self._condition()}:")
            self._block(depth + 1, r.randrange(1, 4))
            if r.random() < 0.3:
                self._put(depth, "else:")
                self._block(depth + 1, r.randrange(1, 3))
        elif pick < 0.8:
            self._put(depth, f"for {self.names.name()} in {self._call(1)}:")
            self._block(depth + 1, r.randrange(1, 5))
        elif pick < 0.9:
            self._put(depth, f"with {self._call(1)} as {self.names.name()}:")
            self._block(depth + 1, r.randrange(1, 4))
        else:
            self._put(depth, "try:")
            self._block(depth + 1, r.randrange(1, 4))
            self._put(depth, f"except {self.names.type()} as {self.names.name()}:")
            self._block(depth + 1, r.randrange(1, 3))
