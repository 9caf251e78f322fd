"""Whether an API server answers at all, which a quiet watch cannot tell."""

import re

from state.cluster.errors import Unauthorized, Unreachable
from state.cluster.transport import Answer, Request, Transport
from state.printable import printable, shorten

PROBE_SECONDS = 3.0
_FAILED_CHECK = re.compile(rb"^\[-\]([\w./-]+)", re.MULTILINE)


def judge(answer: Answer) -> str:
    """Return an empty string for a server that can be used, else the sentence that says why not.

    A refusal (401, 403, 404, any 4xx) is an answer: who forbids is there. A 5xx of `/readyz` names the checks
    that fail.
    """
    if answer.status < 500:
        return ""
    checks = [check.decode(errors="replace") for check in _FAILED_CHECK.findall(answer.body)]
    if checks:
        return f"the API server is not ready: {printable(', '.join(checks[:4]))}"
    said = shorten(printable(answer.body[:200].decode(errors="replace")).strip(), 80)
    return f"the API server is not ready: {said or 'no reason given'} ({answer.status})"


def probe(transport: Transport) -> None:
    """Ask `/readyz` once, for at most a few seconds.

    Raises Unreachable when no answer comes or the server is not ready, SignInFailed when there are no
    credentials to ask with; credentials that the server refuses are an answer.
    """
    try:
        answer = transport.call(Request("/readyz", accept="*/*", read_timeout=PROBE_SECONDS))
    except Unauthorized:
        return
    reason = judge(answer)
    if reason:
        raise Unreachable(reason)
