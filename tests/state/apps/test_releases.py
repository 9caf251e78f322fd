from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.apps.delivery import delivery
from state.apps.releases import Release, ReleaseKind, of_deployment, of_revisions
from state.ref import GroupKind, Ref
from state.rfc3339 import timestamp

NOW = 1_800_000_000.0
DAY = 86400.0
API = Ref("prod", GroupKind("apps", "Deployment"), "pay", "api")
OWNER = [{"uid": "u", "controller": True}]


def template(version: str, **fields: Any) -> dict[str, Any]:
    annotations = fields.pop("annotations", None)
    metadata: dict[str, Any] = {"labels": {"app": "api", "pod-template-hash": version}}
    if annotations:
        metadata["annotations"] = annotations
    return {
        "metadata": metadata,
        "spec": {"containers": [{"name": "api", "image": f"registry/api:{version}"}], **fields},
    }


def replica_set(number: int, version: str, days: float, earlier: str = "", **fields: Any) -> dict[str, Any]:
    annotations = {"deployment.kubernetes.io/revision": str(number), "kubernetes.io/change-cause": f"cause {version}"}
    if earlier:
        annotations["deployment.kubernetes.io/revision-history"] = earlier
    metadata = {
        "name": f"api-{version}",
        "creationTimestamp": timestamp(NOW - days * DAY),
        "ownerReferences": OWNER,
        "annotations": annotations,
    }
    return {"metadata": metadata, "spec": {"template": template(version, **fields)}}


def deployment(number: int, moved: float | None = None) -> dict[str, Any]:
    progressing = {"type": "Progressing", "lastUpdateTime": timestamp(NOW - moved * DAY) if moved is not None else ""}
    return {
        "metadata": {"uid": "u", "annotations": {"deployment.kubernetes.io/revision": str(number)}},
        "status": {"conditions": [progressing]},
    }


def told(releases: tuple[Release, ...]) -> list[tuple[int, str, str, float | None]]:
    """Number, kind, version and age in days of each, newest first."""
    return [
        (one.revision, one.kind.value, one.version, None if one.when is None else round((NOW - one.when) / DAY, 2))
        for one in releases
    ]


def test_releases_are_ordered_by_revision_and_told_apart() -> None:
    found = of_deployment(
        API,
        deployment(4),
        [
            replica_set(4, "v2", 1, replicas=1),
            replica_set(1, "v1", 9),
            replica_set(3, "v2", 2, annotations={"kubectl.kubernetes.io/restartedAt": "now"}),
            replica_set(2, "v2", 5),
        ],
    )
    assert told(found) == [
        (4, "change", "v2", 1),
        (3, "restart", "v2", 2),
        (2, "release", "v2", 5),
        (1, "first", "v1", 9),
    ]
    assert [one.current for one in found] == [True, False, False, False]
    assert found[0].cause == "cause v2"
    assert found[2].before == found[3].template
    assert "pod-template-hash" not in found[0].template["metadata"]["labels"]


SETS = [replica_set(2, "v2", 5), replica_set(3, "v1", 9, earlier="1")]


def test_a_rollback_is_dated_by_an_event() -> None:
    begun = {"api-v1": [NOW - 9 * DAY, NOW - 4 * DAY]}
    found = of_deployment(API, deployment(3), SETS, begun)
    assert told(found) == [(3, "roll back", "v1", 4), (2, "release", "v2", 5), (1, "first", "v1", 9)]
    assert (found[0].inferred, found[0].kept, found[2].kept) == ("by an event", True, False)


def test_without_an_event_a_rollback_is_dated_by_its_rollout_while_it_is_the_newest() -> None:
    (newest, *_) = of_deployment(API, deployment(3, moved=4.5), SETS)
    assert (newest.when, newest.inferred) == (pytest.approx(NOW - 4.5 * DAY), "when its rollout last moved")


def test_what_cannot_be_dated_is_not_dated() -> None:
    sets = [*SETS, replica_set(4, "v3", 1)]
    found = of_deployment(API, deployment(4, moved=1), sets)
    assert told(found)[1] == (3, "roll back", "v1", None)
    assert found[1].inferred == "after the revision before it"


def test_a_set_older_than_the_revision_before_it_was_taken_up_again() -> None:
    sets = [replica_set(2, "v2", 5), replica_set(3, "v1", 9)]
    assert [one.kind for one in of_deployment(API, deployment(3), sets)] == [ReleaseKind.ROLLBACK, ReleaseKind.RELEASE]


def test_rollouts_number_their_revisions_in_their_own_way() -> None:
    one = replica_set(3, "v3", 2)
    annotations = one["metadata"]["annotations"]
    annotations["rollout.argoproj.io/revision"] = annotations.pop("deployment.kubernetes.io/revision")
    rollout = {"metadata": {"uid": "u", "annotations": {"rollout.argoproj.io/revision": "3"}}}
    annotations["rollout.argoproj.io/revision-history"] = "1"
    newest, first = of_deployment(API, rollout, [one])
    assert (newest.revision, newest.current, newest.kind) == (3, True, ReleaseKind.ROLLBACK)
    assert (first.revision, first.kept) == (1, False)


def test_sets_of_others_and_without_a_number_are_none_of_it() -> None:
    foreign = replica_set(7, "v7", 1)
    foreign["metadata"]["ownerReferences"] = [{"uid": "other", "controller": True}]
    plain = replica_set(8, "v8", 1)
    plain["metadata"]["annotations"] = {}
    assert told(of_deployment(API, deployment(1), [foreign, plain, replica_set(1, "v1", 9)])) == [(1, "first", "v1", 9)]


def test_controller_revisions_are_releases_too() -> None:
    def revision(number: int, version: str, days: float) -> dict[str, Any]:
        metadata = {"name": f"db-{number}", "creationTimestamp": timestamp(NOW - days * DAY), "ownerReferences": OWNER}
        return {"metadata": metadata, "revision": number, "data": {"spec": {"template": template(version)}}}

    found = of_revisions(API, {"metadata": {"uid": "u"}}, [revision(1, "v1", 9), revision(2, "v2", 3)])
    assert told(found) == [(2, "release", "v2", 3), (1, "first", "v1", 9)]
    assert found[0].current


def test_delivery_counts_what_was_released_and_what_was_taken_back() -> None:
    begun = {"api-v1": [NOW - 5 * DAY + 240]}
    found = of_deployment(API, deployment(4), [*SETS, replica_set(4, "v3", 1)], begun)
    figures = delivery(found, NOW)
    assert (figures.releases, figures.failed, figures.recovered, figures.recovery) == (3, 1, 1, pytest.approx(240))
    assert figures.weekly == pytest.approx(3 * 7 / 9)
    assert figures.words == (
        "3 releases in 9d, 2.3 a week · 1 of 3 failed · back in 4m (median of 1 of 1) · by revisions"
    )


def test_an_alarm_soon_after_a_release_is_its_failure() -> None:
    found = of_deployment(API, deployment(2), [replica_set(1, "v1", 9), replica_set(2, "v2", 1)])
    assert delivery(found, NOW).failed == 0
    alarms = [NOW - 1 * DAY + 300, NOW - 1 * DAY + 600, NOW - 5 * DAY, NOW - 20 * DAY]
    figures = delivery(found, NOW, alarms)
    assert (figures.releases, figures.failed, figures.recovered) == (2, 1, 0)
    assert figures.words.endswith("1 of 2 failed · when they were mended is known of 0 of 1 · by revisions, alerts")


def test_workloads_released_together_are_one_release() -> None:
    worker = Ref("prod", GroupKind("apps", "Deployment"), "pay", "worker")
    both = [*of_deployment(API, deployment(1), [replica_set(1, "v1", 9)])]
    both += of_deployment(worker, deployment(1), [replica_set(1, "v1", 9.01)])
    assert delivery(both, NOW).releases == 1


def test_only_what_is_wholly_kept_is_counted() -> None:
    found = of_deployment(API, deployment(12), [replica_set(11, "v11", 9), replica_set(12, "v12", 1)])
    figures = delivery(found, NOW)
    assert (figures.releases, figures.since) == (2, pytest.approx(NOW - 9 * DAY))
    assert delivery([], NOW).words == "no release is known"
    assert delivery(found[:1], NOW).weekly is None


SHAPES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["metadata", "spec", "template", "containers", "annotations"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@given(st.lists(st.dictionaries(st.sampled_from(["metadata", "spec", "revision", "data"]), SHAPES), max_size=3))
def test_objects_of_any_shape_are_no_defect(objects: list[Any]) -> None:
    delivery([*of_deployment(API, {}, objects), *of_revisions(API, {}, objects)], NOW)
