"""Keys that sort, with room between any two: moving one card changes one key.

The keys are those of D. Greenspan, "Implementing Fractional Indexing" (2020): an integer of variable length whose
first character says how long it is, then a fraction. Appending makes the integer grow (logarithmic), inserting
makes the fraction grow.
"""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ALPHABET = frozenset(_DIGITS)
_ZERO = "a0"
_SMALLEST = "A" + "0" * 26


def between(low: str | None, high: str | None) -> str:
    """Return a key strictly between two keys; None is the open end.

    Raises ValueError when `low` is not before `high`, or when one of them is no key.
    """
    for key in (low, high):
        if key is not None and not is_key(key):
            raise ValueError(f"{key!r} is no rank")
    if low is not None and high is not None and low >= high:
        raise ValueError(f"rank {low!r} is not before {high!r}")
    if low is None:
        if high is None:
            return _ZERO
        whole, fraction = _split(high)
        if whole == _SMALLEST:
            return whole + _middle("", fraction)
        if whole < high:
            return whole
        less = _less(whole)
        return less + _middle("", None) if less == _SMALLEST else less
    whole, fraction = _split(low)
    if high is None:
        more = _more(whole)
        return whole + _middle(fraction, None) if more is None else more
    high_whole, high_fraction = _split(high)
    if whole == high_whole:
        return whole + _middle(fraction, high_fraction)
    more = _more(whole)
    return more if more is not None and more < high else whole + _middle(fraction, None)


def spread(low: str | None, high: str | None, count: int) -> list[str]:
    """Return `count` rising keys strictly between two keys, short ones. Raises ValueError as `between` does."""
    if count <= 0:
        return []
    if high is None:
        keys: list[str] = []
        for _ in range(count):
            low = between(low, None)
            keys.append(low)
        return keys
    half = count // 2
    middle = between(low, high)
    return [*spread(low, middle, half), middle, *spread(middle, high, count - half - 1)]


def is_key(key: str) -> bool:
    """Return whether `key` is one that `between` can have made."""
    size = _size(key[:1])
    return (
        0 < size <= len(key)
        and _ALPHABET.issuperset(key[1:])
        and key != _SMALLEST
        and not (len(key) > size and key.endswith("0"))
    )


def _size(head: str) -> int:
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    return ord("Z") - ord(head) + 2 if "A" <= head <= "Z" else 0


def _split(key: str) -> tuple[str, str]:
    size = _size(key[0])
    return key[:size], key[size:]


def _more(whole: str) -> str | None:
    head, digits = whole[0], list(whole[1:])
    for at in reversed(range(len(digits))):
        if digits[at] != "z":
            digits[at] = _DIGITS[_DIGITS.index(digits[at]) + 1]
            return head + "".join(digits)
        digits[at] = "0"
    if head == "z":
        return None
    return _ZERO if head == "Z" else _resized(chr(ord(head) + 1), digits, "0")


def _less(whole: str) -> str:
    head, digits = whole[0], list(whole[1:])
    for at in reversed(range(len(digits))):
        if digits[at] != "0":
            digits[at] = _DIGITS[_DIGITS.index(digits[at]) - 1]
            return head + "".join(digits)
        digits[at] = "z"
    return "Zz" if head == "a" else _resized(chr(ord(head) - 1), digits, "z")


def _resized(head: str, digits: list[str], fill: str) -> str:
    return head + "".join(digits)[: _size(head) - 1].ljust(_size(head) - 1, fill)


def _middle(low: str, high: str | None) -> str:
    """Return a fraction between two, without a zero at its end. `low` is before `high`; None is one."""
    if high is not None:
        shared = 0
        while shared < len(high) and (low[shared] if shared < len(low) else "0") == high[shared]:
            shared += 1
        if shared:
            return high[:shared] + _middle(low[shared:], high[shared:])
    first = _DIGITS.index(low[0]) if low else 0
    last = len(_DIGITS) if high is None else _DIGITS.index(high[0])
    if last - first > 1:
        return _DIGITS[(first + last) // 2]
    if high is not None and len(high) > 1:
        return high[:1]
    return _DIGITS[first] + _middle(low[1:], None)
