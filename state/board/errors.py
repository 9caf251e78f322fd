"""What can go wrong with a board, as types a caller can tell apart. Each text is one printable sentence or two."""


class BoardError(Exception):
    """The base of all."""


class Unreadable(BoardError):
    """The file cannot be read as a board. It is left as it is."""


class NewerSchema(Unreadable):
    """The file was written by a newer program."""


class NotSaved(BoardError):
    """Changes could not be made durable; nothing of them is lost in memory, and trying again is right."""


class ChangeRefused(BoardError):
    """A change does not fit the board: another value stands there now, or the new one is not allowed."""
