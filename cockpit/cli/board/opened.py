"""The board file that a command is about: found as the screen finds it, changed in one step."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import click

from cockpit.cli.root import fail
from state.board.changes import Change, Step, apply, step
from state.board.model import Board, Card
from state.board.store import NOTHING, BoardStore, Conflict, open_file
from state.printable import printable, shorten

Command = TypeVar("Command", bound=Callable[..., object])
Edit = Callable[[Board, Step], Iterable[Change]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line said about which board."""

    board: Path | None = None
    context: str | None = None
    data_dir: Path | None = None

    def find(self, environ: Mapping[str, str] = os.environ) -> "Place":
        """Return which file it is and who changes it. Raises InvalidConfig."""
        from state.config import config_path, load_config
        from state.settings import Flags, resolve

        config = load_config(config_path(environ), must_exist="COCKPIT_CONFIG" in environ)
        current = _current_context(environ) if config.contexts else ""
        flags = Flags(context=self.context, board=self.board, data_dir=self.data_dir)
        settings = resolve(flags, environ, config, current)
        board = settings.board
        if board is None:
            from platformdirs import user_data_path

            board = (settings.data_dir or user_data_path("cockpit")) / "board.json"
        return Place(board, settings.who)

    def open(self) -> "OpenBoard":
        """Return the board's file, opened. Raises InvalidConfig."""
        place = self.find()
        return OpenBoard(open_file(place.path), place)


@dataclass(frozen=True, slots=True)
class Place:
    """A board's file and who changes it."""

    path: Path
    who: str


@dataclass(frozen=True, slots=True)
class Done:
    """A step that is durable: the board with it, and its changes."""

    board: Board
    changes: tuple[Change, ...]


class OpenBoard:
    """A board file in the hands of one command. All calls block and raise BoardError."""

    def __init__(self, store: BoardStore, place: Place) -> None:
        self.place = place
        self.store = store

    def load(self) -> Board:
        """Return the board; what was out of order is told on stderr, and so is a file that is not there."""
        board, version = self.store.load()
        self._tell()
        if version == NOTHING:
            click.echo(f"cockpit: {self.place.path} is not there yet: the board is empty", err=True)
        return board

    def change(self, edit: Edit) -> Done:
        """Make one step durable. `edit` is asked again on the newer board when somebody was faster."""
        board, version = self.store.load()
        self._tell()
        while True:
            made = tuple(edit(board, self.step()))
            if not made:
                return Done(board, ())
            wanted = apply(board, made)
            answer = self.store.commit(version, made)
            self._tell()
            if not isinstance(answer, Conflict):
                return Done(wanted, made)
            board, version = answer.board, answer.version

    def step(self) -> Step:
        """Return a new step, now."""
        return step(self.place.who, time.time())

    def _tell(self) -> None:
        for note in self.store.notes:
            click.echo(f"cockpit: {note}", err=True)


def on_board(command: Command) -> Command:
    """Let a command take `--board` behind its name too."""
    return click.option(
        "--board",
        type=click.Path(path_type=Path),
        help="The board's file, instead of the configured one.",
        expose_value=False,
        callback=_take_board,
    )(command)


def card_of(board: Board, label: str) -> Card:
    """Return the card of a number as people type it. Ends the process with 1 when there is none."""
    found = board.numbered(label)
    if found is None:
        fail(f"there is no card {shorten(printable(label), 40)}")
    return found


def uids_of(board: Board, labels: Iterable[str]) -> tuple[str, ...]:
    """Return the uids of cards by number, each once. Ends the process with 1 when there is no such card."""
    return tuple(dict.fromkeys(card_of(board, label).uid for label in labels))


def _take_board(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.obj = replace(ctx.obj or Asked(), board=value)


def _current_context(environ: Mapping[str, str]) -> str:
    """The kubeconfig's current context, whose table of the configuration may name the board."""
    from state.cluster import kubeconfig
    from state.cluster.errors import ConfigError

    try:
        return kubeconfig.load(kubeconfig.paths_of(None, environ)).current
    except ConfigError:
        return ""
