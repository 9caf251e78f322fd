"""Rows behind which no object of their own stands say what does what a key would."""

import pytest

from state.cluster.inside import inside
from state.cluster.kinds.containers import CONTAINER
from state.cluster.kinds.helm_releases import HELM_RELEASE, ReleaseRow
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.pods import POD
from state.cluster.operations.derived import answered, instead
from state.ref import Ref

RELEASE = Ref("prod", HELM_RELEASE.resource.group_kind, "shop", "redis")


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("delete", "helm uninstall redis -n shop"),
        ("roll_back", "helm rollback redis REVISION -n shop"),
        ("edit", "helm upgrade redis CHART -n shop --reuse-values"),
        ("label", "no labels of its own"),
        ("events", "no events of its own"),
        ("describe", ""),
        ("yaml", ""),
        ("values", ""),
    ],
)
def test_a_release_of_helm_is_changed_by_helm(verb: str, words: str) -> None:
    assert words in instead(verb, RELEASE)
    assert bool(instead(verb, RELEASE)) is bool(words)


@pytest.mark.parametrize(
    ("verb", "kind", "says"),
    [
        ("delete", CONTAINER, True),
        ("shell", CONTAINER, False),
        ("logs", CONTAINER, False),
        ("delete", POD, False),
        ("roll_back", HELM_RELEASE, True),
    ],
)
def test_keys_that_do_nothing_have_an_answer(verb: str, kind: Kind[object], says: bool) -> None:
    assert answered(verb, kind) is says


def test_enter_leads_from_a_release_to_its_revisions_and_there_it_ends() -> None:
    row = ReleaseRow(uid="u", name="redis", namespace="shop", revision=3)
    found = inside(HELM_RELEASE, row, "prod")
    assert found is not None
    assert isinstance(found.kind, Kind)
    assert found.kind.query == (("labelSelector", "owner=helm,name=redis"),)
    assert found.within is not None
    assert found.within.holds("prod", row)
    assert inside(found.kind, row, "prod") is None
