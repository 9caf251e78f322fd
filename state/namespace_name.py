"""What a namespace can be called: a DNS label (RFC 1123), as the API server demands it."""

import re

from state.printable import printable, shorten

_LABEL = re.compile("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_SHOWN = 64


def wrong_namespace(name: str) -> str:
    """Return in a printable sentence why no namespace can have this name; empty when one can."""
    if _LABEL.fullmatch(name):
        return ""
    return (
        f"{shorten(printable(name), _SHOWN)!r} is no namespace: a name has a-z, 0-9 and - only, "
        "a letter or digit at both ends, and 63 characters at most"
    )
