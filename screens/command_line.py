"""What is typed after `:`, in the grammar of k9s."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from screens.frame import SCREENS
from state.cluster.kinds.catalogue import find, kinds
from state.cluster.kinds.kind import Kind
from state.namespace_name import wrong_namespace

QUIT = ("q", "q!", "qa", "quit", "exit")
HELP = ("help", "h", "?")
ALL = ("all", "-", "*")


@dataclass(frozen=True, slots=True)
class GoTo:
    """Go to one of the numbered screens."""

    screen: str


@dataclass(frozen=True, slots=True)
class ShowKind:
    """Show a kind: in some namespaces (None: as it is), narrowed by a filter."""

    kind: Kind[Any]
    namespaces: tuple[str, ...] | None = None
    filter: str = ""


@dataclass(frozen=True, slots=True)
class LookAt:
    """Read these namespaces; empty: all."""

    namespaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """End the program."""


@dataclass(frozen=True, slots=True)
class Help:
    """Show the keys."""


Typed = GoTo | ShowKind | LookAt | Leave | Help


class NotUnderstood(Exception):
    """The text is no command. Its words say what would be."""


def read_command(text: str) -> Typed:
    """Return what a line means. Raises NotUnderstood.

    `pods`, `po payments`, `deploy /api`, `pod app=api`, `pod -n a,b`, `ns payments`, `overview`, `q`.
    """
    words = text.split()
    if not words:
        raise NotUnderstood("type a kind (pods, deploy …), a screen, ns NAME, or q")
    first, rest = words[0].casefold(), words[1:]
    if first in QUIT:
        return Leave()
    if first in HELP:
        return Help()
    if first in SCREENS:
        return GoTo(first)
    if first in ("ns", "namespace") and rest:
        return LookAt(_namespaces(rest[0]))
    kind = find(first)
    if kind is None:
        raise NotUnderstood(f"{words[0]!r} is no kind and no screen known here")
    namespaces: tuple[str, ...] | None = None
    filters: list[str] = []
    expects_namespace = False
    for word in rest:
        if expects_namespace:
            namespaces, expects_namespace = _namespaces(word), False
        elif word == "-n":
            expects_namespace = True
        elif word.startswith("/"):
            filters.append(word[1:])
        elif "=" in word:
            filters.append(f"-l {word}")
        elif word == "-f":
            filters.append("-f")
        elif filters and filters[-1] == "-f":
            filters[-1] = f"-f {word}"
        else:
            namespaces = _namespaces(word)
    if expects_namespace:
        raise NotUnderstood("-n wants a namespace behind it")
    return ShowKind(kind, namespaces, " ".join(filters))


def completions(text: str, namespaces: Sequence[str]) -> list[str]:
    """Return the whole lines that a beginning could mean, the likeliest first."""
    head, space, tail = text.rpartition(" ")
    if space:
        return [f"{head} {name}" for name in namespaces if name.startswith(tail)]
    names = [*SCREENS, *(kind.resource.plural for kind in kinds()), "ns", "quit"]
    return [name for name in names if name.startswith(text.casefold())] if text else []


def _namespaces(word: str) -> tuple[str, ...]:
    if word in ALL:
        return ()
    names = tuple(part for part in word.split(",") if part)
    for name in names or (word,):
        if wrong := wrong_namespace(name):
            raise NotUnderstood(wrong)
    return names
