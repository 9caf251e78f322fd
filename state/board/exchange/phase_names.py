"""Phases by the names that people and other programs have for them."""

from collections.abc import Sequence

from state.board.errors import ChangeRefused
from state.board.model import Phase
from state.printable import printable, shorten


def phase_of_name(text: str, phases: Sequence[Phase]) -> str | None:
    """Return the id of the phase that has this id or, whatever the case and the spaces, this name; None: no one."""
    if any(phase.id == text for phase in phases):
        return text
    wanted = _bare(text)
    found = [phase.id for phase in phases if wanted in (_bare(phase.id), _bare(phase.name))]
    return found[0] if len(found) == 1 else None


def phase_typed(text: str, phases: Sequence[Phase]) -> str:
    """Return the id of the phase of a name, or of a beginning that only one has. Raises ChangeRefused."""
    exact = phase_of_name(text, phases)
    if exact is not None:
        return exact
    wanted = _bare(text)
    begun = [phase.id for phase in phases if _bare(phase.id).startswith(wanted) or _bare(phase.name).startswith(wanted)]
    if wanted and len(begun) == 1:
        return begun[0]
    said = f"“{shorten(printable(text), 40)}”"
    if wanted and begun:
        raise ChangeRefused(f"{said} could be {' or '.join(begun)}")
    raise ChangeRefused(f"{said} is no phase; there are {', '.join(printable(phase.id) for phase in phases)}")


def _bare(text: str) -> str:
    return "".join(text.casefold().replace("-", "").replace("_", "").split())
