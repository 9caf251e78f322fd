"""Numbers as Go writes them into Prometheus' answers."""

from decimal import Decimal
from math import inf, isnan


def format_value(value: float) -> str:
    """Return a sample's value: the shortest digits that read back to it, without exponent between 1e-6 and 1e21."""
    text = repr(value)
    if text.endswith(".0"):
        return text[:-2]
    if "e" not in text and "n" not in text:
        return text
    if isnan(value):
        return "NaN"
    if value in (inf, -inf):
        return "+Inf" if value > 0 else "-Inf"
    if abs(value) < 1e-6 or abs(value) >= 1e21:
        return text
    return format(Decimal(text), "f")


def format_exponent(value: float) -> str:
    """Return an alert's value as Prometheus lists it: `1e+00`."""
    if isnan(value) or value in (inf, -inf):
        return format_value(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    first, *rest = map(str, digits)
    decimals = f".{''.join(rest)}" if rest else ""
    return f"{'-' if sign else ''}{first}{decimals}e{exponent + len(digits) - 1:+03d}"
