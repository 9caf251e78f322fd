"""A shell or a container's own process on the terminal, while the cockpit stands aside."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from textual.app import App
from textual.screen import Screen

from screens.dialogs.choose import Choose, Option
from screens.doing import Doing
from state import threads
from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.containers import containers_of
from state.cluster.errors import ClusterError, Unreachable
from state.cluster.exec import Place
from state.cluster.kinds.pods import POD
from state.cluster.operations.debug import AddDebugContainer, await_running
from state.cluster.operations.enter import Enter, may_stream
from state.cluster.shell_settings import Shell
from state.cluster.shells import find_shell
from state.cluster.terminal import RESET, Terminal, following_size
from state.cluster.transport import Transport
from state.operation import Refused
from state.perform import perform
from state.printable import printable
from state.ref import Ref

ANSWER_SECONDS = 20.0
START_SECONDS = 60.0
"""How long a debug container may take to start."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The container somebody wants to go into; an empty `container` is asked for where there are several."""

    transport: Callable[[], Transport]
    ref: Ref
    uid: str
    container: str = ""
    shell: Shell = field(default_factory=Shell)

    def place(self, container: str) -> Place:
        return Place(self.ref.namespace, self.ref.name, container)


async def open_shell(screen: Screen[None], doing: Doing, wanted: Wanted) -> None:
    """Open the first of the shells that the container has; where it has none, offer a debug container with one."""
    if not _possible(screen, doing, wanted, "shell"):
        return
    container = await choose_container(screen, wanted)
    if container is None:
        return
    place = wanted.place(container)

    def look() -> str:
        transport = wanted.transport()
        refusal = may_stream(transport, place.namespace, place.pod, "exec")
        if refusal:
            raise Refused(refusal)
        return find_shell(transport, place, wanted.shell.shells)

    shell = await asked(screen, f"shell in {place}", look)
    if shell is None:
        return
    if shell:
        await _enter(screen, doing, wanted, container, shell)
    else:
        await _debug(screen, doing, wanted, container)


async def attach(screen: Screen[None], doing: Doing, wanted: Wanted) -> None:
    """Join a container's first process; ctrl+] leaves it running."""
    if not _possible(screen, doing, wanted, "attach"):
        return
    container = await choose_container(screen, wanted)
    if container is None:
        return
    pod = await asked(screen, f"attach to {wanted.ref.path}", lambda: _pod(wanted))
    if pod is None:
        return
    spec = pod.get("spec") or {}
    kinds = ("containers", "initContainers", "ephemeralContainers")
    every = [one for kind in kinds for one in spec.get(kind) or ()]
    found: dict[str, Any] = next((one for one in every if one.get("name") == container), {})
    await _enter(screen, doing, wanted, container, "", stdin=found.get("stdin") is True, tty=found.get("tty") is True)


async def choose_container(screen: Screen[None], wanted: Wanted) -> str | None:
    """Return the container that is meant, after asking where there are several; None when nothing was chosen."""
    if wanted.container:
        return wanted.container
    pod = await asked(screen, wanted.ref.path, lambda: _pod(wanted))
    if pod is None:
        return None
    found = containers_of(pod)
    if found.chosen:
        return found.chosen
    if not found.names:
        _say(screen, f"{wanted.ref.path} has no containers", "error")
        return None
    roles = zip(found.names, found.roles or ("",) * len(found.names), strict=True)
    options = [Option(name, Cell(name), Cell(role, Tone.QUIET)) for name, role in roles if role != "init"]
    chosen: Any = await screen.app.push_screen_wait(Choose(f"Container of {printable(wanted.ref.path)}", options))
    return None if chosen is None else str(chosen)


def _pod(wanted: Wanted) -> dict[str, Any]:
    return requests.get(wanted.transport(), POD.resource.path(wanted.ref.namespace, wanted.ref.name))


async def _debug(screen: Screen[None], doing: Doing, wanted: Wanted, container: str) -> None:
    _say(screen, f"{wanted.place(container)} has no shell: a debug container can bring one", "information")
    operation = AddDebugContainer(
        wanted.transport, POD.resource, wanted.ref, wanted.uid, container, wanted.shell.debug_image
    )
    outcome = await doing.ask_and_do(screen, operation.title, lambda: operation, wanted.ref.cluster)
    if outcome is None or not outcome.done:
        return
    left = threading.Event()

    def started() -> bool:
        def pause(seconds: float) -> bool:
            return not left.wait(seconds)

        await_running(wanted.transport(), POD.resource, wanted.ref, operation.name, pause, START_SECONDS)
        return True

    try:
        begun = await asked(screen, operation.title, started, START_SECONDS + ANSWER_SECONDS)
    finally:
        left.set()
    if begun:
        await _enter(screen, doing, wanted, operation.name, "")


async def _enter(
    screen: Screen[None],
    doing: Doing,
    wanted: Wanted,
    container: str,
    shell: str,
    *,
    stdin: bool = True,
    tty: bool = True,
) -> None:
    """Stand aside, hand the terminal over, and say on the screen how it ended."""
    place = wanted.place(container)
    terminal = own_terminal()
    operation = Enter(wanted.transport, wanted.ref, place, shell, terminal, stdin=stdin, tty=tty)
    leave = "ctrl+d or exit leaves" if shell else "ctrl+] leaves it running"
    try:
        with aside(screen.app), following_size(operation.resized), terminal.raw(lines=not tty):
            terminal.write(f"\r\n{printable(f'{operation.title} @{wanted.ref.cluster}')}; {leave}.\r\n".encode())
            try:
                outcome = await threads.call(operation.id, lambda: perform(operation, doing.journal, False, doing.who))
            finally:
                operation.stop()
                terminal.write(RESET + b"\r\n")
    except Exception as error:
        _say(screen, _words(operation.title, error), "error")
        return
    _say(screen, outcome.summary, "information" if outcome.done else "warning")


@contextmanager
def aside(app: App[Any]) -> Iterator[None]:
    """Give the terminal to somebody else; nothing is drawn meanwhile, and the loop goes on.

    Raises SuspendNotSupported where there is no terminal to give, as in a browser.
    """
    failure: BaseException | None = None
    with app.batch_update(), app.suspend():
        try:
            yield
        except BaseException as error:
            # Textual takes the terminal back only when nothing is raised.
            failure = error
    if failure is not None:
        raise failure


def _possible(screen: Screen[None], doing: Doing, wanted: Wanted, what: str) -> bool:
    if doing.read_only(wanted.ref.cluster):
        _say(screen, f"{what}: this cockpit is read-only in {wanted.ref.cluster}", "warning")
        return False
    driver = screen.app._driver
    if driver is None or not driver.can_suspend:
        _say(screen, f"{what}: that needs a terminal of its own, and here the cockpit has none to give", "warning")
        return False
    return True


async def asked(screen: Screen[None], title: str, work: Callable[[], Any], seconds: float = ANSWER_SECONDS) -> Any:
    """Return what the server answers, None after the user was told why there is no answer."""
    try:
        return await threads.call("shell", work, timeout=seconds)
    except TimeoutError:
        _say(screen, f"{title}: no answer in {seconds:.0f} s", "error")
    except Exception as error:
        _say(screen, _words(title, error), "error")
    return None


def _words(title: str, error: Exception) -> str:
    """Return what went wrong as one sentence; what nobody foresaw goes to the log as well."""
    if isinstance(error, Unreachable):
        return f"{title}: connection lost: {error}"
    if isinstance(error, Refused | ClusterError):
        return f"{title}: {error}"
    _log.error("%s failed", title, exc_info=error)
    return f"{title} failed: {type(error).__name__}: {error}"


def own_terminal() -> Terminal:
    """Return the terminal that the cockpit was started on."""
    return Terminal(_descriptor(sys.__stdin__, 0), _descriptor(sys.__stderr__, 2))


def _descriptor(file: Any, otherwise: int) -> int:
    try:
        return int(file.fileno())
    except (AttributeError, OSError, ValueError):
        return otherwise


def _say(screen: Screen[None], text: str, severity: str) -> None:
    screen.app.notify(printable(text), severity=severity, markup=False)  # type: ignore[arg-type]
