"""In whose name an ack or a silence is made: known, or asked for once."""

from dataclasses import dataclass

from textual.screen import Screen

from screens.dialogs.ask import Ask, wrong_by
from state import threads
from state.author import Author


@dataclass(frozen=True, slots=True)
class Signing:
    """Gives the name to sign with. `person` is the one that the settings say, empty where they say none."""

    author: Author
    person: str = ""

    @property
    def name(self) -> str:
        """The name, empty while nobody has said one."""
        return self.person or self.author.name

    async def ask(self, screen: Screen[None]) -> str:
        """Return the name, asking for it where it is not known; empty when nobody answers."""
        if self.name:
            return self.name
        question = Ask(
            "Who are you?",
            hint="acks and silences carry this name; `who` in the configuration says it for good",
            check=wrong_by(self.author.say),
        )
        await screen.app.push_screen_wait(question)
        if self.author.name:
            threads.start("author", self.author.save)
        return self.author.name
