"""Several targets at once, rollouts followed to their end, and users who may do little: simulated or real."""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from state.bulk import perform_all, prepare
from state.cluster import connect, kubeconfig, requests
from state.cluster.credentials import SignIns
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.stateful_sets import STATEFUL_SET
from state.cluster.operations.catalogue import OFFERS, offers_of
from state.cluster.operations.cordon import Cordon
from state.cluster.operations.delete import Delete
from state.cluster.operations.drain import Drain
from state.cluster.operations.following import Followed, Phase, follow, row_of
from state.cluster.operations.restart import Restart
from state.cluster.operations.scale import Scale
from state.cluster.operations.set_image import SetImage
from state.cluster.transport import Transport
from state.journal.entry import Entry
from state.ref import GroupKind, Ref

Json = dict[str, Any]
IMAGE = "docker.io/library/nginx:1.27"


@dataclass
class Journal:
    entries: list[Entry] = field(default_factory=list)

    def record(self, entry: Entry) -> None:
        self.entries.append(entry)


def made(transport: Transport, kind: Any, namespace: str, replicas: int = 1, **spec: Any) -> Json:
    name = f"{kind.resource.singular}-{uuid.uuid4().hex[:6]}"
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "main", "image": IMAGE}], "terminationGracePeriodSeconds": 1},
    }
    whole: Json = {"selector": {"matchLabels": {"app": name}}, "template": template, **spec}
    if kind is not DAEMON_SET:
        whole["replicas"] = replicas
    if kind is STATEFUL_SET:
        whole["serviceName"] = name
    body = {"apiVersion": "apps/v1", "kind": kind.resource.kind, "metadata": {"name": name}, "spec": whole}
    return requests.post(transport, kind.resource.path(namespace), body)


def operation(make: Any, transport: Transport, kind: Any, obj: Json, *args: Any) -> Any:
    metadata = obj["metadata"]
    ref = Ref("test", kind.resource.group_kind, metadata.get("namespace", ""), metadata["name"])
    return make(lambda: transport, kind.resource, ref, metadata["uid"], *args)


def followed(transport: Transport, kind: Any, obj: Json, generation: int) -> tuple[list[str], Followed]:
    """Follow a rollout to its end; return what was said on the way, and the end."""
    path = kind.resource.path(obj["metadata"]["namespace"], obj["metadata"]["name"])
    deadline = time.monotonic() + 60
    said: list[str] = []
    found: Followed | None = None
    while found is None or not found.rollout.phase.over:
        assert time.monotonic() < deadline, said
        found = follow(found, row_of(kind, requests.get(transport, path)), time.time(), generation=generation)
        if found.rollout.words not in said:
            said.append(found.rollout.words)
        time.sleep(0.05)
    return said, found


@pytest.mark.parametrize("kind", [DEPLOYMENT, STATEFUL_SET, DAEMON_SET], ids=lambda kind: kind.resource.kind)
def test_a_rollout_is_followed_to_its_end(transport: Transport, namespace: str, kind: Any) -> None:
    # All nodes at once: one after the other would take a minute.
    strategy = {"updateStrategy": {"rollingUpdate": {"maxUnavailable": "100%"}}} if kind is DAEMON_SET else {}
    obj = made(transport, kind, namespace, 1, **strategy)
    assert followed(transport, kind, obj, 1)[1].rollout.phase is Phase.DONE
    outcome = operation(Restart, transport, kind, obj).run()
    generation = int(outcome.details["generation"])
    said, end = followed(transport, kind, obj, generation)
    assert end.rollout.phase is Phase.DONE, said
    assert len(said) > 1, "it was done before it began"
    now = requests.get(transport, kind.resource.path(namespace, obj["metadata"]["name"]))
    assert now["metadata"]["generation"] == generation


def test_a_rollout_that_cannot_go_on_is_stuck(transport: Transport, namespace: str) -> None:
    obj = made(transport, DEPLOYMENT, namespace, progressDeadlineSeconds=2)
    path = DEPLOYMENT.resource.path(namespace, obj["metadata"]["name"])
    # No node has this label: its pods are never placed.
    nowhere = {"spec": {"template": {"spec": {"nodeSelector": {"example.com/nowhere": "yes"}}}}}
    changed = requests.patch(transport, path, nowhere, requests.MERGE_PATCH)
    _, end = followed(transport, DEPLOYMENT, obj, changed["metadata"]["generation"])
    assert end.rollout.phase is Phase.STUCK
    assert end.rollout.words == f'deployment "{obj["metadata"]["name"]}" exceeded its progress deadline'


def test_marked_ones_are_done_together_and_one_failure_stops_no_other(transport: Transport, namespace: str) -> None:
    first, second, third = (made(transport, DEPLOYMENT, namespace, replicas) for replicas in (1, 2, 1))
    deeds = [operation(Scale, transport, DEPLOYMENT, one, 2) for one in (first, second, third)]
    prepared = prepare(deeds, {deeds[2].subject})
    assert [one.subject for one in prepared.able] == [deeds[0].subject, deeds[2].subject]
    assert [one.why for one in prepared.unable] == [f"{deeds[1].subject.path} has 2 replicas already"]
    assert prepared.preview.warnings[0].startswith("1 of 2 are marked but hidden by the filter: ")
    operation(Delete, transport, DEPLOYMENT, first).run()
    path = DEPLOYMENT.resource.path(namespace, first["metadata"]["name"])
    deadline = time.monotonic() + 30
    while first["metadata"]["name"] in {
        item["metadata"]["name"] for item in requests.get(transport, path.rpartition("/")[0])["items"]
    }:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    journal = Journal()
    outcome, results = perform_all(prepared.able, journal, False, "ana")
    assert not outcome.done
    assert [one.done for one in results] == [False, True]
    assert f"Deployment {deeds[0].subject.path} is gone" in outcome.summary
    assert [entry.event for entry in journal.entries] == ["refused", "done"]
    found = requests.get(transport, DEPLOYMENT.resource.path(namespace, third["metadata"]["name"]))
    assert found["spec"]["replicas"] == 2


@pytest.fixture
def as_user(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Transport]]:
    """The same cluster as one of its lesser users; skipped where the kubeconfig has no such context."""
    config = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")
    parts = config.split(os.pathsep) if config else [request.getfixturevalue("simulated").kubeconfig]
    loaded = kubeconfig.load([Path(part) for part in parts])
    transports: list[Transport] = []

    def sign_in(user: str) -> Transport:
        names = [one.name for one in loaded.contexts() if one.name.endswith(f"-{user}")]
        if not names:
            pytest.skip(f"the kubeconfig has no context …-{user}")
        transports.append(connect.connect(loaded.target(names[0]), SignIns(os.environ), {}))
        return transports[-1]

    yield sign_in
    for one in transports:
        one.close()


def web(namespace: str) -> Json:
    return {"metadata": {"name": "web", "namespace": namespace, "uid": "u"}}


@pytest.mark.parametrize("user", ["viewer", "nobody"])
def test_who_may_only_look_is_told_so_for_each(as_user: Callable[[str], Transport], user: str) -> None:
    transport = as_user(user)
    for make, args in ((Scale, (2,)), (Restart, ()), (SetImage, ((("main", "a"),),)), (Delete, ())):
        words = operation(make, transport, DEPLOYMENT, web("payments"), *args).permitted()
        assert words.startswith("you may not "), make
        assert "deployments" in words
    node = {"metadata": {"name": "node-1", "uid": "u"}}
    assert "patch nodes" in operation(Cordon, transport, NODE, node, True).permitted()
    assert "patch nodes" in operation(Drain, transport, NODE, node).permitted()


def test_who_edits_one_namespace_may_do_it_there_alone(as_user: Callable[[str], Transport]) -> None:
    transport = as_user("payments")
    assert operation(Scale, transport, DEPLOYMENT, web("payments"), 2).permitted() == ""
    words = operation(Scale, transport, DEPLOYMENT, web("storefront"), 2).permitted()
    assert words.startswith("you may not patch deployments/scale in storefront")


def test_every_offer_names_a_permission_the_server_knows(transport: Transport) -> None:
    from state.cluster.access import allowed

    for offer in OFFERS:
        assert allowed(transport, offer.permission(DEPLOYMENT.resource, "payments")) == "", offer.id
    assert offers_of(DEPLOYMENT.resource)
    assert GroupKind("apps", "Deployment") == DEPLOYMENT.resource.group_kind
