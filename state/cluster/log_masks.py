"""Secrets in logs, covered before anything is shown: by patterns of ours and of the user's own."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

COVER = "***"
_LONGEST_KEY = 200
"""Lines after which a private key without an end is taken for ended."""
_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
_KEY_ENDS = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY-----")
PRIVATE_KEY = "private key"
_NAMES = (
    r"(?:passw(?:or)?d|passphrase|secret|token|credentials?|api[-_]?key|access[-_]?key|private[-_]?key"
    r"|(?<![a-z])(?:pass|pwd))"
)
_VALUE = (
    r"(?:\\\"(?:(?!\\\").)*\\\"?|\"(?:[^\"\\]|\\.)*\"?|'[^']*'?"
    r"|-?\d+(?=[,}\]\s]|$)|[^\s&\"'\\]+)"
)


@dataclass(frozen=True, slots=True)
class Mask:
    """One kind of secret. The pattern's group `secret` is covered, or all of it when there is none."""

    name: str
    """What it is called when it is counted, and when it is asked for."""
    pattern: re.Pattern[str]
    hints: tuple[str, ...] = ()
    """Small letters, one of which a line must hold to be looked at; empty: every line is."""


def mask(name: str, pattern: str, *hints: str, flags: int = re.IGNORECASE) -> Mask:
    """Return a mask. Raises re.error."""
    return Mask(name, re.compile(pattern, flags), hints)


MASKS: tuple[Mask, ...] = (
    mask("password in a URL", r"://[^\s/:@\"']*:(?P<secret>[^\s/@\"']+)@", "://"),
    mask("bearer token", r"\bbearer\s+(?P<secret>[\w\-.~+/]{6,}=*)", "bearer"),
    mask(
        "authorization",
        r"\bauthorization\\?[\"']?\s*[:=]\s*\\?[\"']?(?:(?:basic|digest|token|negotiate)\s+)?(?!bearer\b)"
        r"(?P<secret>[^\s\"',;\\]+)",
        "authorization",
    ),
    mask("JSON web token", r"\b(?P<secret>eyJ[\w-]{8,}\.[\w-]{2,}(?:\.[\w-]*)?)", "eyj", flags=0),
    mask("AWS key", r"\b(?P<secret>(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,})\b", "akia", "asia", "aroa", "aida", flags=0),
    mask("GitHub token", r"\b(?P<secret>(?:gh[pousr]|github_pat)_\w{20,})", "gh", flags=0),
    mask(
        "password",
        rf"{_NAMES}\\?[\"']?\s*[:=]\s*(?P<secret>(?!{re.escape(COVER)}){_VALUE})",
        "pass", "pwd", "secret", "token", "credential", "key",
    ),
    mask(
        "password",
        rf"--(?:[\w-]*-)?{_NAMES}\s+(?P<secret>(?!-)(?!{re.escape(COVER)})\S+)",
        "--",
    ),
)  # fmt: skip
"""What is covered unless the configuration says otherwise; private keys as PEM besides."""


def own_masks(patterns: Mapping[str, str]) -> tuple[Mask, ...]:
    """Return the user's masks, by their names. Raises re.error."""
    return tuple(mask(name, pattern) for name, pattern in patterns.items())


class Masker:
    """Covers the secrets of some logs' lines, and counts them."""

    def __init__(
        self,
        masks: tuple[Mask, ...] = MASKS,
        revealed: frozenset[str] = frozenset(),
        too_slow: frozenset[str] = frozenset(),
    ) -> None:
        """`revealed` are the names whose secrets are shown; what a mask of `too_slow` would look at is not shown."""
        self.counts: Counter[str] = Counter()
        """How many were found, by the masks' names, those that are shown among them."""
        self.revealed = revealed
        self.working = ""
        """The mask that is at work; what it was when a search was ended for taking too long."""
        self._masks = masks
        self._too_slow = too_slow
        self._in_key: dict[int, int] = {}

    def masked(self, text: str, stream: int = 0) -> str:
        """Return a line with its secrets covered."""
        if self._in_key or "PRIVATE KEY-----" in text:
            text = self._without_key(text, stream)
        folded = text.lower()
        for one in self._masks:
            for hint in one.hints:
                if hint in folded:
                    break
            else:
                if one.hints:
                    continue
            if one.name in self._too_slow:
                return f"{COVER} not shown: the mask {one.name!r} of the configuration takes too long"
            self.working = one.name
            text = one.pattern.sub(lambda found, one=one: self._cover(one, found), text)  # type: ignore[misc]
        self.working = ""
        return text

    @property
    def count(self) -> int:
        """How many secrets are covered."""
        return sum(count for name, count in self.counts.items() if name not in self.revealed)

    def _cover(self, one: Mask, found: re.Match[str]) -> str:
        secret = found.groupdict().get("secret") if one.pattern.groups else found[0]
        if not secret:
            return found[0]
        self.counts[one.name] += 1
        if one.name in self.revealed:
            return found[0]
        if not one.pattern.groups:
            return COVER
        begin, end = found.span("secret")
        quote = secret[0] if secret[0] in "\"'" and secret[-1] == secret[0] and len(secret) > 1 else ""
        return f"{found[0][: begin - found.start()]}{quote}{COVER}{quote}{found[0][end - found.start() :]}"

    def _without_key(self, text: str, stream: int) -> str:
        """Cover the lines of a private key from its beginning to its end."""
        shown = PRIVATE_KEY in self.revealed
        left = self._in_key.get(stream)
        if left is None:
            begins = _KEY_BEGINS.search(text)
            if begins is None:
                return text
            self.counts[PRIVATE_KEY] += 1
            ends = _KEY_ENDS.search(text, begins.end())
            if ends is None:
                self._in_key[stream] = _LONGEST_KEY
            if shown:
                return text
            return f"{text[: begins.end()]}{COVER}{text[ends.start() :] if ends is not None else ''}"
        ends = _KEY_ENDS.search(text)
        if ends is not None or left <= 1:
            del self._in_key[stream]
        else:
            self._in_key[stream] = left - 1
        if shown:
            return text
        return COVER + (text[ends.start() :] if ends is not None else "")
