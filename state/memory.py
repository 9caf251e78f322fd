"""What the C library keeps of the memory that the program is done with. Elsewhere than under glibc nothing happens."""

import logging

_ARENA_MAX = -8
"""`M_ARENA_MAX` of glibc's malloc.h."""
_ARENAS = 2
_MUCH = 2 << 20
"""Bytes, decoded into many small objects, that leave megabytes of holes."""
_log = logging.getLogger(__name__)


def share_arenas() -> None:
    """Let all threads take their memory from two arenas, and not from eight for each core.

    One thread runs Python at a time, so they wait for each other anyway; and what a thread that ended has freed in an
    arena of its own nobody else would use. Costs the import of ctypes; call it on a thread.
    """
    import ctypes

    try:
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)
    except (OSError, AttributeError):
        _log.debug("this C library has no arenas to share")


def give_back_after(read: int) -> None:
    """Give back what reading so many bytes has left behind, where that is worth it. Call it on a thread."""
    if read > _MUCH:
        give_back()


def give_back() -> None:
    """Give to the system what was freed. Takes milliseconds; call it on a thread."""
    import ctypes

    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        _log.debug("this C library gives memory back by itself")
