import pytest

from state.apps.grouping import Grouping, team_of, version_of
from state.cluster.kinds.kind import Owner
from state.cluster.kinds.workload_row import WorkloadRow

K8S = "app.kubernetes.io/"


def row(
    labels: dict[str, str] | None = None, annotations: dict[str, str] | None = None, **fields: object
) -> WorkloadRow:
    return WorkloadRow(
        uid="u",
        name="api",
        namespace="shop",
        labels=tuple((labels or {}).items()),
        annotations=tuple((annotations or {}).items()),
        **fields,  # type: ignore[arg-type]
    )


LABELS = {
    f"{K8S}part-of": "1",
    f"{K8S}instance": "2",
    f"{K8S}name": "3",
    "argocd.argoproj.io/instance": "4",
    "kustomize.toolkit.fluxcd.io/name": "6",
    "app": "8",
    "k8s-app": "9",
}
ANNOTATIONS = {"argocd.argoproj.io/tracking-id": "5:apps/Deployment:shop/api", "meta.helm.sh/release-name": "7"}


def test_the_first_sign_that_is_there_names_the_app() -> None:
    labels, annotations, names = dict(LABELS), dict(ANNOTATIONS), []
    while labels or annotations:
        names.append(Grouping().app_of(row(labels, annotations)))
        for given in (labels, annotations):
            for key in [key for key, value in given.items() if value.partition(":")[0] == names[-1]]:
                del given[key]
    assert names == ["1", "2", "3", "4", "5", "6", "7", "8", "9"]


def test_without_a_sign_it_is_the_controller_or_the_workload_itself() -> None:
    assert Grouping().app_of(row()) == "api"
    assert Grouping().app_of(row(owner=Owner("Prometheus", "main", "o"))) == "main"


def test_the_configured_label_comes_first() -> None:
    assert Grouping(label="product").app_of(row({**LABELS, "product": "shop"})) == "shop"
    assert Grouping(label="product").app_of(row(LABELS)) == "1"


@pytest.mark.parametrize(
    ("namespace", "platform"),
    [("shop", False), ("default", False), ("kube-system", True), ("argocd", True), ("longhorn-system", True)],
)
def test_platform_namespaces_are_known_by_their_usual_names(namespace: str, platform: bool) -> None:
    assert Grouping().is_platform(namespace, (), ()) is platform


def test_a_label_says_better_and_the_configuration_best() -> None:
    tier = (("cockpit.dev/tier", "platform"),)
    assert Grouping().is_platform("shop", (), tier)
    assert not Grouping().is_platform("argocd", (("cockpit.dev/tier", "product"),), tier)
    assert Grouping(product_namespaces=("shop-*",)).is_platform("shop", (("cockpit.dev/tier", "product"),), ())
    assert not Grouping(product_namespaces=("shop-*",)).is_platform("shop-eu", (), tier)


@pytest.mark.parametrize(
    ("images", "label", "version"),
    [
        (("registry:5000/shop/api:v1.8.2",), "", "v1.8.2"),
        (("shop/api:1.8.1",), "1.8.2", "1.8.1"),
        (("shop/api:latest",), "1.8.2", "1.8.2"),
        (("shop/api:main",), "", "main"),
        (("envoy:1.30", "shop/api:2.0"), "", "2.0"),
        (("registry:5000/api@sha256:0123456789abcdef",), "", "0123456789ab"),
        (("registry:5000/other",), "", ""),
        ((), "", ""),
    ],
)
def test_the_version_is_what_runs(images: tuple[str, ...], label: str, version: str) -> None:
    labels = {f"{K8S}version": label} if label else {}
    assert version_of(row(labels, images=images)) == version


def test_the_team_is_named_by_the_workload_or_its_namespace() -> None:
    assert team_of(row({"team": "pay"}), (("cockpit.dev/team", "all"),)) == "pay"
    assert team_of(row({}, {"team": "pay"}), ()) == "pay"
    assert team_of(row(), (("cockpit.dev/team", "all"),)) == "all"
    assert team_of(row(), ()) == ""
