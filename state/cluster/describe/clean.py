"""Objects from outside made safe to lay out in columns."""

from typing import Any

from state.printable import printable_lines


def clean(found: Any) -> Any:
    """Return the same with every text safe to show and without tabs, which would end cells."""
    if isinstance(found, str):
        return printable_lines(found).replace("\t", "    ")
    if isinstance(found, dict):
        return {clean(key).replace("\n", " "): clean(value) for key, value in found.items()}
    if isinstance(found, list):
        return [clean(one) for one in found]
    return found
