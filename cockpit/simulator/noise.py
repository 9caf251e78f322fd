"""Chance that can be asked again: values drawn from names and moments, the same each time."""

import math
from functools import lru_cache
from zlib import crc32

_MASK = 0xFFFFFFFFFFFFFFFF


def _mix(value: int) -> int:
    """Spread the bits of a number over 64 of them (the finaliser of splitmix64)."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


@lru_cache(maxsize=65536)
def stream(seed: int, name: str) -> int:
    """Return the number that stands for a name in a world."""
    return _mix((seed << 32) ^ crc32(name.encode()))


def draw(source: int, index: int = 0) -> float:
    """Return a number in [0, 1) that a stream holds at an index."""
    return _mix(source ^ (index * 0xD1342543DE82EF95 & _MASK)) / 2**64


def bits(source: int, index: int = 0) -> int:
    """Return 64 bits that a stream holds at an index."""
    return _mix(source ^ (index * 0xD1342543DE82EF95 & _MASK))


def wander(source: int, moment: float, period: float) -> float:
    """Return a number in [0, 1) that changes smoothly with time: a new draw each `period` seconds, eased between."""
    step = math.floor(moment / period)
    share = moment / period - step
    eased = share * share * (3 - 2 * share)
    before, after = draw(source, step), draw(source, step + 1)
    return before + (after - before) * eased
