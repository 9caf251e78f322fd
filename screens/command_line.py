"""What is typed after `:`, in the grammar of k9s."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screens.frame import SCREENS
from screens.look_command import BadLook, Look, read_look
from state.cluster.kinds.catalogue import find
from state.cluster.kinds.kind import Kind, Resource
from state.namespace_name import wrong_namespace
from state.printable import printable

QUIT = ("q", "q!", "qa", "quit", "exit")
HELP = ("help", "h", "?")
ALIASES = ("alias", "aliases", "a")
NAMESPACE = ("ns", "namespace", "namespaces")
CONTEXT = ("ctx", "context", "contexts")
SIGN_IN = ("login", "sign-in", "signin")
FORWARDS = ("pf", "portforward", "portforwards", "forwards")
HANDOFF = ("handoff", "hand-off")
SILENCES = ("silences", "silence")
BACK = ("-",)
ALL = ("all", "-", "*")

ELSEWHERE: Mapping[tuple[str, ...], str] = {
    ("wk", "workload", "workloads"): "the workloads of an app stand together among the apps: type apps, or press 3",
    ("usr", "user", "users"): "write can u:NAME for what a user may do",
    ("grp", "group", "groups"): "write can g:NAME for what a group may do",
    ("sd", "screendump", "screendumps"): "ctrl+s writes a list, a text or a log to a file and says where it is",
    ("dir", "d", "ls"): "manifests on this machine are applied by kubectl apply or by git; here objects are edited: e",
    (
        "be",
        "bench",
        "benchmark",
        "benchmarks",
    ): "load is not made here: forward a port with F and aim a load tool at it",
    ("popeye", "pop"): "whether apps are ready for production is on their pages among the apps: press 3",
}
"""Words that k9s knows as commands, and what to do in their place. A kind of that name goes before."""

Find = Callable[[str], Kind[Any] | Resource | None]
"""Gives the kind of a name, or the resource whose kind has to be asked for; None for no known one."""


@dataclass(frozen=True, slots=True)
class GoTo:
    """Go to one of the numbered screens."""

    screen: str


@dataclass(frozen=True, slots=True)
class ShowKind:
    """Show a kind: in some namespaces (None: as it is), narrowed by a filter (None: as it is), of some contexts
    (empty: as it is)."""

    kind: Kind[Any] | Resource
    namespaces: tuple[str, ...] | None = None
    filter: str | None = None
    contexts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookAt:
    """Show these namespaces; empty: all."""

    namespaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UseContexts:
    """Go to a context; several: show them in one list."""

    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignInTo:
    """Let the user of a context sign in at the terminal; empty: of the one that is shown."""

    context: str = ""


@dataclass(frozen=True, slots=True)
class ListContexts:
    """Show which contexts there are."""


@dataclass(frozen=True, slots=True)
class ListKinds:
    """Show which kinds there are, and what they may be called."""


@dataclass(frozen=True, slots=True)
class ListForwards:
    """Show the port-forwards that are open."""


@dataclass(frozen=True, slots=True)
class Before:
    """Show again what was shown before."""


@dataclass(frozen=True, slots=True)
class Leave:
    """End the program."""


@dataclass(frozen=True, slots=True)
class Help:
    """Show the keys."""


@dataclass(frozen=True, slots=True)
class HandOff:
    """Show what the next on call has to know of the last twelve hours."""


@dataclass(frozen=True, slots=True)
class ListSilences:
    """Show which silences there are."""


_Lists = ListContexts | ListKinds | ListForwards | ListSilences
Typed = SignInTo | GoTo | ShowKind | LookAt | UseContexts | _Lists | HandOff | Before | Leave | Help | Look


class NotUnderstood(Exception):
    """The text is no command. Its words say what would be."""


def read_command(text: str, find_kind: Find = find) -> Typed:
    """Return what a line means. Raises NotUnderstood.

    `pods`, `po payments`, `deploy /api`, `pod app=api,tier!=web`, `pod -n a,b`, `pod -f api`, `pod @staging`,
    `pod @prod,@staging`, `ns payments`, `ctx staging`, `overview`, `q`, and what `read_look` understands.
    """
    words = text.split()
    if not words:
        raise NotUnderstood("type a kind (pods, deploy …), a screen, ns NAME, ctx NAME, or q")
    first, rest = words[0].casefold(), words[1:]
    for names, plain in _PLAIN:
        if first in names:
            return plain
    if first in SCREENS:
        return GoTo(first)
    try:
        look = read_look(words, find_kind)
    except BadLook as error:
        raise NotUnderstood(str(error)) from None
    if look is not None:
        return look
    if first in NAMESPACE and rest and not rest[0].startswith(("/", "@", "-")):
        return LookAt(_namespaces(rest[0]))
    if first in CONTEXT:
        return UseContexts(_contexts(" ".join(rest))) if rest else ListContexts()
    if first in SIGN_IN:
        return SignInTo(_contexts(" ".join(rest))[0] if rest else "")
    kind = find_kind(first)
    if kind is None:
        instead = next((said for names, said in ELSEWHERE.items() if first in names), "")
        raise NotUnderstood(instead or f"{words[0]!r} is no kind and no screen known here")
    return _Arguments(rest).of(kind)


_PLAIN: tuple[tuple[tuple[str, ...], Typed], ...] = (
    (QUIT, Leave()),
    (HELP, Help()),
    (ALIASES, ListKinds()),
    (FORWARDS, ListForwards()),
    (HANDOFF, HandOff()),
    (SILENCES, ListSilences()),
    (BACK, Before()),
)


class _Arguments:
    """What stands behind a kind."""

    def __init__(self, words: Sequence[str]) -> None:
        self.namespaces: tuple[str, ...] | None = None
        self.contexts: tuple[str, ...] = ()
        self.filters: list[str] = []
        left = list(words)
        while left:
            self._take(left.pop(0), left)

    def of(self, kind: Kind[Any] | Resource) -> ShowKind:
        return ShowKind(kind, self.namespaces, " ".join(self.filters) if self.filters else None, self.contexts)

    def _take(self, word: str, left: list[str]) -> None:
        if word in ("-n", "--namespace"):
            if not left:
                raise NotUnderstood(f"{word} wants a namespace behind it")
            self.namespaces = _namespaces(left.pop(0))
        elif word in ("-A", "--all-namespaces"):
            self.namespaces = ()
        elif word in ("-f", "-l"):
            if not left:
                raise NotUnderstood(f"{word} wants {'a text' if word == '-f' else 'a label'} behind it")
            self.filters.append(f"{word} {left.pop(0)}")
        elif word.startswith("/"):
            # A pattern goes on to the end, as it would behind `/`; contexts alone may still follow.
            text = [word[1:]]
            while left and not left[0].startswith("@") and "=" not in left[0]:
                text.append(left.pop(0))
            self.filters.append(" ".join(part for part in text if part))
        elif word.startswith("@"):
            self.contexts += _contexts(word)
        elif "=" in word or (left and left[0] in ("in", "notin")):
            self.filters.append(f"-l {self._selector(word, left)}")
        else:
            self.namespaces = _namespaces(word)

    def _selector(self, word: str, left: list[str]) -> str:
        parts = [word]
        while left and (left[0] in ("in", "notin") or left[0].startswith("(") or parts[-1].endswith((",", "("))):
            parts.append(left.pop(0))
        return " ".join(parts)


def _namespaces(word: str) -> tuple[str, ...]:
    if word in ALL:
        return ()
    names = tuple(part for part in word.split(",") if part)
    for name in names or (word,):
        if wrong := wrong_namespace(name):
            raise NotUnderstood(wrong)
    return tuple(dict.fromkeys(names))


def _contexts(words: str) -> tuple[str, ...]:
    names = (part.strip().removeprefix("@").strip() for part in words.split(","))
    found = tuple(dict.fromkeys(name for name in names if name))
    if not found:
        raise NotUnderstood(f"{printable(words)!r} names no context: write @staging, or @prod,@staging for both")
    return found
