"""Who manages an object, and whether they undo what somebody does by hand."""

import json
from typing import Any

import pytest

from state.cluster.errors import Unreachable
from state.cluster.operations.delete import Delete
from state.cluster.operations.managers import REPLICAS, Heals, Manager, management, managers_of, sentence, sets
from state.cluster.operations.restart import Restart
from state.cluster.operations.scale import Scale
from state.cluster.operations.set_image import SetImage
from state.cluster.transport import Answer, Request
from tests.state.cluster.operations.tiny_api import (
    DEPLOYMENT,
    POD,
    REPLICA_SET,
    TinyApi,
    on,
    scale_answers,
    status,
    text_of,
    workload,
)

ARGO = {"annotations": {"argocd.argoproj.io/tracking-id": "payments:apps/Deployment:shop/web"}}
FLUX = {"labels": {"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}}
FLUX_HELM = {
    "labels": {"helm.toolkit.fluxcd.io/name": "web", "helm.toolkit.fluxcd.io/namespace": "shop"},
    "annotations": {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"},
}
HELM = {"annotations": {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}}
APPLICATIONS = "/apis/argoproj.io/v1alpha1/applications"
KUSTOMIZATION = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/apps"
HELM_RELEASE = "/apis/helm.toolkit.fluxcd.io/v2/namespaces/shop/helmreleases/web"
IMAGES = ("spec", "template", "spec", "containers")


def answer(body: Any) -> Answer:
    return Answer(200, json.dumps(body).encode())


def managed(metadata: Any, **more: Any) -> Any:
    found = workload(**more)
    found["metadata"].update(metadata)
    return found


def said(api: TinyApi, found: Any, *touched: Any) -> str:
    return text_of(management(api, DEPLOYMENT, found, touched or (IMAGES,)))


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"automated": {"selfHeal": True}}, "! Argo CD (application payments) manages it and will undo this by itself"),
        ({"automated": {}}, "! Argo CD (application payments) manages it and will undo this with its next sync"),
        ({"automated": {"enabled": False, "selfHeal": True}}, "will undo this when somebody syncs it"),
        ({}, "! Argo CD (application payments) manages it and will undo this when somebody syncs it"),
    ],
)
def test_argo_cd_is_asked_whether_it_heals(policy: Any, words: str) -> None:
    api = TinyApi()
    api.answers["GET", APPLICATIONS] = answer({"items": [{"spec": {"syncPolicy": policy}}]})
    assert words in said(api, managed(ARGO))
    assert api.asked[0].query == (("fieldSelector", "metadata.name=payments"),)


@pytest.mark.parametrize("refusal", [status(403, "no"), status(404, "no such kind"), answer({"items": []})])
def test_a_manager_that_cannot_be_read_may_undo_it(refusal: Answer) -> None:
    api = TinyApi()
    api.answers["GET", APPLICATIONS] = refusal
    assert said(api, managed(ARGO)) == "! Argo CD (application payments) manages it and may undo this"


def test_no_answer_is_no_guess() -> None:
    def hangs(request: Request) -> Answer:
        raise Unreachable("no answer")

    api = TinyApi()
    api.answers["GET", APPLICATIONS] = hangs
    with pytest.raises(Unreachable):
        said(api, managed(ARGO))


def test_an_application_of_another_namespace_is_looked_for_there() -> None:
    api = TinyApi()
    tracked = {"annotations": {"argocd.argoproj.io/tracking-id": "team-a_web:apps/Deployment:shop/web"}}
    assert "application web" in said(api, managed(tracked))
    assert api.asked[0].path == "/apis/argoproj.io/v1alpha1/namespaces/team-a/applications"


@pytest.mark.parametrize(
    ("metadata", "path", "spec", "words"),
    [
        (FLUX, KUSTOMIZATION, {"interval": "10m"}, "(kustomization flux-system/apps) manages it and will undo this by "
         "itself, every 10m"),
        (FLUX, KUSTOMIZATION, {"suspend": True}, "will undo this when it is resumed (it is suspended now)"),
        (FLUX_HELM, HELM_RELEASE, {"interval": "5m"}, "will undo this when the release changes"),
        (FLUX_HELM, HELM_RELEASE, {"interval": "5m", "driftDetection": {"mode": "enabled"}}, "by itself, every 5m"),
    ],
)  # fmt: skip
def test_flux_is_asked_how_often_and_whether_it_is_suspended(metadata: Any, path: str, spec: Any, words: str) -> None:
    api = TinyApi()
    kind = "HelmRelease" if path == HELM_RELEASE else "Kustomization"
    api.answers["GET", path] = answer({"kind": kind, "spec": spec})
    assert words in said(api, managed(metadata))
    assert "Helm (release" not in said(api, managed(metadata)), "Flux runs the release, one sentence is enough"


def test_helm_undoes_it_with_its_next_upgrade() -> None:
    assert said(TinyApi(), managed(HELM)) == (
        "! Helm (release shop/web) manages it and will undo this with the next upgrade or rollback"
    )


def fields(manager: str, tree: Any) -> Any:
    return {"managedFields": [{"manager": manager, "operation": "Apply", "fieldsV1": tree}]}


@pytest.mark.parametrize(
    ("tree", "path", "expected"),
    [
        ({"f:spec": {"f:replicas": {}}}, REPLICAS, True),
        ({"f:spec": {"f:template": {}}}, REPLICAS, False),
        ({"f:spec": {}}, REPLICAS, True),
        ({}, REPLICAS, False),
        ({"f:spec": {"f:template": {"f:spec": {"f:containers": {'k:{"name":"a"}': {}}}}}}, IMAGES, True),
        ({"f:metadata": {"f:labels": {"f:app": {}}}}, ("metadata", "labels", "team"), False),
        ({"f:spec": {"f:paused": {}}}, (), True),
    ],
)
def test_managed_fields_say_what_a_manager_sets(tree: Any, path: Any, expected: bool) -> None:
    found = managed(ARGO | fields("argocd-controller", tree))
    assert sets(found, ("argocd",), path) is expected


def test_a_manager_that_does_not_set_the_field_leaves_it_alone() -> None:
    api = TinyApi()
    api.answers["GET", APPLICATIONS] = answer({"items": [{"spec": {"syncPolicy": {"automated": {"selfHeal": True}}}}]})
    found = managed(ARGO | fields("argocd-controller", {"f:spec": {"f:template": {}}}))
    assert said(api, found, REPLICAS) == "note   Argo CD (application payments) manages it and leaves this alone"
    assert "will undo" in said(api, found, IMAGES)


def test_a_restart_stands_in_no_manifest() -> None:
    shown = text_of(on(TinyApi(), Restart, DEPLOYMENT, managed(HELM)).preview())
    assert "note   Helm (release shop/web) manages it and leaves this alone" in shown


def test_without_its_managed_fields_a_manager_is_taken_to_set_everything() -> None:
    assert sentence(Manager("X", Heals.SOON, writers=("x",)), workload(), (REPLICAS,))[1] is True


def autoscaler(api: TinyApi, name: str = "web", api_version: str = "apps/v1") -> None:
    target = {"apiVersion": api_version, "kind": "Deployment", "name": name}
    item = {"metadata": {"name": "web-hpa"}, "spec": {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 9}}
    path = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers"
    api.answers["GET", path] = answer({"items": [item]})


def scaling(api: TinyApi) -> Scale:
    operation: Scale = on(api, Scale, DEPLOYMENT, workload(), 5)
    scale_answers(api, operation.path)
    return operation


def test_scaling_names_the_autoscaler_that_will_set_it_again() -> None:
    api = TinyApi()
    autoscaler(api)
    assert "! the autoscaler web-hpa keeps 2 to 9 replicas and will set their number again" in text_of(
        scaling(api).preview()
    )


@pytest.mark.parametrize(("name", "api_version"), [("other", "apps/v1"), ("web", "example.com/v1")])
def test_an_autoscaler_of_something_else_is_not_named(name: str, api_version: str) -> None:
    api = TinyApi()
    autoscaler(api, name, api_version)
    assert "autoscaler" not in text_of(scaling(api).preview())


def test_autoscalers_that_may_not_be_read_are_no_silence() -> None:
    api = TinyApi()
    path = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers"
    api.answers["GET", path] = status(403, "no")
    assert "whether an autoscaler sets its replicas could not be read" in text_of(scaling(api).preview())


def owned(kind: str, api_version: str) -> Any:
    return {"ownerReferences": [{"kind": kind, "name": "boss", "apiVersion": api_version, "controller": True}]}


def test_the_owner_of_a_replica_set_scales_it_back() -> None:
    api = TinyApi()
    operation = on(api, Scale, REPLICA_SET, managed(owned("Deployment", "apps/v1")), 5)
    scale_answers(api, operation.path)
    assert "! Deployment boss manages it and will undo this at once" in text_of(operation.preview())


def test_the_owner_of_a_replica_set_leaves_the_rest_of_it_alone() -> None:
    api, found = TinyApi(), managed(owned("Deployment", "apps/v1"))
    wanted = (("main", "app:v2"),)
    shown = text_of(on(api, SetImage, REPLICA_SET, found, wanted).preview())
    assert "note   Deployment boss manages it and leaves this alone" in shown
    shown = text_of(on(api, Delete, REPLICA_SET, found).preview())
    assert "then   Deployment boss will replace it" in shown
    assert "leaves this alone" not in shown


def test_an_operator_may_undo_it_and_a_built_in_controller_edits_nothing() -> None:
    assert "! Database boss manages it and may undo this" in said(TinyApi(), managed(owned("Database", "db.io/v1")))
    assert managers_of(managed(owned("ReplicaSet", "apps/v1"))) == ()


def test_a_delete_names_who_brings_it_back() -> None:
    api = TinyApi()
    pod = {"metadata": {"name": "web-1", "namespace": "shop", **owned("ReplicaSet", "apps/v1"), **HELM}, "spec": {}}
    shown = text_of(on(api, Delete, POD, pod).preview())
    assert "then   ReplicaSet boss will replace it" in shown
    assert "! Helm (release shop/web)" in shown


def test_hostile_names_are_made_printable() -> None:
    evil = {"annotations": {"meta.helm.sh/release-name": "we\x1b[2Jb\u202e"}}
    assert "\x1b" not in said(TinyApi(), managed(evil))
    assert "\u202e" not in said(TinyApi(), managed(evil))
