"""What can go wrong with the journal, apart from what needs its database."""


class JournalError(Exception):
    """The journal cannot be read or written. The text is one printable sentence."""
