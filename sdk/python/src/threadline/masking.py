"""Turn texts into the same texts without keys, e-mail addresses and card numbers.

The expressions, their order and what they make of texts are shared with the TypeScript SDK
(`conformance/sdk/masking.json`). Each takes time linear in the text: what repeats without a bound
either cannot begin within itself (a lookbehind excludes its own characters) or ends at a character
that it excludes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from threadline.guard import warn_once

FAILED = "masking failed"
"""Stands, in brackets, for a value whose hook raised or gave no string."""

IDENTITY_KEYS = frozenset(
    {
        "session.id",
        "langfuse.session.id",
        "lmnr.association.properties.session_id",
        "traceloop.association.properties.session_id",
        "langsmith.metadata.session_id",
        "ai.telemetry.metadata.sessionId",
        "ai.telemetry.metadata.session_id",
        "mlflow.trace.session",
        "langsmith.metadata.conversation_id",
        "langsmith.metadata.thread_id",
        "ai.telemetry.metadata.threadId",
        "traceloop.association.properties.thread_id",
        "traceloop.association.properties.conversation_id",
        "thread_id",
        "gen_ai.conversation.id",
        "user.id",
        "langfuse.user.id",
        "lmnr.association.properties.user_id",
        "traceloop.association.properties.user_id",
        "langsmith.metadata.user_id",
        "ai.telemetry.metadata.userId",
        "ai.telemetry.metadata.user_id",
        "mlflow.trace.user",
        "enduser.id",
        "lmnr.event.session_id",
        "lmnr.event.user_id",
    }
)
"""Attributes that name a session or a user: their marks carry a hash, so that people stay apart."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One regular expression of a pattern.

    Attributes:
        name: what it finds.
        hints: literals of which one stands in every text that the expression matches; a search for
            them spares most texts the expression. Empty: every text is searched.
        source: the expression, with one meaning in Python and in JavaScript.
    """

    name: str
    hints: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A named pattern: its mark, and its expressions in the order of their turn."""

    mark: str
    expressions: tuple[Expression, ...]


PATTERNS = {
    "keys": Pattern(
        "key",
        (
            Expression(
                "private key",
                ("PRIVATE KEY",),
                r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
                r"[^\x22-]*(?:-(?!----)[^\x22-]*)*"
                r"(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?",
            ),
            Expression(
                "JSON Web Token",
                ("eyJ",),
                r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}"
                r"\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
            ),
            Expression(
                "model provider",
                ("sk-", "pk-", "gsk_", "xai-", "hf_", "r8_", "pplx-", "lsv2_"),
                r"(?<![A-Za-z0-9])(?:(?:[sp]k-|gsk_|xai-|hf_|r8_|pplx-|lsv2_[a-z]{2}_)"
                r"(?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9_-]{20,})",
            ),
            Expression(
                "code host",
                ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "npm_", "pypi-"),
                r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}"
                r"|glpat-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,})",
            ),
            Expression(
                "cloud",
                ("AKIA", "ASIA", "AIza", "ya29.", "GOCSPX-"),
                r"(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"
                r"|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,})",
            ),
            Expression(
                "service",
                ("_live_", "_test_", "whsec_", "xox", "SG."),
                r"(?<![A-Za-z0-9])(?:[prs]k_(?:live|test)_[A-Za-z0-9]{16,}"
                r"|whsec_[A-Za-z0-9+/=]{24,}|xox[abeoprs]-[A-Za-z0-9-]{10,}"
                r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})",
            ),
            Expression(
                "authorization",
                ("earer ", "asic "),
                r"(?:(?<=[Bb]earer )(?=[A-Za-z._~+/=-]{0,100}[0-9])[A-Za-z0-9._~+/=-]{16,}"
                r"|(?<=[Bb]asic )(?=[A-Za-z+/]{0,100}[0-9=])[A-Za-z0-9+/]{12,}={0,2})",
            ),
            Expression(
                "password in a URL",
                ("://",),
                r"(?<=://)[^\x00-\x20/:@\x22\x27\x5c<>]{0,100}"
                r":[^\x00-\x20/@\x22\x27\x5c<>]{1,200}(?=@)",
            ),
        ),
    ),
    "emails": Pattern(
        "email",
        (
            Expression(
                "address",
                ("@",),
                r"(?<![A-Za-z0-9._%+\u00c0-\u058f-])[A-Za-z0-9._%+\u00c0-\u058f-]+"
                r"@[A-Za-z0-9\u00c0-\u058f][A-Za-z0-9.\u00c0-\u058f-]*\.[A-Za-z]{2,}",
            ),
        ),
    ),
    "cards": Pattern(
        "card",
        (
            Expression(
                "number",
                (),
                r"(?<![0-9A-Za-z])(?<![0-9]\.)(?:[2-6][0-9]{12,18}"
                r"|[2-6][0-9]{3}([ -])(?:[0-9]{6}\1[0-9]{4,5}"
                r"|[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?))(?![0-9A-Za-z])",
            ),
        ),
    ),
}
"""The named patterns, in the order in which they are applied."""


def luhn_valid(digits: str) -> bool:
    """Whether digits pass the check of card numbers (ISO/IEC 7812-1, annex B)."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += doubled[int(digit)] if place % 2 else int(digit)
    return total % 10 == 0


def identity_hash(text: str) -> str:
    """12 hex digits that stand for a text: of the SHA-256 of its UTF-8."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _marked(mark: str, text: str, key: str) -> str:
    return f"[{mark} {identity_hash(text)}]" if key in IDENTITY_KEYS else f"[{mark}]"


def _masked_card(found: str, mark: str, key: str) -> str:
    digits = found.replace(" ", "").replace("-", "")
    if luhn_valid(digits):
        return _marked(mark, found, key)
    separator = found[4] if len(found) > len(digits) else ""
    if separator and found.count(separator) == 4:
        # Four groups and a short one: a card with its check number behind it.
        card, _, rest = found.rpartition(separator)
        if luhn_valid(card.replace(separator, "")):
            return _marked(mark, card, key) + separator + rest
    return found


class Masker:
    """Masks values by a hook and by named patterns.

    Args:
        hook: gets an attribute's key and a string value, gives the string to send instead.
        names: of `PATTERNS`; unknown ones are ignored here, settings refuse them.
    """

    def __init__(self, hook: Callable[[str, str], str] | None, names: tuple[str, ...]) -> None:
        self._hook = hook
        self._steps = [
            (name, pattern.mark, expression.hints, re.compile(expression.source))
            for name, pattern in PATTERNS.items()
            if name in names
            for expression in pattern.expressions
        ]

    def mask(self, key: str, value: str) -> str:
        """The value as it may leave: what the hook makes of it, then without what patterns find."""
        if self._hook is not None:
            value = self._hooked(self._hook, key, value)
        for name, mark, hints, expression in self._steps:
            if hints and not any(hint in value for hint in hints):
                continue
            if name == "cards":
                value = expression.sub(lambda found: _masked_card(found[0], mark, key), value)  # noqa: B023 - called before the loop goes on
            else:
                value = expression.sub(lambda found: _marked(mark, found[0], key), value)  # noqa: B023 - as above
        return value

    @staticmethod
    def _hooked(hook: Callable[[str, str], str], key: str, value: str) -> str:
        try:
            masked: object = hook(key, value)
            if isinstance(masked, str):
                # A lone surrogate has no UTF-8, and so could not be sent.
                return masked.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            warn_once(
                "mask",
                "The mask hook gave %s instead of a string; such values are sent as [%s].",
                type(masked).__name__,
                FAILED,
            )
        except Exception as error:  # noqa: BLE001 - whatever the user's hook raises
            # The error's text may quote the very value that was to be masked.
            warn_once(
                "mask",
                "The mask hook raised %s; such values are sent as [%s].",
                type(error).__name__,
                FAILED,
            )
        return _marked(FAILED, value, key)
