"""What an image can be called: a reference as registries and container runtimes take it."""

import re

from state.printable import printable, shorten

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\]"
_PART = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_REFERENCE = re.compile(rf"(?:(?:{_HOST})(?::[0-9]+)?/)?({_PART}(?:/{_PART})*)(?::{_TAG})?(?:@{_DIGEST})?")
_LONGEST = 255
_SHOWN = 64


def wrong_image(name: str) -> str:
    """Return in a printable sentence why no image can have this name; empty when one can.

    The grammar is that of github.com/distribution/reference: host, path, tag and digest.
    """
    shown = repr(shorten(printable(name), _SHOWN))
    found = _REFERENCE.fullmatch(name)
    if found is None:
        if name != name.strip() or not name:
            return f"{shown} is no image: it is empty or has blanks around it"
        return f"{shown} is no image: write it like registry.example/team/app:v1, the path in lower case"
    if len(found[1]) > _LONGEST:
        return f"{shown} is no image: its path is longer than {_LONGEST} characters"
    return ""
