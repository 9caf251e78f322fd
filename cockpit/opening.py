"""The composition root: from settings and a target to a session, and the screens with their parts.

Everything heavy is imported here or below, after the first frame, on a thread.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.screen import Screen

from cockpit.calling import Calling
from cockpit.kept import doubts
from cockpit.monitoring import belonging_of
from cockpit.place import Place, place_of, platform_of
from cockpit.status import status
from screens.board import BoardScreen
from screens.completion import Offers
from screens.frame import Status
from state.author import FILE as AUTHOR
from state.author import Author
from state.board.desk import Desk
from state.board.looked import Looked
from state.board.store import open_file
from state.cluster.connect import connect
from state.cluster.credentials import SignIns
from state.cluster.live import Cluster
from state.cluster.probe import probe
from state.cluster.target import Target
from state.contexts import Context, Contexts, KnownContexts
from state.derived import Derived
from state.journal.journal import Journal
from state.looked_at import FILE, Memory
from state.planning.scope import Scope, scope
from state.platform import Platform
from state.ref import Ref
from state.session import Session
from state.settings import Settings

ROOMY = 140
"""Columns below which the top line is short."""
Find = Callable[[str], tuple[Settings, Target]]
"""Gives what holds in a context and whom to ask there. Blocks; raises ConfigError or InvalidConfig."""


@dataclass(slots=True)
class Opened:
    """A session with what the app shows of it."""

    session: Session
    place: Place
    """The context that is shown."""
    place_in: Callable[[Context], Place]
    """Makes the place of another context; nothing of it has begun."""
    screens: Mapping[str, Callable[[], Screen[Any]]]
    """Those that are the same in every context."""
    scope: Callable[[], Scope | None]
    """How much of the board is in the MVP."""
    calling: Calling
    """Calls for critical alerts that begin."""
    doubts: tuple[str, ...] = ()
    """Sentences on what will not be kept."""
    coming: str = ""
    """The context that the cockpit is on its way to, empty for none."""

    def offers(self) -> Offers:
        """Return the names that are known, for completion."""
        return Offers(
            self.session.contexts.home.kinds.words(), self.place.namespaces(), self.session.contexts.known.names
        )

    def status(self, width: int) -> Status:
        """Return the top line for a screen of so many columns."""
        session, found = self.session, self.scope()
        left = self.place.where(width, self.coming)
        floor = found.floor.percent or 0.0 if found else 0.0
        return status(session, left, floor, found.share if found else None, session.clock.wall(), narrow=width < ROOMY)


def board_file(settings: Settings, data: Path) -> Path:
    """Return where the board is: as it was said, else in the data folder."""
    return settings.board or data / "board.json"


def open_context(settings: Settings, target: Target, sign_ins: SignIns, environ: Mapping[str, str]) -> Context:
    """Return a context with its cluster; nothing of it has begun."""
    own = (target.namespace,) if target.namespace else ()
    cluster = Cluster(
        target.context,
        lambda: connect(target, sign_ins, environ),
        probe,
        settings.namespaces or own,
        own or ("default",),
    )
    return Context.of(settings, cluster, sign_ins.at_terminal(target))


def open_cockpit(
    settings: Settings,
    target: Target,
    data: Path,
    environ: Mapping[str, str],
    show_object: Callable[[Ref], Awaitable[None]],
    find: Find,
    kubeconfigs: Sequence[Path] = (),
) -> Opened:
    """Return everything the app needs. Nothing of the session has begun.

    `data` is the folder of board and journal, `find` finds other contexts, which `kubeconfigs` name.
    """
    sign_ins = SignIns(environ)
    home = open_context(settings, target, sign_ins, environ)
    known = KnownContexts(kubeconfigs)
    known.read()
    contexts = Contexts(home, lambda name: open_context(*find(name), sign_ins, environ), known)
    board = board_file(settings, data)
    journal = Journal(data / "journal.db", settings.journal.seconds)
    memory = Memory(data / FILE)
    memory.read()
    desk = Desk(lambda: open_file(board), settings.who)
    looked = Looked(path=data / "looked.json", board=str(board.absolute()))
    author = Author(data / AUTHOR)
    author.read()

    def platform(context: Context) -> Platform:
        return platform_of(context, journal, author, belonging_of(context.name, context.settings, known.found))

    session = Session(contexts, platform(home), desk, journal, memory, author)
    current = Derived(lambda: _scope(desk), lambda: desk.revision, every=0.0)
    opened = Opened(
        session,
        place_of(session.platform, session, show_object),
        lambda context: place_of(platform(context), session, show_object),
        {"board": lambda: BoardScreen(desk, looked=looked, alert_life=lambda card: opened.place.alert_life(card))},
        current.value,
        Calling(environ),
        doubts(board, data),
    )
    return opened


def _scope(desk: Desk) -> Scope | None:
    return scope(desk.board) if desk.board is not None and desk.board.cards else None
