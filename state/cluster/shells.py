"""Which shell a container has."""

import re
from collections.abc import Sequence

from state.cluster.errors import ApiError
from state.cluster.exec import Exit, Place, run
from state.cluster.shell_settings import Shell
from state.cluster.transport import Transport

_NOT_EXECUTABLE = (126, 127)
_MISSING = re.compile(r"not found|no such file|cannot find|permission denied|not executable", re.IGNORECASE)


def find_shell(transport: Transport, place: Place, shells: Sequence[str] = Shell().shells) -> str:
    """Return the first of these shells that runs in the container, empty when none does. Blocks.

    Raises ApiError when the container cannot be entered at all, Unreachable and SignInFailed.
    """
    for shell in shells:
        ended = run(transport, place, (shell, "-c", "exit 0"))
        if ended.well:
            return shell
        if not _is_missing(ended):
            raise ApiError(500, "InternalError", f"{place}: {ended.message or f'{shell} ended with {ended.code}'}")
    return ""


def _is_missing(ended: Exit) -> bool:
    return ended.code in _NOT_EXECUTABLE or (ended.code is None and _MISSING.search(ended.message) is not None)
