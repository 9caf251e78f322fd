from collections.abc import Iterable
from dataclasses import replace

import pytest

from state.alerts.model import Alert, AlertState, Severity
from state.alerts.workload import Subject, subject_of
from state.ref import GroupKind, Ref

KINDS = {
    "Deployment": GroupKind("apps", "Deployment"),
    "StatefulSet": GroupKind("apps", "StatefulSet"),
    "DaemonSet": GroupKind("apps", "DaemonSet"),
    "CronJob": GroupKind("batch", "CronJob"),
    "Job": GroupKind("batch", "Job"),
    "Pod": GroupKind("", "Pod"),
    "Node": GroupKind("", "Node"),
    "Namespace": GroupKind("", "Namespace"),
}


def ref(kind: str, path: str) -> Ref:
    namespace, _, name = path.rpartition("/")
    return Ref("prod", KINDS[kind], namespace, name)


API = ref("Deployment", "pay/api")
AGENT = ref("DaemonSet", "monitoring/node-agent")
DB = ref("StatefulSet", "pay/db")
NIGHTLY = ref("CronJob", "pay/nightly")
OWNERS = {
    ref("Pod", "pay/api-7d4f9c5b6d-x7k2p"): API,
    ref("Pod", "pay/db-0"): DB,
    ref("Pod", "pay/bare"): ref("Pod", "pay/bare"),
    ref("Job", "pay/nightly-2911"): NIGHTLY,
    ref("Pod", "monitoring/kube-state-metrics-5d4-abcde"): ref("Deployment", "monitoring/kube-state-metrics"),
}
NODE = ref("Node", "node-7")


class World:
    """A small cluster."""

    objects = {*OWNERS, *OWNERS.values(), AGENT, NODE, ref("Namespace", "pay"), ref("Namespace", "monitoring")}

    def find(self, kind: GroupKind, namespace: str, name: str) -> Ref | None:
        wanted = Ref("prod", kind, namespace, name)
        return wanted if wanted in self.objects else None

    def owner(self, ref: Ref) -> Ref | None:
        return OWNERS.get(ref)

    def pods_with_claim(self, namespace: str, claim: str) -> Iterable[Ref]:
        return [ref("Pod", "pay/db-0")] if (namespace, claim) == ("pay", "data-db-0") else []

    def pods_of_service(self, namespace: str, service: str) -> Iterable[Ref]:
        return [ref("Pod", "pay/api-7d4f9c5b6d-x7k2p")] if (namespace, service) == ("pay", "api") else []

    def node_at(self, address: str) -> Ref | None:
        return NODE if address in ("node-7", "10.0.0.7", "fd00::7") else None


def alert(**labels: str) -> Alert:
    return Alert("00", "A", Severity.OTHER, AlertState.ACTIVE, tuple(sorted(labels.items())), (), 0.0)


@pytest.mark.parametrize(
    ("labels", "subject"),
    [
        ({"namespace": "pay", "deployment": "api", "pod": "db-0"}, Subject(API, "deployment")),
        ({"namespace": "pay", "workload": "api", "workload_type": "deployment"}, Subject(API, "workload")),
        ({"namespace": "pay", "pod": "api-7d4f9c5b6d-x7k2p"}, Subject(API, "pod")),
        ({"namespace": "pay", "pod": "bare"}, Subject(ref("Pod", "pay/bare"), "pod")),
        ({"namespace": "pay", "pod": "api-6c6c6c6c6c-gone1"}, Subject(API, "pod", guess=True)),
        ({"namespace": "pay", "pod": "db-7"}, Subject(DB, "pod", guess=True)),
        ({"namespace": "monitoring", "pod": "node-agent-x7k2p"}, Subject(AGENT, "pod", guess=True)),
        ({"namespace": "pay", "job_name": "nightly-2911"}, Subject(NIGHTLY, "job_name")),
        ({"namespace": "pay", "persistentvolumeclaim": "data-db-0"}, Subject(DB, "persistentvolumeclaim")),
        ({"namespace": "pay", "service": "api"}, Subject(API, "service")),
        ({"node": "node-7"}, Subject(NODE, "node")),
        ({"instance": "10.0.0.7:9100"}, Subject(NODE, "instance")),
        ({"instance": "[fd00::7]:9100"}, Subject(NODE, "instance")),
        ({"namespace": "pay"}, Subject(ref("Namespace", "pay"), "namespace")),
        ({"namespace": "gone"}, None),
        ({"alertname": "Watchdog"}, None),
    ],
)
def test_the_first_label_that_leads_somewhere_wins(labels: dict[str, str], subject: Subject | None) -> None:
    assert subject_of(alert(**labels), World()) == subject


KSM = {"job": "kube-state-metrics", "service": "kube-state-metrics", "container": "kube-state-metrics"}
NODE_EXPORTER = {"job": "node-exporter", "namespace": "monitoring", "pod": "node-exporter-abcde"}
CLAIM = {"namespace": "pay", "persistentvolumeclaim": "data-db-0"}
RENAMED = {"namespace": "monitoring", "exported_namespace": "pay"}
PAY = Subject(ref("Namespace", "pay"), "namespace")
KSM_POD = {"pod": "kube-state-metrics-5d4-abcde", "instance": "10.0.0.7:8080"}


@pytest.mark.parametrize(
    ("labels", "subject"),
    [
        (KSM | KSM_POD | {"namespace": "pay", "deployment": "api"}, Subject(API, "deployment")),
        (KSM | KSM_POD | CLAIM, Subject(DB, "persistentvolumeclaim")),
        (KSM | {"namespace": "pay", "pod": "db-0"}, Subject(DB, "pod")),
        (KSM | KSM_POD | RENAMED | {"exported_pod": "db-0"}, Subject(DB, "pod")),
        (KSM | KSM_POD | {"namespace": "pay"}, PAY),
        (NODE_EXPORTER | {"instance": "10.0.0.7:9100"}, Subject(NODE, "instance")),
        (NODE_EXPORTER | {"instance": "10.0.0.9:9100"}, None),
        (RENAMED | {"pod": "kube-state-metrics-5d4-abcde"}, PAY),
    ],
)
def test_an_exporter_is_never_taken_for_its_subject(labels: dict[str, str], subject: Subject | None) -> None:
    assert subject_of(alert(**labels), World()) == subject


def test_an_alert_of_another_context_leads_to_no_object_of_this_one() -> None:
    labels = (("deployment", "api"), ("namespace", "pay"))
    alert = Alert("f", "A", Severity.CRITICAL, AlertState.ACTIVE, labels, (), 0.0)
    assert subject_of(alert, World()) is not None
    assert subject_of(replace(alert, elsewhere="it is about the context prod-us"), World()) is None
