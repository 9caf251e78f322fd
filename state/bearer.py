"""A bearer token that a program prints: kept until it expires or is refused."""

import os
import threading
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from state import program
from state.clock import SYSTEM, Clock
from state.program import ProgramFailed
from state.reply import AUTH, NoAnswer

SECONDS = 30.0
"""How long the program may take."""
PAUSE = 10.0
"""Seconds for which one that failed, or whose token was refused, is left alone; and before its end a token is old."""
_TOKENS = ("token", "access_token", "id_token", "accessToken")
_ENDS = ("expirationTimestamp", "expires_on", "expiresOn", "expiry", "expires_at")


class NoToken(ValueError):
    """What a program printed holds no token. Its text does not tell what that was."""


class Token(NamedTuple):
    """A token, and when it ends in seconds since the epoch, None where nothing says so."""

    text: str
    ends: float | None = None


class CommandToken:
    """Runs a program for a token. Any thread; one run at a time, whose outcome all who wait share."""

    def __init__(
        self,
        words: Sequence[str],
        environ: Mapping[str, str] = os.environ,
        clock: Clock = SYSTEM,
        seconds: float = SECONDS,
    ) -> None:
        self._words = tuple(words)
        self._environ = environ
        self._clock = clock
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: Token | None = None
        self._failed: tuple[float, NoAnswer] | None = None
        self._renewed = float("-inf")

    def current(self) -> str:
        """Return the token. Blocks; raises NoAnswer with what the program said."""
        with self._lock:
            kept = self._kept
            if kept is not None and (kept.ends is None or self._clock.wall() < kept.ends - PAUSE):
                return kept.text
            return self._run().text

    def renew(self, refused: str) -> str:
        """Return another token than one that was refused, empty when there is none now. Blocks; raises NoAnswer."""
        with self._lock:
            if self._kept is not None and self._kept.text != refused:
                return self._kept.text
            now = self._clock.elapsed()
            if now - self._renewed < PAUSE:
                return ""
            self._renewed = now
            found = self._run()
            return found.text if found.text != refused else ""

    def _run(self) -> Token:
        now = self._clock.elapsed()
        if self._failed is not None and now - self._failed[0] < PAUSE:
            raise self._failed[1]
        name = f"the command for a bearer token, {program.name_of(self._words)},"
        try:
            found = token_in(program.run(self._words, self._environ, self._seconds), self._clock.wall())
        except ProgramFailed as error:
            said = f": {error.said}" if error.said and error.said not in str(error) else ""
            refusal = NoAnswer(AUTH, f"{name} {error}{said}")
        except NoToken:
            # What it printed is not shown: it may well be a token.
            refusal = NoAnswer(AUTH, f"{name} printed no token")
        else:
            # One that is old already, by a clock that differs, is not asked for again with each request.
            ends = max(found.ends, self._clock.wall() + 2 * PAUSE) if found.ends is not None else None
            self._kept, self._failed = Token(found.text, ends), None
            return self._kept
        self._failed = now, refusal
        raise refusal


def token_in(output: bytes, now: float) -> Token:
    """Return the token in what a program printed: as it is, as an ExecCredential, or in the JSON of a cloud's tool.

    The end is that of the JSON, else that of a JSON web token. Raises NoToken.
    """
    try:
        text, ends = output.decode().strip(), None
        if text.startswith("{"):
            said = msgspec.json.decode(text, type=dict[str, Any])
            inner = said.get("status")
            said = inner if isinstance(inner, dict) else said
            text = next((str(said[name]) for name in _TOKENS if said.get(name)), "")
            ends = _end_in(said, now)
    except (UnicodeDecodeError, msgspec.MsgspecError):
        raise NoToken("neither a text nor JSON") from None
    if not text or not text.isprintable() or " " in text:
        raise NoToken("no single word")
    return Token(text, ends if ends is not None else _end_of(text))


def _end_in(said: Mapping[str, Any], now: float) -> float | None:
    if isinstance(said.get("expires_in"), int | float):
        return now + float(said["expires_in"])
    for name in _ENDS:
        value = said.get(name)
        if isinstance(value, int | float) or (isinstance(value, str) and value.isdigit()):
            return float(value)
        if isinstance(value, str):
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                continue
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None


def _end_of(token: str) -> float | None:
    """The end that a JSON web token names; only read, not believed for anything but when to ask anew."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = msgspec.json.decode(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)), type=dict[str, Any])
        return float(claims["exp"])
    except (ValueError, KeyError, TypeError, msgspec.MsgspecError):
        return None
