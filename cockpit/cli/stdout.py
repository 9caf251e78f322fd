"""Standard output as every command has it: where it takes no more, the program ends in words, whoever was writing."""

import errno
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

FAILED = 1
GONE = 141
"""The exit code when whoever read the output has gone: 128 and SIGPIPE's number, as a shell tells it."""
_STDOUT = 1


class Unwritable(BaseException):
    """Standard output takes no more. No Exception, so that nobody takes it for a failure of what they tried."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        self.gone = error.errno == errno.EPIPE


class _Raw(io.FileIO):
    """The descriptor of standard output. Raises Unwritable where it takes no more."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise Unwritable(error) from None


def told(run: Callable[[], None]) -> None:
    """Run a program whose standard output may be full or closed; one line on stderr says so, the exit code is 1.

    When its reader has gone there is nobody to tell: it ends without a word and with GONE.
    """
    if sys.stdout is None:
        _end("it is closed")
    before = sys.stdout
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Raw(_STDOUT, "wb", closefd=False)),
        encoding=before.encoding,
        errors=before.errors,
        line_buffering=before.isatty(),
    )
    try:
        try:
            run()
        finally:
            sys.stdout.flush()
    except Unwritable as refused:
        # What still waits to be written is let go.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), _STDOUT)
        if refused.gone:
            sys.exit(GONE)
        _end(str(refused))


def _end(why: str) -> NoReturn:
    with suppress(OSError):
        print(f"cockpit: standard output cannot be written: {why}", file=sys.stderr)
    sys.exit(FAILED)
