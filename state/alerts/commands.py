"""What is done to silences here, as amtool and curl do it. Pure."""

import json
import shlex
from collections.abc import Sequence

from state.alerts.client import Draft
from state.alerts.model import Matcher
from state.rfc3339 import timestamp

_JSON = "Content-Type: application/json"


def amtool_line(draft: Draft, url: str, *, in_place: bool = False) -> str:
    """Return the amtool command that makes the same silence, or with `in_place` changes that of the draft's id."""
    where = f"--alertmanager.url={url}"
    says = f"--comment={draft.comment}"
    end = f"--end={timestamp(draft.ends)}"
    if in_place:
        return _command(["amtool", "silence", "update"], [where], [says], [end], [draft.id])
    matchers = ([_matcher_text(matcher)] for matcher in draft.matchers)
    return _command(["amtool", "silence", "add"], [where], [f"--author={draft.created_by}"], [says], [end], *matchers)


def curl_line(draft: Draft, url: str) -> str:
    """Return the curl command that makes or changes the same silence, its body on several lines."""
    body = json.dumps(draft.body(), ensure_ascii=False, indent=1)
    return _command(["curl", "-sS", "-H", _JSON], [f"{url.rstrip('/')}/api/v2/silences"], ["-d", body])


def amtool_extend(ids: Sequence[str], ends: float, url: str) -> str:
    """Return the amtool command that lets silences end at a moment."""
    where = f"--alertmanager.url={url}"
    return _command(["amtool", "silence", "update"], [where], [f"--end={timestamp(ends)}"], *([id_] for id_ in ids))


def amtool_expire(ids: Sequence[str], url: str) -> str:
    """Return the amtool command that ends silences."""
    return _command(["amtool", "silence", "expire"], [f"--alertmanager.url={url}"], *([id_] for id_ in ids))


def curl_expire(ids: Sequence[str], url: str) -> str:
    """Return the curl command that ends silences."""
    at = f"{url.rstrip('/')}/api/v2/silence/"
    return _command(["curl", "-sS", "-X", "DELETE"], *([f"{at}{id_}"] for id_ in ids))


def _command(*lines: Sequence[str]) -> str:
    """Words as a shell reads them, some of them on each line."""
    return " \\\n  ".join(shlex.join(line) for line in lines)


def _matcher_text(matcher: Matcher) -> str:
    sign = {(False, True): "=", (True, True): "=~", (False, False): "!=", (True, False): "!~"}
    value = matcher.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{matcher.name}{sign[matcher.regex, matcher.equal]}"{value}"'
