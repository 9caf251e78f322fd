"""An object in the user's editor, while the cockpit stands aside; a refused text comes back with the reasons on top."""

import logging
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from textual.screen import Screen

from screens.dialogs.choose import Choose, Option
from screens.dialogs.confirm import Confirm
from screens.doing import ANSWER_SECONDS, Doing
from screens.shell import aside, own_terminal
from screens.signing_in import uninterrupted
from state import threads
from state.cell import Cell, Tone
from state.cluster.errors import ClusterError
from state.cluster.operations.edit import Edit
from state.cluster.operations.edit_session import EditSession
from state.cluster.operations.edit_text import WrongText
from state.operation import Preview, Refused
from state.perform import perform
from state.printable import printable

_EDITORS = ("KUBE_EDITOR", "VISUAL", "EDITOR")
_FOUND = ("vim", "vi", "nano")
_log = logging.getLogger(__name__)


def editor_of(environ: Mapping[str, str]) -> list[str]:
    """Return the words that start the user's editor. Raises ValueError when there is none, or its words are broken."""
    for name in _EDITORS:
        if environ.get(name, "").strip():
            try:
                return shlex.split(environ[name])
            except ValueError:
                raise ValueError(f"{name} cannot be read: a quotation mark is not closed") from None
    found = next((path for name in _FOUND if (path := shutil.which(name, path=environ.get("PATH")))), None)
    if found is None:
        raise ValueError(f"there is no editor: set {' or '.join(_EDITORS[::2])} to one")
    return [found]


async def edit_object(screen: Screen[None], doing: Doing, session: EditSession) -> None:
    """Let the user edit an object until it is written, left unchanged, or refused and given up."""
    driver = screen.app._driver
    if driver is None or not driver.can_suspend:
        _say(screen, "an editor needs a terminal of its own, and here the cockpit has none to give")
        return
    try:
        editor = editor_of(os.environ)
        path = await threads.call("edit", session.begin, timeout=ANSWER_SECONDS)
        await _until_done(screen, doing, session, editor, path)
    except TimeoutError:
        _say(screen, f"no answer in {ANSWER_SECONDS:.0f} s, nothing was changed")
    except (ValueError, Refused, ClusterError, OSError) as error:
        _say(screen, f"{session.subject.path} is not edited: {error}")
    finally:
        session.close()


async def _until_done(screen: Screen[None], doing: Doing, session: EditSession, editor: list[str], path: Path) -> None:
    while True:
        problem = await _run(screen, editor, path)
        if problem:
            if await threads.call("edit", lambda: session.changed) and await _goes_on(screen, problem):
                continue
            _say(screen, f"{problem}: nothing was changed")
            return
        try:
            edit = await threads.call("edit", session.taken)
            if edit is None:
                _say(screen, f"{session.subject.path} was left as it is", "information")
                return
            if await _written(screen, doing, edit):
                return
            if not await _goes_on(screen, "nothing was written"):
                _say(screen, f"{session.subject.path} was left as it is", "information")
                return
        except (WrongText, Refused, ClusterError, TimeoutError) as error:
            why = Refused(f"no answer in {ANSWER_SECONDS:.0f} s") if isinstance(error, TimeoutError) else error
            path = await threads.call("edit", partial(session.reopen, why))


async def _goes_on(screen: Screen[None], why: str) -> bool:
    """Ask what becomes of the user's text; return whether it is edited on."""
    options = [
        Option("drop", Cell("drop your text"), Cell("the object stays as it is", Tone.QUIET)),
        Option("edit", Cell("go on with your text"), Cell("in the editor", Tone.QUIET)),
    ]
    return await screen.app.push_screen_wait(Choose(f"Your text: {printable(why)}", options)) == "edit"


async def _run(screen: Screen[None], editor: list[str], path: Path) -> str:
    """Run the editor on the terminal; return why there is nothing to take from it, empty when there is."""
    try:
        # In this order, so that the screen is taken back from a terminal that is as it was.
        with aside(screen.app), uninterrupted(), own_terminal().kept():
            code = await threads.call("editor", lambda: subprocess.call([*editor, str(path)]))
    except OSError as error:
        return f"the editor {editor[0]} cannot be started: {error.strerror}"
    if code < 0:
        return f"the editor {editor[0]} was ended by {_signal_name(-code)}"
    return f"the editor {editor[0]} ended with {code}" if code else ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


async def _written(screen: Screen[None], doing: Doing, edit: Edit) -> bool:
    """Preview, ask and write; return False when the user does not want it. Raises what the server refuses with."""

    def prepare() -> Preview:
        refusal = edit.permitted()
        if refusal:
            raise Refused(refusal)
        return edit.preview()

    preview = await threads.call("preview", prepare, timeout=ANSWER_SECONDS)
    subject = edit.subject
    typed = subject.name if doing.protected(subject.cluster) else ""
    if not await screen.app.push_screen_wait(Confirm(edit.title, preview, type_name=typed)):
        return False
    read_only = doing.read_only(subject.cluster)
    outcome = await threads.call(
        edit.id, lambda: perform(edit, doing.journal, read_only, doing.who), timeout=ANSWER_SECONDS
    )
    _say(screen, outcome.summary, "information" if outcome.done else "warning")
    return True


def _say(screen: Screen[None], text: str, severity: str = "warning") -> None:
    screen.app.notify(printable(text), severity=severity, markup=False)  # type: ignore[arg-type]
