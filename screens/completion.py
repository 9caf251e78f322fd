"""What a line after `:` could become while it is typed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from screens.command_line import CONTEXT, SIGN_IN
from screens.frame import SCREENS
from screens.look_command import WORDS


@dataclass(frozen=True, slots=True)
class Offers:
    """What completions are made of: the names that are known."""

    kinds: Sequence[str] = ()
    """The likeliest first."""
    namespaces: Sequence[str] = ()
    contexts: Sequence[str] = ()


def completions(text: str, offers: Offers) -> list[str]:
    """Return the whole lines that a beginning could mean, the likeliest first."""
    head, space, tail = text.rpartition(" ")
    if space:
        return [f"{head} {word}" for word in _arguments(head, tail, offers)]
    names = [*SCREENS, *offers.kinds, "ns", "ctx", "aliases", "pf", "handoff", "silences", "login", *WORDS, "quit"]
    return [name for name in dict.fromkeys(names) if name.startswith(text.casefold())] if text else []


def _arguments(head: str, tail: str, offers: Offers) -> Iterator[str]:
    if head.split()[:1] and head.split()[0].casefold() in (*CONTEXT, *SIGN_IN):
        yield from _last_of(tail, offers.contexts)
    elif tail.startswith("@"):
        yield from _last_of(tail, offers.contexts, "@")
    else:
        yield from _last_of(tail, (*offers.namespaces, "all"))


def _last_of(tail: str, names: Sequence[str], sign: str = "") -> Iterator[str]:
    """Complete the last of several names with commas between them."""
    before, comma, last = tail.rpartition(",")
    marked = last.startswith(sign)
    last = last.removeprefix(sign)
    taken = {name.removeprefix(sign) for name in before.split(",")}
    for name in names:
        if name.startswith(last) and name not in taken and marked:
            yield f"{before}{comma}{sign}{name}"
