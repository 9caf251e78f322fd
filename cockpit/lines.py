"""The line typed after `:`: opened with what could be meant, and read in the words of the context that is shown."""

from typing import TYPE_CHECKING

from screens.command_line import NotUnderstood, Typed, read_command
from screens.completion import completions
from screens.frame import CommandTyped, Frame
from state.cluster.known_kinds import Several

if TYPE_CHECKING:
    from cockpit.opening import Opened


def open_line(opened: "Opened", frame: Frame) -> None:
    """Open the line on a screen. Contexts that were added to the kubeconfig meanwhile are offered too."""
    session = opened.session
    session.contexts.known.ask()
    frame.type_command(lambda text: completions(text, opened.offers()), session.memory.commands)


def take_line(opened: "Opened", message: CommandTyped) -> Typed | None:
    """Return what a typed line means and remember it; None after the line says what is wrong with it."""
    try:
        typed = read_line(opened, message.text)
    except NotUnderstood as error:
        message.bar.refuse(str(error))
        return None
    message.bar.close()
    opened.session.memory.typed(message.text.strip())
    return typed


def read_line(opened: "Opened", text: str) -> Typed:
    """Return what a line means. Raises NotUnderstood with the sentence that says what would be understood."""
    try:
        return read_command(text, opened.session.contexts.home.kinds.find)
    except Several as several:
        raise NotUnderstood(str(several)) from None
