"""What all screens of text have in common: searching, wrapping, the whole screen for the text, the way back."""

from typing import ClassVar

from textual.binding import BindingType

from screens.commands import bindings
from screens.frame import Frame
from widgets.text_view import TextView

_FULL = "-full"


class TextScreen(Frame):
    """A screen with a text. Where it has the whole screen, the two lines around it are gone."""

    DEFAULT_CSS = """
    TextScreen > CellLines { padding: 0 1; }
    TextScreen.-full #status, TextScreen.-full #keys { display: none; }
    """
    FILTERS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("text", "search", "full", "pushed")]

    @property
    def text_view(self) -> TextView:
        """The text."""
        raise NotImplementedError

    @property
    def full(self) -> bool:
        """Whether the text has the whole screen."""
        return self.has_class(_FULL)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "search":
            return True if self.text_view.pattern else None
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Give the lines around the text back, else go back to where one came from."""
        if self.full:
            self.action_full()
        else:
            self.dismiss()

    def action_wrap(self) -> None:
        """Let long lines go on in the next row, or cut them."""
        self.text_view.set_wrap(not self.text_view.wrap)

    def action_search(self, direction: int) -> None:
        """Go to the next match, or to the one before."""
        self.text_view.go_to_match(direction)

    def action_full(self) -> None:
        """Give the whole screen to the text, or take it back."""
        self.toggle_class(_FULL)


class SearchedText(TextScreen):
    """A text in which `/` looks for something."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear":
            return bool(self.text_view.pattern)
        return super().check_action(action, parameters)

    @property
    def filter_text(self) -> str:
        return self.text_view.pattern

    def filter_by(self, text: str) -> str:
        """Look for a regular expression, from where the screen is."""
        wrong = self.text_view.search(text)
        if not wrong:
            self.text_view.go_to_match(1, here=True)
            self.show_keys()
        return wrong

    def action_clear(self) -> None:
        """Look for nothing any more."""
        self.filter_by("")
