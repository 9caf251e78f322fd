"""What the user may do in one cluster: the server is asked when somebody wants to know, and believed for a minute."""

import logging
from collections.abc import Callable
from dataclasses import replace

from state import threads
from state.clock import SYSTEM, Clock
from state.cluster.access import allowed
from state.cluster.errors import ClusterError
from state.cluster.transport import Transport
from state.operation import Permission

KNOWN = 60.0
"""Seconds that an answer holds. One that is older is shown until the new one is there."""
AGAIN = 10.0
"""Seconds after which a question without an answer is asked again."""
_log = logging.getLogger(__name__)


class Rights:
    """Answers of the server on permissions. Belongs to the loop; the questions are asked on a thread, in turn."""

    def __init__(self, transport: Callable[[], Transport], clock: Clock = SYSTEM) -> None:
        """`transport` is called on a thread; it may block and raise ClusterError."""
        self.revision = 0
        """Grows with every answer."""
        self._transport = transport
        self._clock = clock
        self._answers: dict[Permission, tuple[float, str | None]] = {}
        self._wanted: dict[Permission, None] = {}
        self._asking = False

    def why_not(self, permission: Permission) -> str:
        """Return why the user may not; empty when they may, or as long as that is not known. Never blocks.

        A right on all objects of the namespace answers for each of them, so that one question does for a list.
        """
        everywhere = self._ask(replace(permission, name=""))
        if not everywhere or not permission.name:
            return everywhere or ""
        by_name = self._ask(permission)
        return everywhere if by_name is None else by_name

    def _ask(self, permission: Permission) -> str | None:
        """Return the last answer, None for none, and see to it that there is one."""
        asked, answer = self._answers.get(permission, (float("-inf"), None))
        if self._clock.elapsed() - asked > (AGAIN if answer is None else KNOWN):
            self._wanted.setdefault(permission)
            self._begin()
        return answer

    def _begin(self) -> None:
        if not self._asking:
            self._asking = True
            threads.start("rights", self._run)

    def _run(self) -> None:
        """On a thread: ask what is wanted, one after the other."""
        try:
            while self._wanted:
                permission = next(iter(self._wanted))
                try:
                    answer: str | None = allowed(self._transport(), permission)
                except ClusterError as error:
                    _log.info("whether the user may %s is not known: %s", permission, error)
                    answer = None
                self._answers[permission] = self._clock.elapsed(), answer
                self._wanted.pop(permission, None)
                self.revision += 1
        finally:
            self._asking = False
