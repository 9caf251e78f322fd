import copy
import re

import pytest

from cockpit.simulator.api.catalogue import Catalogue
from cockpit.simulator.api.defaults import set_defaults
from cockpit.simulator.clock import WorldClock, seconds_of
from cockpit.simulator.controllers.pods import requests
from cockpit.simulator.kinds import (
    API_VERSION_AND_KIND,
    CONTROLLER_REVISIONS,
    DEPLOYMENTS,
    EVENTS,
    FLUX_RELEASES,
    GIT_APPLICATIONS,
    HPAS,
    KUSTOMIZATIONS,
    LEASES,
    NAMESPACES,
    NODES,
    PODS,
    REPLICA_SETS,
    SECRETS,
    SERVICES,
    name_of,
)
from cockpit.simulator.quantity import quantity
from cockpit.simulator.store import Object, Store
from cockpit.simulator.world.build import build_production, build_staging
from tests.cockpit.simulator.hand_world import NIGHTFALL, HandClock, HandWorld

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_PRODUCT = ("storefront", "payments", "notifications")
_FUTURE = {"notAfter", "renewalTime"}


def times_in(tree: object, name: str = "") -> list[tuple[str, float]]:
    if isinstance(tree, dict):
        return [found for key, value in tree.items() for found in times_in(value, key)]
    if isinstance(tree, list):
        return [found for value in tree for found in times_in(value, name)]
    if isinstance(tree, str) and _TIME.fullmatch(tree):
        return [(name, seconds_of(tree))]
    return []


def everything(store: Store) -> list[Object]:
    return [stored.object for collection in store.collections() for stored in store.list(collection)]


@pytest.fixture(scope="module")
def calm() -> HandWorld:
    return HandWorld()


def test_the_night_opens_on_twelve_nodes_and_214_pods() -> None:
    night = HandWorld(story="night")
    assert night.store.count(NODES) == 12
    assert night.store.count(PODS) == 214


def test_every_kind_is_there(calm: HandWorld) -> None:
    missing = {one.plural for one in API_VERSION_AND_KIND if not calm.store.count(one)}
    assert missing == set()


def test_the_tiers_tell_apps_from_platform_services(calm: HandWorld) -> None:
    tiers: dict[str, set[str]] = {}
    for stored in calm.store.list(NAMESPACES):
        metadata = stored.object["metadata"]
        tiers.setdefault(metadata["labels"]["cockpit.dev/tier"], set()).add(metadata["name"])
    assert tiers["product"] == set(_PRODUCT)
    assert {"ingress-nginx", "cert-manager", "argocd", "monitoring", "external-secrets", "registry"} <= tiers[
        "platform"
    ]


@pytest.mark.parametrize(
    ("namespace", "name", "version", "replicas"),
    [
        ("storefront", "storefront-web", "v3.1.0", 3),
        ("payments", "payments-api", "v1.8.1", 3),
        ("notifications", "notifications-api", "v0.9.4", 2),
    ],
)
def test_the_apps_run_the_versions_of_the_story(
    calm: HandWorld, namespace: str, name: str, version: str, replicas: int
) -> None:
    deployment = calm.get(DEPLOYMENTS, namespace, name)
    labels = deployment["metadata"]["labels"]
    assert labels["app.kubernetes.io/version"] == version
    assert {"app.kubernetes.io/name", "app.kubernetes.io/part-of", "app.kubernetes.io/component"} <= labels.keys()
    assert labels["cockpit.dev/team"] == namespace
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"].endswith(f":{version}")
    assert deployment["status"]["availableReplicas"] == replicas


def test_each_app_has_releases_over_eleven_weeks(calm: HandWorld) -> None:
    for app, name in (("storefront", "storefront-web"), ("payments", "payments-api")):
        ages = [
            (NIGHTFALL - seconds_of(one["metadata"]["creationTimestamp"])) / 86400
            for one in calm.replica_sets(app, name)
        ]
        assert ages == sorted(ages, reverse=True)
        assert len(ages) >= 5
        assert 60 < ages[0] < 77
        assert ages[-1] > 1


@pytest.mark.parametrize("story", ["calm", "night"])
def test_nothing_is_later_than_now_and_nothing_older_than_the_world(story: str) -> None:
    world = HandWorld(story=story)
    for _ in range(3):
        for obj in everything(world.store):
            for field, moment in times_in(obj):
                if field not in _FUTURE and "deletionTimestamp" not in obj["metadata"]:
                    assert moment <= world.hand.moment, (obj["kind"], name_of(obj), field)
                assert moment >= NIGHTFALL - 78 * 86400, (obj["kind"], name_of(obj), field)
        world.run(200)


def test_nothing_is_older_than_what_keeps_it(calm: HandWorld) -> None:
    made = {obj["metadata"]["uid"]: obj["metadata"]["creationTimestamp"] for obj in everything(calm.store)}
    for obj in everything(calm.store):
        for owner in obj["metadata"].get("ownerReferences", ()):
            assert made[owner["uid"]] <= obj["metadata"]["creationTimestamp"], name_of(obj)


def test_every_namespaced_object_lies_in_a_namespace(calm: HandWorld) -> None:
    names = {stored.object["metadata"]["name"] for stored in calm.store.list(NAMESPACES)}
    assert {name_of(obj)[0] for obj in everything(calm.store)} - {""} <= names


def test_a_calm_world_is_at_rest() -> None:
    world = HandWorld()
    before = world.store.revision
    world.world.controllers.look_at_everything()
    world.run(0.05)
    changed = {
        (collection.plural, *name_of(change.new.object))
        for collection in world.store.collections()
        if collection != LEASES
        for change in world.store.changes(collection, before)
    }
    assert changed == set()


def test_a_calm_world_stays_well_for_hours() -> None:
    world = HandWorld()
    world.run(3 * 3600)
    unwell = [
        name_of(pod.object)
        for pod in world.store.list(PODS)
        if pod.object["status"]["phase"] not in ("Running", "Succeeded")
    ]
    assert unwell == []
    assert {stored.object["type"] for stored in world.store.list(EVENTS)} == {"Normal"}
    assert world.get(HPAS, "storefront", "storefront-search")["status"]["desiredReplicas"] == 2


def test_objects_are_complete_as_the_api_server_would_store_them(calm: HandWorld) -> None:
    resources = {(one.group, one.plural): one for one in Catalogue(calm.store)}
    for collection in (*calm.store.collections(),):
        resource = resources[(collection.group, collection.plural)]
        for stored in calm.store.list(collection):
            filled = copy.deepcopy(stored.object)
            set_defaults(resource, filled)
            assert filled == stored.object, (collection.plural, name_of(stored.object))


def test_no_node_holds_more_than_it_has(calm: HandWorld) -> None:
    for stored in calm.store.list(NODES):
        pods = calm.built.context.pods.on_node(stored.object["metadata"]["name"])
        given = stored.object["status"]["allocatable"]
        running = [requests(pod) for pod in pods if pod["status"]["phase"] == "Running"]
        assert sum(one.cpu for one in running) <= quantity(given["cpu"])
        assert sum(one.memory for one in running) <= quantity(given["memory"])


def test_addresses_are_unlike_each_other(calm: HandWorld) -> None:
    pods = [stored.object["status"]["podIP"] for stored in calm.store.list(PODS)]
    services = [stored.object["spec"]["clusterIP"] for stored in calm.store.list(SERVICES)]
    services = [address for address in services if address != "None"]
    assert len(set(pods)) == len(pods)
    assert len(set(services)) == len(services)


def test_the_same_seed_makes_the_same_world_and_another_one_another() -> None:
    def image(seed: int) -> list[Object]:
        store = Store(WorldClock(now=HandClock().now), seed)
        build_production(store, seed=seed, nodes=12, pods=0, story="night")
        return everything(store)

    assert image(3) == image(3)
    assert image(3) != image(4)


def test_load_makes_up_the_pods_asked_for() -> None:
    store = Store(WorldClock(now=HandClock().now))
    build_production(store, seed=1, nodes=12, pods=1000, story="calm")
    assert store.count(PODS) == 1000
    assert store.count(EVENTS) > 700
    assert {pod.object["spec"]["nodeName"] for pod in store.list(PODS)} == {f"node-{n}" for n in range(1, 13)}


def test_staging_is_small_and_has_the_apps() -> None:
    store = Store(WorldClock(now=HandClock().now), 2)
    build_staging(store, seed=2)
    assert store.count(NODES) == 3
    assert store.count(PODS) < 90
    assert {one.object["metadata"]["namespace"] for one in store.list(DEPLOYMENTS)} >= set(_PRODUCT)
    assert store.count(CONTROLLER_REVISIONS) > 0
    assert store.count(REPLICA_SETS) > 0


def test_argo_cd_flux_and_helm_remember_what_they_delivered(calm: HandWorld) -> None:
    history = calm.get(GIT_APPLICATIONS, "argocd", "payments")["status"]["history"]
    assert [one["id"] for one in history] == [0, 1, 2, 3, 4, 5]
    assert history[-1]["initiatedBy"] == {"username": "gus"}
    assert calm.get(KUSTOMIZATIONS, "external-dns", "external-dns")["status"]["history"][0]["metadata"]["revision"]
    assert calm.get(FLUX_RELEASES, "backup", "velero")["status"]["history"][0]["status"] == "deployed"
    dex = calm.get(DEPLOYMENTS, "sso", "dex")["metadata"]["annotations"]
    assert dex["meta.helm.sh/release-name"] == "dex"
    assert calm.get(SECRETS, "sso", "sh.helm.release.v1.dex.v4")["metadata"]["labels"]["status"] == "deployed"
