import pytest

from state.apps.belonging import belonging_of, together
from state.apps.grouping import Grouping, version_of
from state.apps.model import Belonging
from state.apps.settings import About, Apps, Production, Rule
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


def test_an_application_of_another_namespace_is_called_without_it() -> None:
    assert Grouping().app_of(row({"argocd.argoproj.io/instance": "team-a_payments"})) == "payments"
    tracked = {"argocd.argoproj.io/tracking-id": "team-a_payments:apps/Deployment:pay/api"}
    assert Grouping().app_of(row({}, tracked)) == "payments"


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
    around = (("cockpit.dev/team", "all"),)
    assert belonging_of(row({"team": "pay"}), around).team == "pay"
    assert belonging_of(row({}, {"team": "pay"}), ()).team == "pay"
    assert belonging_of(row(), around).team == "all"
    assert belonging_of(row(), ()) == Belonging()


def test_owner_repository_on_call_and_dashboard_come_from_annotations() -> None:
    annotations = {
        "cockpit.dev/owner": "ben",
        "a8r.io/repository": "https://git.example/pay",
        "a8r.io/support": "pay-oncall",
        "cockpit.dev/dashboard": "https://grafana.example/d/pay",
    }
    assert belonging_of(row({"team": "pay"}, annotations), ()) == ("pay", *annotations.values())


def test_the_configuration_says_better_whose_an_app_is_than_its_workloads() -> None:
    parts = [Belonging("", "ben"), Belonging("pay", "gus", on_call="pager")]
    assert together(parts) == Belonging("pay", "ben", on_call="pager")
    assert together(parts, About(owner="ana")) == Belonging("pay", "ana", on_call="pager")
    assert together([]) == Belonging()


def test_a_rule_comes_before_every_label() -> None:
    rules = (
        Rule(namespace="shop", name="api-*", labels={"tier": "edge*"}, app="edge"),
        Rule(namespace="sh*", app="rest"),
    )
    grouping = Grouping(rules=rules)
    assert grouping.app_of(row(LABELS)) == "rest"
    assert grouping.rule(row({"tier": "edge-1"})) is rules[1]
    named = WorkloadRow(uid="u", name="api-1", namespace="shop", labels=(("tier", "edge-1"),))
    assert grouping.app_of(named) == "edge"
    assert Grouping(rules=(Rule(namespace="other", app="x"),)).app_of(row(LABELS)) == "1"


def test_an_app_is_one_in_all_namespaces_only_where_the_configuration_says_so() -> None:
    grouping = Grouping.of(Apps(across=("shop-*",), rules=(Rule(name="x", app="edge"),)), "prod")
    assert [grouping.spans(name) for name in ("shop-eu", "edge", "shop", "x")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("context", "namespace", "production"),
    [
        ("prod-eu", "shop", True),
        ("staging-eu", "shop", False),
        ("prod-eu", "shop-dev", False),
        ("kind", "contest", True),
        ("non-prod", "shop", False),
    ],
)
def test_production_is_what_no_name_calls_another_stage(context: str, namespace: str, production: bool) -> None:
    assert Grouping(context=context).is_production(namespace, (), ()) is production


def test_production_is_what_the_configuration_says() -> None:
    said = Production(namespaces=("shop*",), labels={"env": "prod*"}, contexts=("eu", "us"))
    grouping = Grouping(production=said, context="eu")
    production = (("env", "production"),)
    assert grouping.is_production("shop-dev", production, ())
    assert grouping.is_production("shop", (), production)
    assert not grouping.is_production("shop", (), ())
    assert not grouping.is_production("shop", (("env", "test"),), production)
    assert not grouping.is_production("pay", production, ())
    assert not Grouping(production=said, context="asia").is_production("shop", production, ())
