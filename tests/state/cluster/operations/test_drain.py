"""Draining a node: what is shown before, what is tried again, and what is said when it ends early."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from state.clock import Clock
from state.cluster.errors import SignInFailed, Unreachable
from state.cluster.operations.drain import Drain
from state.cluster.operations.drain_plan import DrainOptions, budgets_of, plan_drain
from state.cluster.operations.evictions import DrainProgress
from state.cluster.transport import Answer, Request
from state.operation import Course, Outcome, Progress, Refused
from tests.state.cluster.operations.tiny_api import DAEMON_SET, NODE, REVIEWS, TinyApi, is_dry, on, status, text_of

BUDGET = "The disruption budget web needs 3 healthy pods and has 3 currently"
REFUSED = status(
    429, "Cannot evict pod as it would violate the pod's disruption budget.", "TooManyRequests",
    [{"reason": "DisruptionBudget", "message": BUDGET}],
)  # fmt: skip


@dataclass
class Watch(Course):
    """A course whose pauses take no time but move the clock; it may stop at a moment."""

    now: float = 1000.0
    stop_at: float = float("inf")
    told: list[Progress] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)
    each: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        super().__init__(self.told.append)

    def pause(self, seconds: float) -> bool:
        self.paused.append(seconds)
        self.now += seconds
        self.each()
        if self.now >= self.stop_at:
            self.stop()
        return not self.stopped

    @property
    def clock(self) -> Clock:
        return Clock(elapsed=lambda: self.now)


def pod(name: str, owner: str = "ReplicaSet", **more: Any) -> Any:
    metadata: Any = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "labels": {"app": "web"}}
    if owner:
        metadata["ownerReferences"] = [{"kind": owner, "name": "web", "controller": True}]
    metadata.update(more.pop("metadata", {}))
    return {"metadata": metadata, "spec": {"nodeName": "node-1", **more.pop("spec", {})}, "status": more}


STATIC = pod("etcd", "Node", metadata={"annotations": {"kubernetes.io/config.mirror": "x"}})
DATA = pod("cache", spec={"volumes": [{"name": "tmp", "emptyDir": {}}]})
DAEMON = pod("agent", "DaemonSet")
LONE = pod("lone", "")


@dataclass
class Node:
    """A node with pods, whose evictions are answered as a test wants; what is evicted is gone at the next look."""

    pods: list[Any]
    api: TinyApi = field(default_factory=TinyApi)
    watch: Watch = field(default_factory=Watch)
    evictions: list[tuple[float, str]] = field(default_factory=list)
    refuse: Callable[[str], Answer | None] = lambda name: None

    def __post_init__(self) -> None:
        self.api.put(DAEMON_SET, {"metadata": {"name": "web", "namespace": "shop"}})
        self.api.answers["GET", "/api/v1/pods"] = lambda request: Answer(200, json.dumps({"items": self.pods}).encode())
        for one in self.pods:
            name = one["metadata"]["name"]
            self.api.answers["POST", f"/api/v1/namespaces/shop/pods/{name}/eviction"] = self._evict

    def _evict(self, request: Request) -> Answer:
        name = request.path.split("/")[-2]
        self.evictions.append((self.watch.now, name))
        refusal = self.refuse(name)
        if refusal is not None:
            return refusal
        self.pods = [one for one in self.pods if one["metadata"]["name"] != name]
        return Answer(201, b'{"kind":"Status","status":"Success"}')

    def drain(self, **options: Any) -> Drain:
        node = {"metadata": {"name": "node-1"}, "spec": {}}
        made: Drain = on(self.api, Drain, NODE, node, DrainOptions(**options))
        return replace(made, course=self.watch, clock=self.watch.clock)

    @property
    def cordoned(self) -> bool:
        return bool(self.api.objects["/api/v1/nodes/node-1"]["spec"].get("unschedulable"))


def test_all_that_stays_and_all_that_is_lost_is_listed_before() -> None:
    node = Node([pod("web-1"), DAEMON, STATIC, LONE, DATA])
    assert text_of(node.drain(force=True, delete_empty_dir=True).preview()).splitlines() == [
        "node   it is cordoned first",
        "lost   shop/lone  no controller",
        "data   shop/cache  emptyDir",
        "evict  shop/web-1  ReplicaSet web",
        "stay   shop/agent  DaemonSet web",
        "stay   shop/etcd  static",
        "! nothing brings back 1 pod without a controller",
        "! the emptyDir data of 1 pod is deleted",
    ]
    assert node.api.writes == []
    assert not node.cordoned
    assert any(is_dry(one) and one.method == "PATCH" for one in node.api.asked), "cordoning is tried"


def test_it_evicts_and_waits_until_all_are_gone() -> None:
    node = Node([pod("web-1"), pod("web-2"), DAEMON])
    outcome = node.drain(grace=7).run()
    assert outcome == Outcome(
        True,
        "Node node-1 is drained: 2 pods evicted, 1 of daemon sets or static left",
        {"evicted": "shop/web-1, shop/web-2"},
    )
    assert node.cordoned
    assert node.api.sent() == {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": "web-2", "namespace": "shop"},
        "deleteOptions": {"preconditions": {"uid": "uid-web-2"}, "gracePeriodSeconds": 7},
    }
    last = node.watch.told[-1]
    assert (last.text, last.done, last.total) == ("2 of 2 pods are gone", 2, 2)


@pytest.mark.parametrize(
    ("pods", "options", "words"),
    [
        ([LONE], {}, "pods without a controller to bring them back, lost only by force: shop/lone"),
        ([DATA], {}, "pods with emptyDir volumes, whose data has to be given up: shop/cache"),
        ([DAEMON], {"ignore_daemon_sets": False}, "pods of daemon sets, which can be let to stay: shop/agent"),
    ],
)
def test_what_keeps_it_from_starting_names_pods_and_option(pods: Any, options: Any, words: str) -> None:
    node = Node(pods)
    for step in (node.drain(**options).preview, node.drain(**options).run):
        with pytest.raises(Refused, match=words):
            step()
    assert not node.cordoned


def test_pods_that_have_finished_are_no_obstacle() -> None:
    done = pod("job", "", phase="Succeeded", spec={"volumes": [{"name": "t", "emptyDir": {}}]})
    assert Node([done]).drain().run().done


def test_a_daemon_set_that_is_gone_keeps_no_pods() -> None:
    node = Node([DAEMON])
    del node.api.objects[DAEMON_SET.path("shop", "web")]
    assert node.drain().plan().unmanaged
    node.api.answers["GET", DAEMON_SET.path("shop", "web")] = status(403, "no")
    assert node.drain().plan().daemon, "one that may not be read is taken to be there"


def test_a_refused_eviction_is_tried_every_five_seconds_and_named() -> None:
    node = Node([pod("web-1"), pod("web-2")])
    node.refuse = lambda name: REFUSED if name == "web-2" and node.watch.now < 1012 else None
    assert node.drain().run().done
    assert [moment - 1000 for moment, name in node.evictions if name == "web-2"] == [0, 5, 10, 15]
    waiting = [one for one in node.watch.told if isinstance(one, DrainProgress) and one.refused]
    assert waiting[0].refused == (("shop/web-2", BUDGET),)
    assert waiting[0].text == f"1 of 2 pods are gone; shop/web-2 waits: {BUDGET}"


def test_at_the_time_out_it_stays_cordoned_and_names_budget_and_pod() -> None:
    node = Node([pod("web-1"), pod("web-2")])
    node.refuse = lambda name: REFUSED if name == "web-2" else None
    outcome = node.drain(timeout=12).run()
    assert not outcome.done
    assert outcome.summary == (
        "Node node-1 stays cordoned and is not drained: it was not done after 12 s; 1 of 2 pods are gone; "
        f"shop/web-2 waits: {BUDGET}"
    )
    assert outcome.details == {"evicted": "shop/web-1", "left": "shop/web-2", "shop/web-2": BUDGET}
    assert node.watch.now == 1012
    assert node.cordoned


def test_without_a_time_out_it_goes_on() -> None:
    node = Node([pod("web-1")])
    node.refuse = lambda name: REFUSED if node.watch.now < 9000 else None
    assert node.drain(timeout=0).run().done


def test_stopped_it_stays_cordoned_and_says_so() -> None:
    node = Node([pod("web-1"), pod("web-2")])
    node.refuse = lambda name: REFUSED
    node.watch.stop_at = 1003
    outcome = node.drain().run()
    assert outcome.summary.startswith("Node node-1 stays cordoned and is not drained: it was stopped; 0 of 2 pods")
    assert len(node.evictions) == 2
    assert node.cordoned


def test_a_short_silence_is_waited_out_and_a_long_one_is_said() -> None:
    silent = [False]

    def answer(request: Request) -> Answer:
        if silent[0]:
            raise Unreachable("no answer from the cluster")
        return Answer(200, json.dumps({"items": node.pods}).encode())

    node = Node([pod("web-1")])
    node.api.answers["GET", "/api/v1/pods"] = answer
    node.refuse = lambda name: REFUSED
    node.watch.each = lambda: silent.__setitem__(0, 1004 < node.watch.now < 1012)
    outcome = node.drain(timeout=40).run()
    assert "it was not done after 40 s" in outcome.summary, "it went on after ten seconds without an answer"
    assert any("no answer from the cluster: tried again in 5 s" in one.text for one in node.watch.told)
    node.watch = Watch()
    node.watch.each = lambda: silent.__setitem__(0, node.watch.now > 1004)
    outcome = node.drain(timeout=300).run()
    assert "stays cordoned and is not drained: the cluster does not answer: no answer from the" in outcome.summary
    assert node.watch.now < 1030


def test_credentials_that_run_out_end_it_with_the_same_words() -> None:
    def runs_out(name: str) -> Answer:
        raise SignInFailed("sign-in failed: expired")

    node = Node([pod("web-1")])
    node.refuse = runs_out
    assert "stays cordoned and is not drained: sign-in failed: expired" in node.drain().run().summary


def test_what_no_time_helps_is_named_while_the_others_go() -> None:
    node = Node([pod("web-1"), pod("web-2")])
    node.refuse = lambda name: status(500, "more than one PodDisruptionBudget") if name == "web-1" else None
    outcome = node.drain().run()
    assert "shop/web-1 cannot be evicted: more than one PodDisruptionBudget; 1 of 2 pods are gone" in outcome.summary
    assert len(node.evictions) == 2


@pytest.mark.parametrize("code", [404, 409])
def test_a_pod_that_is_gone_or_another_by_now_is_done(code: int) -> None:
    node = Node([pod("web-1")])
    node.refuse = lambda name: status(code, "gone")
    assert node.drain().run().done


def test_a_namespace_that_ends_is_waited_for() -> None:
    node = Node([pod("web-1")])
    ends = status(403, "forbidden", "Forbidden", [{"reason": "NamespaceTerminating", "message": "ends"}])
    node.refuse = lambda name: ends if node.watch.now < 1001 else None
    assert node.drain().run().done
    assert len(node.evictions) == 2


def test_pods_that_would_be_lost_and_came_since_the_preview_stop_it() -> None:
    node = Node([pod("web-1"), LONE])
    planned = node.drain(force=True, delete_empty_dir=True).planned()
    node.pods.append(DATA)
    with pytest.raises(Refused, match="since the preview pods came that would be lost: shop/cache"):
        planned.run()
    assert not node.cordoned


def test_a_pod_that_comes_while_it_is_cordoned_is_an_ending_not_a_surprise() -> None:
    node = Node([pod("web-1")])
    planned = node.drain(force=True).planned()
    real = node.api._patch

    def cordoning(request: Request) -> Answer:
        node.pods.append(LONE)
        return real(request)

    node.api.answers["PATCH", "/api/v1/nodes/node-1"] = cordoning
    outcome = planned.run()
    assert not outcome.done
    assert "stays cordoned and is not drained: since the preview pods came" in outcome.summary
    assert node.evictions == []


def test_no_answer_to_the_cordoning_leaves_a_question_and_says_so() -> None:
    def hangs(request: Request) -> Answer:
        raise Unreachable("no answer")

    node = Node([pod("web-1")])
    node.api.answers["PATCH", "/api/v1/nodes/node-1"] = hangs
    assert "look whether it is cordoned (no answer)" in node.drain().run().summary


def test_the_pods_of_a_selector_alone_are_evicted() -> None:
    node = Node([pod("web-1")])
    node.drain(pod_selector="app=web").preview()
    asked = next(one for one in node.api.asked if one.path == "/api/v1/pods")
    assert asked.query == (("fieldSelector", "spec.nodeName=node-1"), ("labelSelector", "app=web"))


def test_budgets_that_will_hold_it_up_are_named_before() -> None:
    node = Node([pod("web-1"), pod("web-2")])
    items = [
        {"metadata": {"name": name, "namespace": "shop"}, "spec": {"selector": selector},
         "status": {"disruptionsAllowed": allowed}}
        for name, selector, allowed in (
            ("none", {"matchLabels": {"app": "web"}}, 0),
            ("one", {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}, 1),
            ("enough", {}, 2),
            ("others", {"matchLabels": {"app": "db"}}, 0),
            ("nothing", None, 0),
        )
    ]  # fmt: skip
    path = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets"
    node.api.answers["GET", path] = Answer(200, json.dumps({"items": items}).encode())
    assert text_of(node.drain().preview()).splitlines()[-2:] == [
        "! the disruption budget shop/none allows no eviction now, so until it does there wait shop/web-1, shop/web-2",
        "! the disruption budget shop/one lets 1 of 2 pods here go, then one by one",
    ]
    assert len(budgets_of(plan_drain(node.pods), items)) == 3
    node.api.answers["GET", path] = status(403, "you may not")
    assert "! disruption budgets of shop could not be read: you may not" in text_of(node.drain().preview())


def test_the_right_to_evict_may_be_a_namespaces_own() -> None:
    node = Node([pod("web-1")])

    def review(request: Request) -> Answer:
        asked = json.loads(request.body or b"")["spec"]["resourceAttributes"]
        allowed = asked.get("subresource") != "eviction" or asked.get("namespace") == "shop"
        return Answer(201, json.dumps({"status": {"allowed": allowed}}).encode())

    node.api.answers["POST", REVIEWS] = review
    assert node.drain().permitted() == ""
    node.pods.append(pod("other", metadata={"namespace": "bank"}))
    assert node.drain().permitted() == "you may not create pods/eviction in bank"


def test_a_node_that_is_cordoned_already_is_drained_too() -> None:
    node = Node([pod("web-1")])
    operation = node.drain()
    node.api.objects[operation.path]["spec"]["unschedulable"] = True
    assert "node   it is cordoned already" in text_of(operation.preview())
    assert operation.run().done
    assert [one.method for one in node.api.writes] == ["POST"]


def test_along_ties_it_to_who_watches() -> None:
    told: list[Progress] = []
    node = Node([pod("web-1")])
    assert node.drain().along(Course(told.append)).run().done
    assert told[-1].done == 1


def test_a_course_waits_until_somebody_stops_it() -> None:
    course = Course()
    assert course.pause(0)
    course.stop()
    assert course.stopped
    assert not course.pause(3600), "and does not wait any more"
