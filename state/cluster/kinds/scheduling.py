"""Why the scheduler finds no node for a pod, in two words."""

import re

from state.printable import printable, shorten

_REASONS = (
    (re.compile(r"Insufficient ([\w/-]+(?:\.[\w/-]+)*)"), r"no {}"),
    (re.compile(r"Too many pods"), "no room for pods"),
    (re.compile(r"unbound immediate PersistentVolumeClaims|persistentvolumeclaim \"[^\"]*\" not found"), "no volume"),
    (re.compile(r"volume node affinity conflict"), "volume elsewhere"),
    (re.compile(r"didn't have free ports"), "no free port"),
    (re.compile(r"didn't match pod anti-affinity|didn't satisfy existing pods anti-affinity"), "anti-affinity"),
    (re.compile(r"didn't match pod topology spread"), "topology spread"),
    (re.compile(r"didn't match Pod's node affinity/selector|didn't match node selector"), "no node matches"),
    (re.compile(r"untolerated taint|had taint"), "tainted nodes"),
    (re.compile(r"were unschedulable"), "cordoned nodes"),
    (re.compile(r"no nodes available"), "no nodes"),
)
_LONGEST = 40


def why_unscheduled(message: str) -> str:
    """Return the PodScheduled condition's message shortened to what is missing: `no cpu`, `no memory, no volume`.

    At most two reasons, resources first; a message of another form is cut, an empty one stays empty.
    """
    message = message.split(" preemption:")[0]
    found: list[str] = []
    for pattern, words in _REASONS:
        for match in pattern.finditer(message):
            reason = words.format(*match.groups())
            if reason not in found:
                found.append(reason)
    return ", ".join(found[:2]) or shorten(printable(message), _LONGEST)
