"""What is typed after `:` to look at the cluster as a whole: pulse, xray, logs, and who may do what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from state.cluster.kinds.kind import Kind, Resource
from state.cluster.rbac import Subject, Wanted
from state.label_selector import SelectorError, parse_selector
from state.namespace_name import wrong_namespace
from state.printable import printable

PULSE = ("pulse", "pulses", "pu", "hz")
XRAY = ("xray", "xrays", "xr", "x")
CAN_I = ("can-i", "cani")
WHO_CAN = ("who-can", "whocan")
CAN = ("can",)
LOGS = ("logs", "log")
WORDS = ("pulse", "xray", "logs", "can-i", "who-can", "can")
"""The names that completion offers."""
_SUBJECTS = {"u": "User", "g": "Group", "s": "ServiceAccount"}

Find = Callable[[str], Kind[Any] | Resource | None]


class BadLook(ValueError):
    """The words say nothing that can be looked at. The text says what would."""


@dataclass(frozen=True, slots=True)
class ShowPulse:
    """Show the cluster in pictures."""


@dataclass(frozen=True, slots=True)
class ShowXray:
    """Show what hangs from one object, from all of a kind in a namespace, or from a namespace.

    An empty namespace is the one that is shown; an empty name means all of the kind.
    """

    kind: str = "Namespace"
    namespace: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class AskRights:
    """Ask who can (`wanted`), what somebody may (`subject`), or what I may in a namespace."""

    wanted: Wanted | None = None
    subject: Subject | None = None
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class ShowLogs:
    """Show the logs of one object's pods, or of the pods that a selector matches, in one stream.

    Without a namespace: of those that are shown.
    """

    selector: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""


Look = ShowPulse | ShowXray | ShowLogs | AskRights


def read_look(words: Sequence[str], find: Find) -> Look | None:
    """Return what a line means, None when it is none of these. Raises BadLook.

    `pulse`, `xray payments`, `xray deploy payments`, `xray deploy payments/api`, `logs app=api payments`,
    `logs payments/api-0`, `logs deploy payments/api`, `can-i payments`,
    `who-can get secrets payments`, `who-can create pods/exec`, `can u:ana`, `can g:team`, `can s:payments/robot`.
    """
    first, rest = words[0].casefold(), [word for word in words[1:] if word != "-n"]
    if first in PULSE:
        return ShowPulse()
    if first in XRAY:
        return _xray(rest, find)
    if first in LOGS:
        return _logs(rest, find)
    if first in CAN_I:
        return AskRights(namespace=_namespace(rest[0]) if rest else "")
    if first in WHO_CAN:
        return AskRights(_wanted(rest, find))
    if first in CAN:
        return AskRights(subject=_subject(rest))
    return None


def _xray(rest: Sequence[str], find: Find) -> ShowXray:
    if not rest:
        return ShowXray()
    kind = _resource(find(rest[0]))
    if kind is None:
        if len(rest) > 1:
            raise BadLook(f"{printable(rest[0])!r} is no kind: write xray deploy payments, or xray payments")
        return ShowXray(namespace=_namespace(rest[0]))
    where = rest[1] if len(rest) > 1 else ""
    namespace, slash, name = where.rpartition("/") if "/" in where else (where, "", "")
    if slash and not name:
        raise BadLook("write xray deploy payments/payments-api, or xray deploy payments for all of them")
    if kind.kind == "Namespace":
        return ShowXray(namespace=_namespace(where) if where else "")
    return ShowXray(kind.kind, _namespace(namespace) if namespace else "", name)


def _logs(rest: Sequence[str], find: Find) -> ShowLogs:
    words = [word for word in rest if word != "-l"]
    if not words:
        raise BadLook("write logs app=api, logs app=api payments, logs deploy payments/api, or logs payments/POD")
    last = words[-1]
    if "/" in last and not any(sign in last for sign in "=!(,<>"):
        namespace, _, name = last.partition("/")
        kind = _resource(find(words[0])) if len(words) > 1 else None
        if not name or len(words) > 2 or (len(words) == 2 and kind is None):
            raise BadLook("write logs deploy payments/payments-api, or logs payments/POD")
        return ShowLogs("", kind.kind if kind is not None else "Pod", _namespace(namespace), printable(name))
    namespace = ""
    if len(words) > 1 and not wrong_namespace(last) and words[-2] not in ("in", "notin", "<", ">", "=", "!=", "=="):
        namespace = last
        words.pop()
    selector = " ".join(words)
    try:
        parse_selector(selector)
    except SelectorError as error:
        raise BadLook(str(error)) from None
    return ShowLogs(selector, namespace=namespace)


def _wanted(rest: Sequence[str], find: Find) -> Wanted:
    if len(rest) < 2:
        raise BadLook("write who-can VERB KIND, and a namespace: who-can get secrets payments")
    verb, word = rest[0].casefold(), rest[1]
    plural, slash, subresource = word.partition("/")
    found = _resource(find(plural))
    if found is None:
        raise BadLook(f"{printable(plural)!r} is no kind known here: write who-can get secrets payments")
    namespace = _namespace(rest[2]) if len(rest) > 2 and found.namespaced else ""
    return Wanted(verb, found.group, f"{found.plural}{slash}{subresource}", namespace)


def _subject(rest: Sequence[str]) -> Subject:
    letter, colon, name = rest[0].partition(":") if rest else ("", "", "")
    kind = _SUBJECTS.get(letter.casefold())
    if kind is None or not colon or not name:
        raise BadLook("write can u:USER, can g:GROUP, or can s:NAMESPACE/ACCOUNT")
    if kind != "ServiceAccount":
        return Subject(kind, printable(name))
    namespace, slash, account = name.replace(":", "/").partition("/")
    if not slash or not account:
        raise BadLook("an account has a namespace: write can s:NAMESPACE/ACCOUNT")
    return Subject(kind, printable(account), _namespace(namespace))


def _resource(found: Kind[Any] | Resource | None) -> Resource | None:
    return found.resource if isinstance(found, Kind) else found


def _namespace(word: str) -> str:
    if wrong := wrong_namespace(word):
        raise BadLook(wrong)
    return word
