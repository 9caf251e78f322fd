"""Continue tokens: where a list goes on, and at which revision it is read."""

import base64
import binascii
import json
from typing import NamedTuple

from cockpit.simulator.status import bad_request

LATEST = -1
"""The revision of a token that goes on with whatever stands now."""


class Position(NamedTuple):
    """A list goes on after the path `after` (relative to the list), read at a revision."""

    revision: int
    after: str


def token(position: Position) -> str:
    """Return a position as the opaque text a client sends back."""
    slash = "/" if position.revision != LATEST else ""
    data = {"v": "meta.k8s.io/v1", "rv": position.revision, "start": f"{slash}{position.after}\0"}
    return base64.urlsafe_b64encode(json.dumps(data, separators=(",", ":")).encode()).rstrip(b"=").decode()


def position(text: str) -> Position:
    """Return what a token says. Raises ApiError (400) with the server's words."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _refused("illegal base64 data at input byte 0") from None
    try:
        data = json.loads(raw.decode(errors="replace"))
    except ValueError:
        shown = raw.decode(errors="replace")[:1]
        raise _refused(f"invalid character '{shown}' looking for beginning of value") from None
    if not isinstance(data, dict) or data.get("v") != "meta.k8s.io/v1":
        raise bad_request('invalid continue token: server does not recognize this encoded version ""')
    revision, start = data.get("rv"), data.get("start")
    if not isinstance(revision, int) or revision == 0 or not isinstance(start, str) or not start:
        raise bad_request("invalid continue token: incorrect encoded start resourceVersion (version meta.k8s.io/v1)")
    return Position(revision, start.removeprefix("/").removesuffix("\0"))


def _refused(why: str) -> Exception:
    return bad_request(f"invalid continue token: continue key is not valid: {why}")
