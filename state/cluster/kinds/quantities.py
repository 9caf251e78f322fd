"""Kubernetes quantities as numbers."""

from functools import lru_cache

_SUFFIXES = {
    "": 1.0,
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "P": 1e15,
    "E": 1e18,
    "Ki": 2.0**10,
    "Mi": 2.0**20,
    "Gi": 2.0**30,
    "Ti": 2.0**40,
    "Pi": 2.0**50,
    "Ei": 2.0**60,
}


@lru_cache(maxsize=4096)
def quantity(text: str) -> float:
    """Return what `250m`, `1.5`, `128Mi` or `1e3` stand for: cores, bytes or a count.

    The grammar is that of k8s.io/apimachinery's `resource.Quantity`. Raises ValueError for anything else.
    """
    number = text.rstrip("numkMGTPEKi")
    factor = _SUFFIXES.get(text[len(number) :])
    if factor is None or not number or number[-1] in "eE" or "_" in number or number != number.strip():
        raise ValueError(f"{text!r} is no quantity")
    value = float(number) * factor
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{text!r} is no quantity")
    return value
