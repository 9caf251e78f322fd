"""Values made once for as long as what they are made of stays the same."""

from collections.abc import Callable, Hashable, Set
from typing import Any, Generic, TypeVar, TypeVarTuple

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Inputs = TypeVarTuple("Inputs")


class Remembered(Generic[K, V]):
    """The last value by key, with its inputs; meant for inputs that never change, so that most are the same objects."""

    def __init__(self) -> None:
        self._made: dict[K, tuple[tuple[Any, ...], V]] = {}

    def value(self, key: K, make: Callable[[*Inputs], V], *inputs: *Inputs) -> V:
        """Return what `make` gives for these inputs, made now unless the last ones of this key were equal."""
        known = self._made.get(key)
        if known is not None and known[0] == inputs:
            return known[1]
        value = make(*inputs)
        self._made[key] = inputs, value
        return value

    def known(self, key: K) -> V | None:
        """Return the last value of a key, whatever it was made of; None when there is none."""
        known = self._made.get(key)
        return None if known is None else known[1]

    def keep(self, keys: Set[K]) -> None:
        """Forget all other keys."""
        if len(self._made) > len(keys):
            self._made = {key: made for key, made in self._made.items() if key in keys}
