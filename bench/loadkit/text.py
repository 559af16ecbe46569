"""Turns a random stream into text over a made-up vocabulary."""

from __future__ import annotations

import random
from itertools import accumulate

from .vocabulary import SYLLABLES


class Text:
    """Lorem-like text over a Zipf-weighted vocabulary of 6000 made-up words."""

    def __init__(self, seed: int):
        r = random.Random(f"vocabulary:{seed}")
        words: dict[str, None] = {}
        while len(words) < 6000:
            words["".join(r.choices(SYLLABLES, k=r.choice((1, 2, 2, 3, 3, 4))))] = None
        self.words = list(words)
        self.cum = list(accumulate(1 / (i + 3) for i in range(len(self.words))))
        self.mean = 7.0  # bytes per word with its space, close enough to aim by

    def make(self, r: random.Random, size: int) -> str:
        ws = r.choices(self.words, cum_weights=self.cum, k=max(3, int(size / self.mean)))
        for i in range(r.randrange(8, 16), len(ws), 13):
            ws[i] += r.choice((".", ",", ".\n", ";", ":"))
        return " ".join(ws)
