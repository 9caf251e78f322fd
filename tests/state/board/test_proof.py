from datetime import date, timedelta

import pytest

from state.board.model import Card, CardState, Evidence
from state.board.proof import Proof, proof

_TODAY = date(2026, 11, 24)
_DAY = timedelta(days=1)
_ANA = Evidence(what="restored twice", who="ana", when=_TODAY)


@pytest.mark.parametrize(
    ("evidence", "found"),
    [
        ((), Proof.CLAIMED),
        ((_ANA,), Proof.PROVEN),
        ((Evidence(what="x", who="ana", when=_TODAY - 90 * _DAY, until=_TODAY),), Proof.PROVEN),
        ((Evidence(what="x", who="ana", when=_TODAY - 90 * _DAY, until=_TODAY - _DAY),), Proof.CLAIMED),
        ((Evidence(what="x", who="ana", when=_TODAY + _DAY),), Proof.CLAIMED),
        ((Evidence(what="x", when=_TODAY),), Proof.CLAIMED),
        ((Evidence(what="x", who="ana"),), Proof.CLAIMED),
        ((_ANA, Evidence(what="nobody has looked yet")), Proof.CLAIMED),
        ((_ANA, Evidence(what="x", check="deployment argocd ready")), Proof.CLAIMED),
    ],
)
def test_a_done_card_is_proven_when_all_its_evidence_holds(evidence: tuple[Evidence, ...], found: Proof) -> None:
    card = Card(uid="1", number=1, title="Backup", state=CardState.DONE, evidence=evidence)
    assert proof(card, _TODAY) is found


def test_a_check_is_answered_by_the_platform_alone() -> None:
    attested = Evidence(what="x", check="argocd ready", who="ana", when=_TODAY)
    card = Card(uid="1", number=1, title="Delivery", state=CardState.DONE, evidence=(attested, _ANA))
    assert proof(card, _TODAY) is Proof.CLAIMED
    assert proof(card, _TODAY, {"argocd ready": True}) is Proof.PROVEN
    assert proof(card, _TODAY, {"argocd ready": False}) is Proof.REFUTED


@pytest.mark.parametrize("state", [CardState.TODO, CardState.DOING])
def test_what_is_not_done_has_nothing_to_prove(state: CardState) -> None:
    assert proof(Card(uid="1", number=1, title="Backup", state=state, evidence=(_ANA,)), _TODAY) is Proof.NONE
