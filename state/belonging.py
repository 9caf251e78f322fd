"""Which context an alert is about, by its external labels. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from state.printable import printable


@dataclass(frozen=True, slots=True)
class Belonging:
    """Decides whether an alert is about one context, so that nothing is done to another one's objects.

    `maps` are the external labels of the contexts that have any configured, by their names. `twins` are other names
    of the same cluster. `alone` says that there is no other context that an alert could be about.
    """

    context: str = ""
    maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    twins: frozenset[str] = frozenset()
    alone: bool = True

    def why_not(self, labels: Iterable[tuple[str, str]], *, own: bool) -> str:
        """Return why an alert is not about an object of the context, empty when it is.

        `own` says that who told of it was configured for this context or found in its cluster: then labels may be
        missing, for a Prometheus does not know its own external labels, but none may contradict.
        """
        given = dict(labels)
        fitting = [name for name, wanted in self.maps.items() if _fits(wanted, given)]
        others = [name for name in fitting if name != self.context and name not in self.twins]
        if len(others) < len(fitting):
            return f"its labels fit several contexts: {_list(fitting)}" if others else ""
        if len(others) > 1:
            return f"its labels fit several contexts: {_list(others)}"
        if others:
            return f"it is about the context {printable(others[0])}"
        wanted = self.maps.get(self.context)
        if wanted is None:
            if own or (self.alone and not self.maps):
                return ""
            return f"nothing says whose alerts these are: give labels under [contexts.{printable(self.context)}]"
        if own and all(given.get(name, value) == value for name, value in wanted.items()):
            return ""
        return f"its labels name no context: those of {printable(self.context)} have {_pairs(wanted)}"


ANYWHERE = Belonging()
"""Where there is one context alone and nothing is configured."""


def _fits(wanted: Mapping[str, str], given: Mapping[str, str]) -> bool:
    return bool(wanted) and all(given.get(name) == value for name, value in wanted.items())


def _pairs(labels: Mapping[str, str]) -> str:
    return printable(", ".join(f"{name}={value}" for name, value in labels.items()))


def _list(names: Iterable[str]) -> str:
    return printable(", ".join(sorted(names)))
