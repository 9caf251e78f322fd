"""Whether a card that is done is really there."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from state.board.model import Card, CardState, Evidence


class Proof(StrEnum):
    """What stands behind a card that is done."""

    NONE = "none"
    """It is not done: there is nothing to prove."""
    CLAIMED = "claimed"
    """Its owner says so; evidence is missing, has run out or is not answered."""
    PROVEN = "proven"
    """All its evidence holds now."""
    REFUTED = "refuted"
    """The platform says no."""


_UNASKED: Mapping[str, bool] = {}


def proof(card: Card, today: date, answers: Mapping[str, bool] = _UNASKED) -> Proof:
    """Return what stands behind a card on a day. `answers` is what the platform says to each check it was asked."""
    if card.state is not CardState.DONE:
        return Proof.NONE
    if any(answers.get(one.check) is False for one in card.evidence if one.check):
        return Proof.REFUTED
    if card.evidence and all(holds(one, today, answers) for one in card.evidence):
        return Proof.PROVEN
    return Proof.CLAIMED


def holds(evidence: Evidence, today: date, answers: Mapping[str, bool] = _UNASKED) -> bool:
    """Return whether one piece of evidence holds on a day.

    A check holds when the platform says so; an attestation from the day it was given to the last day it is valid.
    """
    if evidence.check:
        return answers.get(evidence.check, False)
    given = evidence.who != "" and evidence.when is not None and evidence.when <= today
    return given and (evidence.until is None or today <= evidence.until)
