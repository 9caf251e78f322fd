"""A line for the journal, written about an alert."""

from screens.dialogs.ask import Ask
from state.printable import printable


class AskNote(Ask):
    """Asks for a note; answers the text, None when it was left."""

    def __init__(self, about: str) -> None:
        """`about` says in a few words what it is about."""
        super().__init__(
            f"Note on {printable(about)}",
            hint="it goes into the journal of this machine, and comes up when the alert fires again",
            check=lambda text: "" if text else "say something, or leave with escape",
        )
