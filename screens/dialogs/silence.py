"""A silence to be: what it holds, how long, why, by whom, with what it hits while one types."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.widgets import Input

from screens.dialogs.dialog import Dialog, some
from screens.dialogs.said import Said, refusal, sentence
from state.age import age
from state.alerts.durations import end_of
from state.alerts.matching import BadMatcher, held_by, read_matchers
from state.alerts.model import Alert, Matcher, Severity
from state.cell import Cell, Tone
from state.clock import SYSTEM, Clock
from state.pattern import TOO_SLOW, TooSlow, time_limit
from state.printable import printable
from widgets.cell_lines import CellLines, Line
from widgets.key_line import Key

_SHOWN = 6
_SECONDS = 0.1
_FIELDS = (("matchers", "holds"), ("lasting", "for"), ("comment", "why"), ("author", "by"))
_TONES = {Severity.CRITICAL: Tone.BAD, Severity.WARNING: Tone.WARN}


@dataclass(frozen=True, slots=True)
class SilenceAnswer:
    """What was written; `ends` is in seconds since the epoch."""

    matchers: tuple[Matcher, ...]
    ends: float
    comment: str
    author: str


class SilenceDialog(Dialog[SilenceAnswer]):
    """Asks for a silence; escape answers None. What it would hit now is shown at every key."""

    DEFAULT_CSS = """
    SilenceDialog > .dialog { width: 100; }
    SilenceDialog Grid { grid-size: 2; grid-columns: 8 1fr; grid-rows: 1; height: 4; }
    SilenceDialog #silence-hits { margin-top: 1; }
    """

    def __init__(
        self,
        title: str,
        alerts: Sequence[Alert],
        *,
        matchers: Sequence[Matcher] = (),
        lasting: str = "2h",
        comment: str = "",
        author: str = "",
        clock: Clock = SYSTEM,
    ) -> None:
        """`alerts` are all that there are; the rest is what the fields begin with."""
        super().__init__(printable(title))
        self._alerts = alerts
        self._values = {
            "matchers": printable(", ".join(map(str, matchers))),
            "lasting": lasting,
            "comment": printable(comment),
            "author": printable(author),
        }
        self._exact = {self._values["matchers"]: tuple(matchers)}
        self._clock = clock

    def compose_dialog(self) -> ComposeResult:
        with Grid():
            for name, label in _FIELDS:
                yield CellLines([(Cell(label, Tone.QUIET),)])
                yield Input(self._values[name], compact=True, id=f"silence-{name}")
        yield Said(id="silence-hits")

    def keys(self) -> tuple[Key, ...]:
        return Key("enter", "look at it"), Key("tab", "next field"), Key("esc", "leave it")

    def on_mount(self) -> None:
        first = next((name for name in ("matchers", "comment", "author") if not self._values[name]), "comment")
        self.query_one(f"#silence-{first}", Input).focus()
        self._say()

    def on_key(self, event: events.Key) -> None:
        if event.key in ("down", "up"):
            event.stop()
            (self.focus_next if event.key == "down" else self.focus_previous)()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._say()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            answer = self._answer()
        except _Wrong as wrong:
            self.query_one(f"#silence-{wrong.field}", Input).focus()
            self._say(str(wrong))
            return
        self.dismiss(answer)

    # --- reading ---

    def _field(self, name: str) -> str:
        return self.query_one(f"#silence-{name}", Input).value.strip()

    def _matchers(self) -> tuple[Matcher, ...]:
        text = self._field("matchers")
        # Values that do not print as they are stay what they were while nobody touches them.
        return self._exact.get(text) or read_matchers(text)

    def _answer(self) -> SilenceAnswer:
        try:
            matchers = self._matchers()
        except BadMatcher as error:
            raise _Wrong("matchers", str(error)) from None
        try:
            ends = end_of(self._field("lasting"), self._clock.wall())
        except ValueError as error:
            raise _Wrong("lasting", str(error)) from None
        comment, author = printable(self._field("comment")), printable(self._field("author"))
        if not comment:
            raise _Wrong("comment", "say why: others will find nothing but this")
        if not author:
            raise _Wrong("author", "say who you are")
        return SilenceAnswer(matchers, ends, comment, author)

    def _say(self, wrong: str = "") -> None:
        lines: list[Line] = list(refusal(wrong)) if wrong else [*self._hits(), *self._until()]
        self.query_one("#silence-hits", Said).show(lines)

    def _until(self) -> list[Line]:
        now = self._clock.wall()
        try:
            ends = end_of(self._field("lasting"), now)
        except ValueError as error:
            return refusal(str(error))
        words = f"until {datetime.fromtimestamp(ends):%a %d %b %H:%M}, for {age(ends - now)}"
        return [(Cell(words, Tone.QUIET),)]

    def _hits(self) -> list[Line]:
        try:
            with time_limit(_SECONDS):
                found = held_by(self._matchers(), self._alerts)
        except BadMatcher as error:
            return refusal(str(error))
        except TooSlow:
            return refusal(TOO_SLOW)
        if not found:
            return [sentence("it holds no alert now", Tone.WARN, Cell("▲", Tone.WARN))]
        head: Line = (Cell(f"holds {len(found)} of {len(self._alerts)} alerts now", Tone.QUIET),)
        lines: list[Line] = [
            (
                Cell("  "),
                Cell(one.name, _TONES.get(one.severity, Tone.TEXT)),
                Cell(f"  {one.where}  {one.state.value}", Tone.QUIET),
            )
            for one in found
        ]
        return [head, *some(lines, _SHOWN)]


class _Wrong(Exception):
    """A field cannot be used as it is."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
