from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.apps.delivery import delivery
from state.apps.releases import Release, ReleaseKind, Tool, of_deployment
from state.apps.tool_reading import Keeper, keepers
from state.apps.tool_releases import (
    of_application,
    of_flux_release,
    of_helm,
    of_kustomization,
    without_doubles,
)
from state.cluster.kinds.argo_applications import APPLICATION
from state.cluster.kinds.flux import FLUX_HELM_RELEASE, KUSTOMIZATION
from state.cluster.kinds.helm_releases import HELM_RELEASE, ReleaseRow
from state.ref import GroupKind, Ref
from state.rfc3339 import timestamp

from .test_releases import API, DAY, NOW, SETS, deployment, replica_set

KEPT = Ref("prod", GroupKind("argoproj.io", "Application"), "argocd", "payments")
COMMITS = ["4f2a1c9d" * 5, "b07c55e1" * 5, "91aa03fe" * 5]


def ago(days: float) -> str:
    return timestamp(NOW - days * DAY)


def told(releases: tuple[Release, ...]) -> list[tuple[int, str, str, str]]:
    return [(one.revision, "failed" if one.failed else one.kind.value, one.version, one.by) for one in releases]


def sync(number: int, commit: str, days: float, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "revision": commit,
        "deployStartedAt": ago(days),
        "deployedAt": ago(days - 0.001),
        "source": {"repoURL": "https://git", "targetRevision": "main"},
        **fields,
    }


def application(*history: dict[str, Any], **status: Any) -> dict[str, Any]:
    return {"metadata": {"uid": "a"}, "status": {"history": list(history), **status}}


def test_the_syncs_of_argo_cd_say_when_what_and_who() -> None:
    images = {"source": {"targetRevision": "main", "kustomize": {"images": ["registry:5000/pay/api:v2"]}}}
    found = of_application(
        KEPT,
        application(
            sync(0, COMMITS[0], 9, initiatedBy={"automated": True}),
            sync(1, COMMITS[1], 5, initiatedBy={"username": "ben\x1b[31m"}, **images),
            sync(2, COMMITS[0], 4, initiatedBy={"username": "ana"}),
            sync(3, COMMITS[0], 3),
        ),
    )
    assert told(found) == [
        (3, "change", "4f2a1c9", ""),
        (2, "roll back", "4f2a1c9", "ana"),
        (1, "release", "b07c55e", "ben"),
        (0, "first", "4f2a1c9", "automatic"),
    ]
    assert (found[2].cause, found[2].when, found[2].tool) == ("api:v2", pytest.approx(NOW - 5 * DAY), Tool.ARGO_CD)
    assert [one.current for one in found] == [True, False, False, False]
    assert not any(one.kept for one in found)


def test_a_tag_says_more_than_its_commit_and_several_sources_are_one_release() -> None:
    tagged = sync(7, COMMITS[0], 1, source={"targetRevision": "v1.8.2"})
    several = sync(8, "", 0.5, revisions=COMMITS[:2], sources=[{"chart": "redis"}, {"ref": "values"}])
    found = of_application(KEPT, application(tagged, several))
    assert [(one.version, one.kind) for one in found] == [
        ("4f2a1c9+b07c55e", ReleaseKind.RELEASE),
        ("v1.8.2", ReleaseKind.RELEASE),
    ]


def test_a_sync_that_failed_is_a_release_that_failed() -> None:
    failed = {
        "phase": "Failed",
        "startedAt": ago(1),
        "operation": {"sync": {"revision": COMMITS[2]}, "initiatedBy": {"username": "ben"}},
    }
    found = of_application(KEPT, application(sync(4, COMMITS[0], 9), operationState=failed))
    assert told(found) == [(5, "failed", "91aa03f", "ben"), (4, "release", "4f2a1c9", "")]
    assert [one.current for one in found] == [False, True]
    running = {**failed, "phase": "Running"}
    assert len(of_application(KEPT, application(sync(4, COMMITS[0], 9), operationState=running))) == 1


def test_flux_tells_what_it_applied() -> None:
    def applied(commit: str, days: float, status: str = "ReconciliationSucceeded") -> dict[str, Any]:
        return {
            "digest": f"sha256:{commit}",
            "firstReconciled": ago(days),
            "lastReconciled": ago(0.01),
            "lastReconciledStatus": status,
            "metadata": {"revision": f"main@sha1:{commit}"},
        }

    history = [applied(COMMITS[1], 2, "HealthCheckFailed"), applied(COMMITS[0], 9)]
    found = of_kustomization(KEPT, {"status": {"history": history}})
    assert told(found) == [(2, "failed", "main@b07c55e", ""), (1, "first", "main@4f2a1c9", "")]
    assert (found[1].current, found[0].tool) == (True, Tool.FLUX)


def test_flux_tells_of_the_revisions_of_helm() -> None:
    def revision(number: int, chart: str, status: str, days: float) -> dict[str, Any]:
        return {
            "version": number,
            "chartName": "velero",
            "chartVersion": chart,
            "appVersion": f"1.{chart}",
            "status": status,
            "lastDeployed": ago(days),
            "configDigest": "sha256:aa",
        }

    history = [revision(5, "8.1.0", "deployed", 1), revision(4, "8.2.0", "failed", 1.1)]
    found = of_flux_release(KEPT, {"status": {"history": history}})
    assert told(found) == [(5, "release", "1.8.1.0", ""), (4, "failed", "1.8.2.0", "")]
    assert found[0].cause == "velero-8.1.0"


def helm(number: int, version: str, status: str, days: float, description: str = "Upgrade complete") -> ReleaseRow:
    return ReleaseRow(
        uid=f"s{number}",
        name="dex",
        revision=number,
        status=status,
        chart=f"dex-0.{version}",
        app_version=version,
        updated=NOW - days * DAY,
        description=description,
    )


HELM = [
    helm(1, "2.43", "superseded", 60, "Install complete"),
    helm(2, "2.44", "failed", 20, "timed out waiting for the condition"),
    helm(3, "2.43", "superseded", 19.99, "Rollback to 1"),
    helm(4, "2.44.1", "deployed", 3),
]


def test_helm_tells_what_failed_and_what_was_taken_back() -> None:
    found = of_helm(KEPT, HELM)
    assert told(found) == [
        (4, "release", "2.44.1", ""),
        (3, "roll back", "2.43", ""),
        (2, "failed", "2.44", ""),
        (1, "first", "2.43", ""),
    ]
    assert (found[0].current, found[0].cause) == (True, "dex-0.2.44.1")


def test_delivery_counts_what_a_tool_says_failed() -> None:
    figures = delivery(of_helm(KEPT, HELM), NOW)
    assert (figures.releases, figures.failed, figures.recovered) == (3, 1, 1)
    assert figures.recovery == pytest.approx(0.01 * DAY)
    assert figures.words == ("3 releases in 60d, 0.4 a week · 1 of 3 failed · back in 14m (median of 1 of 1) · by Helm")


def test_a_release_that_is_not_mended_yet_is_not_recovered() -> None:
    figures = delivery(of_helm(KEPT, HELM[:2]), NOW)
    assert (figures.failed, figures.recovered, figures.recovery) == (1, 0, None)
    assert "when they were mended is known of 0 of 1" in figures.words


def test_what_a_tool_delivered_and_what_its_workloads_tell_is_one_release() -> None:
    workload = of_deployment(API, deployment(2), [replica_set(1, "v1", 9), replica_set(2, "v2", 5)])
    syncs = of_application(KEPT, application(sync(0, COMMITS[0], 9.001), sync(1, COMMITS[1], 5.001)))
    settings = of_application(
        KEPT, application(*[sync(n, c, d) for n, c, d in zip(range(3), COMMITS, (9.001, 5.001, 2.0), strict=True)])
    )
    assert delivery([*workload, *syncs], NOW).releases == 2
    assert delivery([*workload, *settings], NOW).releases == 3


def test_a_tool_that_remembers_longer_than_the_workloads_widens_what_is_known() -> None:
    cut = of_deployment(API, deployment(12), [replica_set(11, "v11", 9), replica_set(12, "v12", 1)])
    syncs = of_application(KEPT, application(sync(0, COMMITS[0], 40), sync(1, COMMITS[1], 20)))
    assert delivery(cut, NOW).covered == pytest.approx(9 * DAY)
    both = delivery([*cut, *syncs], NOW)
    assert (both.covered, both.releases) == (pytest.approx(40 * DAY), 4)
    assert both.sources == ("revisions", "Argo CD")
    assert delivery(of_deployment(API, deployment(3), SETS), NOW).sources == ("revisions",)


def test_flux_and_helm_do_not_tell_the_same_release_twice() -> None:
    history = [{"version": 4, "chartVersion": "1", "status": "deployed", "lastDeployed": ago(3)}]
    both = [*of_flux_release(KEPT, {"status": {"history": history}}), *of_helm(KEPT, HELM)]
    assert [(one.tool, one.revision) for one in without_doubles(both)] == [
        (Tool.FLUX, 4),
        (Tool.HELM, 3),
        (Tool.HELM, 2),
        (Tool.HELM, 1),
    ]


def workload(labels: dict[str, str], annotations: dict[str, str]) -> dict[str, Any]:
    return {"metadata": {"namespace": "pay", "labels": labels, "annotations": annotations}}


def test_workloads_say_who_delivers_them() -> None:
    found = keepers(
        [
            workload({}, {"argocd.argoproj.io/tracking-id": "payments:apps/Deployment:pay/api"}),
            workload({"argocd.argoproj.io/instance": "team-a_payments"}, {}),
            workload({"kustomize.toolkit.fluxcd.io/name": "dns", "kustomize.toolkit.fluxcd.io/namespace": "flux"}, {}),
            workload({"helm.toolkit.fluxcd.io/name": "velero", "helm.toolkit.fluxcd.io/namespace": "backup"}, {}),
            workload({}, {"meta.helm.sh/release-name": "dex", "meta.helm.sh/release-namespace": "sso"}),
            workload({}, {"meta.helm.sh/release-name": "dex", "meta.helm.sh/release-namespace": "sso"}),
            workload({}, {}),
        ]
    )
    assert found == (
        Keeper(APPLICATION.resource, "", "payments"),
        Keeper(APPLICATION.resource, "team-a", "payments"),
        Keeper(KUSTOMIZATION.resource, "flux", "dns"),
        Keeper(FLUX_HELM_RELEASE.resource, "backup", "velero"),
        Keeper(HELM_RELEASE.resource, "sso", "dex"),
    )


@pytest.mark.parametrize("name", ["../../secrets", "a b", "a,owner!=helm", "x" * 300, "a?limit=1"])
def test_what_could_not_be_a_name_is_not_asked_for(name: str) -> None:
    assert keepers([workload({}, {"meta.helm.sh/release-name": name, "argocd.argoproj.io/tracking-id": name})]) == ()


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["history", "operationState", "operation", "sync", "source", "sources", "revisions", "metadata", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(SHAPES, SHAPES)
def test_histories_of_any_shape_are_no_defect(status: Any, metadata: Any) -> None:
    whole = {"metadata": metadata, "status": status}
    for read in (of_application, of_kustomization, of_flux_release):
        delivery(read(KEPT, whole), NOW)
    keepers([whole])
