"""A log's lines in a view: added as they come, and shown another way a little at a time."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from textual.message_pump import MessagePump

from screens.log_paint import head_of, paint
from screens.log_text import LogReader, Showing
from screens.slices import Slices
from state.cell import Tone
from state.cluster.log_masks import Mask
from state.cluster.log_ring import LINES, LogRing
from state.pattern import TOO_SLOW, TooSlow, time_limit
from state.printable import shorten_middle
from widgets.cell_lines import Line
from widgets.log_view import LogView
from widgets.text_lines import TextLines

FILTER_SECONDS = 0.4
"""How much of the processor a filter may use for the lines of one slice."""


class ShownLog:
    """What a view shows of a ring, and how."""

    def __init__(
        self,
        pump: MessagePump,
        label: Callable[[int], str],
        masks: tuple[Mask, ...],
        say: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        """`label` names a stream, `say` tells the user what went wrong, `changed` is called when all is shown anew."""
        self.showing = Showing()
        """How lines are meant to be shown; the reader's own says how they are until it is so."""
        self.names: Mapping[str, Tone] = {}
        """The tones of the streams' names, as these are shown."""
        self._named: tuple[Mapping[str, Tone], int] = {}, 0
        self._label = label
        self._masks = masks
        self._say = say
        self._changed = changed
        self._too_slow: frozenset[str] = frozenset()
        self._slices = Slices(pump)
        self.reader = self._new_reader(LogRing())
        """What the view shows."""
        self._coming: tuple[LogReader, TextLines] | None = None
        """What is being read anew to be shown another way, and what of it is ready."""
        self.view = LogView(self._paint, limit=LINES, head=lambda text: head_of(text, self.reader.showing))

    def begin(self, ring: LogRing) -> None:
        """Show another ring from its beginning."""
        self._coming = None
        self.reader = self._new_reader(ring)
        self.view.show(())

    def stop(self) -> None:
        """Leave undone what is under way."""
        self._slices.stop()

    def take(self) -> None:
        """Show what came."""
        self._slices.begin("take", self._take)

    def again(self, showing: Showing) -> str:
        """Show the lines there are another way; what was at the top stays as near to it as can be.

        Of many lines it is done a moment later. Returns why that was given up, with all as it was, else "".
        """
        before, self.showing = self.showing, showing
        self._coming = self.reader.again(showing, self._too_slow), self.view.fresh_lines()
        try:
            self._build()
        except TooSlow:
            return self._not_built(before)
        if self._coming is not None:
            self._slices.later("build", self._build_on)
        return ""

    def name_streams(self, names: Mapping[str, Tone], width: int) -> None:
        """Show the streams' names, in tones of theirs, in a column of this width; 0: show none."""
        if (names, width) != self._named:
            self._named = names, width
            self.names = {shorten_middle(name, width): tone for name, tone in names.items()} if width else {}
            if width != self.showing.labels:
                self.again(replace(self.showing, labels=width))

    def note(self, text: str) -> None:
        """Have a remark stand behind the lines that came so far."""
        self.reader.note(text)
        if self._coming is not None:
            self._coming[0].note(text)

    def forget(self) -> None:
        """Take the lines that came so far off the view."""
        self.reader.forget()
        self._coming = None
        self.reader = self.reader.again(self.showing, self._too_slow)
        self.view.show(())

    def _new_reader(self, ring: LogRing) -> LogReader:
        return LogReader(ring, self.showing, label=self._label, masks=self._masks, too_slow=self._too_slow)

    def _paint(self, text: str) -> Line:
        return paint(text, self.reader.showing, self.names)

    def _take(self) -> bool:
        """Show more of what came; return whether there is still some."""
        if self._coming is not None:
            return False
        try:
            with time_limit(FILTER_SECONDS):
                lines = self.reader.take_for(self._slices.seconds)
        except TooSlow:
            if self._is_mask_slow(self.reader):
                self.again(self.showing)
            else:
                self.again(replace(self.showing, only=None))
                self._say(TOO_SLOW)
            return False
        if lines:
            self.view.append(lines)
        return bool(self.reader.behind)

    def _build_on(self) -> bool:
        if self._coming is not None:
            try:
                self._build()
            except TooSlow:
                if wrong := self._not_built(self.reader.showing):
                    self._say(wrong)
        return self._coming is not None

    def _build(self) -> None:
        """Read more of what is to be shown another way, and show it once it is all there. Raises TooSlow."""
        assert self._coming is not None
        reader, ready = self._coming
        with time_limit(FILTER_SECONDS):
            lines = reader.take_for(self._slices.seconds)
        ready.append(lines)
        if reader.behind:
            return
        view, before = self.view, self.reader
        top, marks = before.number_at(view.top), {before.number_at(one) for one in view.marks}
        self.reader, self._coming = reader, None
        only = reader.showing.only
        view.search(only.pattern.pattern if only is not None and not only.inverse else "")
        view.show_instead(ready, reader.index_of(top), reader.indices_of(marks))
        self._changed()

    def _not_built(self, before: Showing) -> str:
        """Leave it as it was because a pattern runs on for ever; when that is a mask, do it again without."""
        assert self._coming is not None
        reader, self._coming = self._coming[0], None
        wanted, self.showing = self.showing, before
        return self.again(wanted) if self._is_mask_slow(reader) else TOO_SLOW

    def _is_mask_slow(self, reader: LogReader) -> bool:
        """Whether it was a mask that took too long: what it would look at is covered whole from now on."""
        name = reader.masker.working
        if not name or name in self._too_slow:
            return False
        self._too_slow |= {name}
        self._say(f"the mask {name!r} takes too long: what it would look at is not shown")
        return True
