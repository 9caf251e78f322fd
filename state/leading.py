"""Which of several cockpits on one data folder does what only one may do. The kernel gives the lead back at a death."""

import hashlib
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from state import threads

if TYPE_CHECKING:
    from filelock import FileLock

_log = logging.getLogger(__name__)


class Lead:
    """The lead in one matter, named by a text. It is taken at the first question and kept until it is given up.

    Any thread may ask; it blocks for as long as the disk does.
    """

    def __init__(self, folder: Path, matter: str) -> None:
        """`folder` is the data folder that the cockpits share."""
        # What it is about may be an address with anything in it.
        self._path = folder / "leads" / f"{hashlib.sha256(matter.encode()).hexdigest()[:16]}.lock"
        self._lock: FileLock | None = None
        self._given_up = False
        self._guard = threading.Lock()

    def held(self) -> bool:
        """Return whether this cockpit leads, taking the lead where nobody has it.

        Where the folder gives no locks everybody leads: better twice than not at all.
        """
        with self._guard:
            if self._given_up:
                return False
            if self._lock is not None and self._lock.is_locked:
                return True
            with threads.importing:
                from filelock import FileLock, Timeout
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                # Threads of one pool ask; the lock belongs to all of them.
                lock = FileLock(self._path, thread_local=False, fallback_to_soft=False)
                lock.acquire(timeout=0)
            except Timeout:
                return False
            except OSError as error:
                _log.info("no lock at %s: %s", self._path, error)
                return True
            self._lock = lock
            return True

    def give_up(self) -> None:
        """Let another one lead from now on."""
        with self._guard:
            self._given_up = True
            if self._lock is not None:
                self._lock.release()
                self._lock = None
