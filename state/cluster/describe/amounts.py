"""Kubernetes quantities: added up and written in their canonical form (`resource.Quantity` of apimachinery)."""

import re
from collections.abc import Iterable
from fractions import Fraction

_NUMBER = re.compile(r"([+-]?[0-9.]+)(?:([eE][+-]?[0-9]+)|([numkMGTPE]|[KMGTPE]i)?)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


class Amount:
    """A quantity with the family of its suffix, which a sum takes from its first part."""

    __slots__ = ("binary", "value")

    def __init__(self, value: Fraction = Fraction(0), binary: bool = False) -> None:
        self.value = value
        self.binary = binary

    @classmethod
    def of(cls, text: object) -> "Amount":
        """Return what a quantity says; anything else is nothing at all, as a server never sends it."""
        match = _NUMBER.fullmatch(str(text))
        if match is None:
            return cls()
        number, exponent, suffix = match.groups()
        try:
            value = Fraction(number)
        except ValueError:
            return cls()
        if exponent:
            return cls(value * Fraction(10) ** max(-30, min(30, int(exponent[1:]))))
        if suffix and suffix.endswith("i"):
            return cls(value * 1024 ** _BINARY.index(suffix), binary=True)
        return cls(value * Fraction(10) ** _DECIMAL[suffix or ""])

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.value + other.value, self.binary if self.value else other.binary)

    def __bool__(self) -> bool:
        return bool(self.value)

    def percent_of(self, whole: "Amount") -> int:
        """Return whole percents, cut, 0 of nothing."""
        return int(self.value / whole.value * 100) if whole.value else 0

    def __str__(self) -> str:
        value = self.value
        if not value:
            return "0"
        if self.binary and abs(value) >= 1024:
            number, power = _ceiling(value), 0
            while number % 1024 == 0 and power < len(_BINARY) - 1:
                number, power = number // 1024, power + 1
            return f"{number}{_BINARY[power]}"
        nano, power = _ceiling(value * 10**9), -9
        while nano % 1000 == 0 and power < 18:
            nano, power = nano // 1000, power + 3
        return f"{nano}{next(suffix for suffix, exponent in _DECIMAL.items() if exponent == power)}"


def total(amounts: Iterable[Amount]) -> Amount:
    """Return the sum."""
    result = Amount()
    for amount in amounts:
        result = result + amount
    return result


def _ceiling(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
