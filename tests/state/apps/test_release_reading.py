"""The histories of tools, read from the simulated platform as its servers serve them."""

import time
from collections.abc import Callable

import pytest

from cockpit.demo_world import Endpoints
from state.apps.listing import list_apps
from state.apps.model import App, AppHealth, Part
from state.apps.readings import Readings
from state.apps.release_reading import read_releases
from state.apps.releases import History, Release, ReleaseKind, Tool
from state.cluster.connect import connect
from state.cluster.credentials import SignIns
from state.cluster.kubeconfig import find_target
from state.ref import GroupKind, Ref

Read = Callable[..., History]


def app(namespace: str, *deployments: str) -> App:
    parts = tuple(
        Part(Ref("prod-eu", GroupKind("apps", "Deployment"), namespace, name), name, "", 1, 1, AppHealth.WELL, "")
        for name in deployments
    )
    return App(namespace, "prod-eu", namespace, True, parts, "", 1, 1, AppHealth.WELL, "", None, (namespace,))


@pytest.fixture
def read(simulated: Endpoints) -> Read:
    def read(namespace: str, *deployments: str, context: str = "prod-eu") -> History:
        target = find_target(context, simulated.kubeconfig, {})
        return read_releases(app(namespace, *deployments), lambda cluster: connect(target, SignIns({}), {}))

    return read


def delivered(history: History) -> list[Release]:
    return [one for one in history.releases if one.tool is not None]


def test_argo_cd_tells_who_synced_which_images(read: Read) -> None:
    found = delivered(read("payments", "payments-api"))
    assert [(one.tool, one.version, one.by) for one in found[:2]] == [
        (Tool.ARGO_CD, "v1.8.1", "gus"),
        (Tool.ARGO_CD, "v1.8.0", "gus"),
    ]
    assert found[0].cause.startswith("payments-api:v1.8.1, ")
    assert (found[0].workload.path, len(found)) == ("argocd/payments", 6)


def test_helm_tells_of_an_upgrade_that_failed(read: Read) -> None:
    history = read("sso", "dex")
    assert [(one.revision, one.version, one.kind, one.failed) for one in delivered(history)] == [
        (4, "2.44.0", ReleaseKind.RELEASE, False),
        (3, "2.43.0", ReleaseKind.ROLLBACK, False),
        (2, "2.44.0", ReleaseKind.RELEASE, True),
        (1, "2.43.0", ReleaseKind.FIRST, False),
    ]
    assert "made-up" not in repr(history)


def test_flux_tells_of_kustomizations_and_of_helm_once(read: Read) -> None:
    dns, velero = delivered(read("external-dns", "external-dns")), delivered(read("backup", "velero"))
    assert [(one.tool, one.revision) for one in dns] == [(Tool.FLUX, 2), (Tool.FLUX, 1)]
    assert dns[0].version.startswith("main@")
    assert [(one.tool, one.revision, one.version) for one in velero] == [
        (Tool.FLUX, 2, "1.17.1"),
        (Tool.FLUX, 1, "1.16.2"),
    ]


def test_a_history_that_may_not_be_read_is_said(read: Read) -> None:
    history = read("sso", "dex", context="prod-eu-viewer")
    assert history.unread == ("Helm's history of dex: its secrets in sso may not be read",)
    assert delivered(history) == []
    assert history.releases


def test_a_rollout_of_argo_is_read_with_its_phase_and_its_releases(simulated: Endpoints, read: Read) -> None:
    target = find_target("prod-eu", simulated.kubeconfig, {})
    (docs,) = list_apps(connect(target, SignIns({}), {}), ("docs",), Readings("prod-eu"), time.time())
    kinds = {part.ref.name: part.ref.group_kind.kind for part in docs.parts}
    assert kinds == {"demo-app": "Rollout", "getting-started": "Deployment"}
    assert docs.health is AppHealth.WELL
    history = read_releases(docs, lambda cluster: connect(target, SignIns({}), {}))
    assert [
        (one.revision, one.version, one.current) for one in history.releases if one.workload.name == "demo-app"
    ] == [
        (2, "1.29.3", True),
        (1, "1.28.0", False),
    ]
