"""Kubernetes' quantities: `250m` of a core, `128Mi` of memory."""

from functools import lru_cache

_FACTORS = {
    "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60,
}  # fmt: skip


@lru_cache(maxsize=4096)
def quantity(text: str | int | float) -> float:
    """Return a quantity in its unit: cores, bytes, pieces. Raises ValueError when it is none."""
    written = str(text)
    number = written.rstrip("numkKMGTPEi")
    suffix = written[len(number) :]
    if suffix not in _FACTORS:
        raise ValueError(f"{written!r} is not a quantity")
    return float(number) * _FACTORS[suffix]
