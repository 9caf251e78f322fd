"""When somebody last looked at what others had changed on a board, remembered on this machine alone."""

import logging
from collections.abc import Mapping
from pathlib import Path

import msgspec

from state import threads
from state.clock import SYSTEM, Clock

_log = logging.getLogger(__name__)


class Looked:
    """The moment, in seconds since the epoch. Who has never looked begins when this is made.

    With a file it outlives the program. A file that cannot be read or written costs no more than that memory.
    """

    def __init__(self, clock: Clock = SYSTEM, path: Path | None = None, board: str = "") -> None:
        """`path` holds the moments of several boards, `board` names this one. Reads the file."""
        self._clock = clock
        self._path = path
        self._board = board
        known = {} if path is None else _read(path)
        self.since = known.get(board, clock.wall())
        if path is not None and board not in known:
            self._keep()

    def now(self) -> None:
        """All that has changed until now is seen."""
        self.since = self._clock.wall()
        self._keep()

    def _keep(self) -> None:
        path, since = self._path, self.since
        if path is not None:
            threads.start("looked", lambda: _write(path, self._board, since))


def _read(path: Path) -> Mapping[str, float]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, float])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        _log.info("%s cannot be read: %s", path, error)
        return {}


def _write(path: Path, board: str, since: float) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode({**_read(path), board: since}))
        new.replace(path)
    except OSError as error:
        _log.info("%s cannot be written: %s", path, error)
