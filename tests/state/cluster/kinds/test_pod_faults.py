import pytest

from state.cell import Tone
from state.cluster.faults import PodJudge, Workload, moving, workload_of
from state.cluster.kinds.daemon_sets import DaemonSetRow
from state.cluster.kinds.deployments import DeploymentRow
from state.cluster.kinds.kind import Owner
from state.cluster.kinds.pod_faults import RECENT, STUCK, YOUNG, pod_fault
from state.cluster.kinds.pods import POD, PodRow
from state.cluster.kinds.scheduling import why_unscheduled
from state.cluster.kinds.stateful_sets import StatefulSetRow
from state.mirror import Mirror

NOW = 1_800_000_000.0
HOUR = 3600.0


def pod(age=HOUR, **fields):
    base = {"uid": "u", "name": "api", "namespace": "shop", "created": NOW - age, "ready": 1, "total": 1}
    return PodRow(**{**base, "status": "Running", "phase": "Running", "ready_since": NOW - age, **fields})


def said(row, now=NOW):
    fault = pod_fault(row, now)
    return None if fault is None else (fault.text, fault.tone)


@pytest.mark.parametrize(
    "row",
    [
        pod(),
        pod(status="Completed", phase="Succeeded", ready=0),
        pod(status="Running", ready=0, ready_since=NOW - 5),
        pod(restarts=1, restarted=NOW - 20, ended="Error"),
        pod(restarts=40, restarted=NOW - RECENT - 1, ended="Error"),
        pod(status="ContainerCreating", phase="Pending", ready=0, age=20),
        pod(status="Init:0/2", phase="Pending", ready=0, age=30),
        pod(status="Pending", phase="Pending", ready=0, age=5, blocked="no cpu"),
        pod(status="Terminating", deleting=NOW - 20, ready=0),
    ],
    ids=lambda row: f"{row.status} {row.ready}/{row.total}",
)
def test_what_a_pod_does_in_a_usual_day_is_no_fault(row):
    assert pod_fault(row, NOW) is None


@pytest.mark.parametrize(
    ("row", "text", "tone"),
    [
        (pod(status="CrashLoopBackOff", ready=0, restarts=5, restarted=NOW - 30), "CrashLoopBackOff ×5", Tone.BAD),
        (pod(status="CrashLoopBackOff", ready=0, restarts=1, restarted=NOW - 3), "CrashLoopBackOff ×1", Tone.BAD),
        (
            pod(status="Init:CrashLoopBackOff", phase="Pending", ready=0, restarts=5, restarted=NOW - 9),
            "Init:CrashLoopBackOff ×5",
            Tone.BAD,
        ),
        (pod(restarts=5, restarted=NOW - 30, ended="OOMKilled"), "OOMKilled ×5", Tone.BAD),
        (pod(status="OOMKilled", ready=0), "OOMKilled", Tone.BAD),
        (pod(status="ImagePullBackOff", phase="Pending", ready=0), "ImagePullBackOff", Tone.BAD),
        (pod(status="Init:ErrImagePull", phase="Pending", ready=0, age=9), "Init:ErrImagePull", Tone.BAD),
        (pod(status="Pending", phase="Pending", ready=0, age=120, blocked="no cpu"), "Pending, no cpu", Tone.QUIET),
        (pod(status="Pending", phase="Pending", ready=0, age=HOUR, blocked="no cpu"), "Pending, no cpu", Tone.WARN),
        (pod(status="ContainerCreating", phase="Pending", ready=0), "ContainerCreating", Tone.WARN),
        (pod(ready=1, total=2, ready_since=NOW - 90), "1 of 2 ready", Tone.WARN),
        (pod(status="Error", phase="Failed", ready=0), "Error", Tone.BAD),
        (pod(status="Evicted", phase="Failed", ready=0, ready_since=NOW - 9 * HOUR), "Evicted", Tone.QUIET),
        (pod(status="Terminating", deleting=NOW - STUCK - 1, ready=0), "does not terminate", Tone.WARN),
        (pod(status="Unknown", deleting=NOW - 5), "its node is lost", Tone.BAD),
        (pod(status="SchedulingGated", phase="Pending", ready=0), "SchedulingGated", Tone.QUIET),
        (pod(unreadable=True, status=""), "cannot be read", Tone.WARN),
    ],
)
def test_a_fault_is_named_in_words(row, text, tone):
    assert said(row) == (text, tone)


def test_a_crash_looping_pod_stays_in_the_list_through_its_running_seconds():
    down = pod(status="CrashLoopBackOff", ready=0, restarts=5, restarted=NOW - 60, ended="Error")
    up = pod(ready=1, restarts=6, restarted=NOW - 62, ended="Error")
    ended = pod(status="Error", ready=0, restarts=6, restarted=NOW - 62, ended="Error")
    ranks = [fault.rank for row in (down, up, ended) if (fault := pod_fault(row, NOW))]
    assert ranks == [85, 85, 85]
    assert pod_fault(up, NOW + RECENT) is None


def test_the_worst_comes_first():
    rows = [
        pod(status="SchedulingGated", phase="Pending", ready=0),
        pod(ready=1, total=2),
        pod(status="ImagePullBackOff", phase="Pending", ready=0),
        pod(status="CrashLoopBackOff", ready=0, restarts=5, restarted=NOW - 30),
    ]
    ranks = [POD.fault(row, NOW).rank for row in rows]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


DEPLOYMENT = DeploymentRow(
    uid="d", name="api", namespace="shop", wanted=3, generation=2, observed=2, progressing="ReplicaSetUpdated"
)


def of(kind, name, **fields):
    return pod(owner=Owner(kind, name, "o"), **fields)


@pytest.mark.parametrize(
    ("row", "workload"),
    [
        (of("ReplicaSet", "api-7d4f", labels=(("pod-template-hash", "7d4f"),)), Workload("Deployment", "shop", "api")),
        (of("ReplicaSet", "alone"), Workload("ReplicaSet", "shop", "alone")),
        (of("StatefulSet", "ledger"), Workload("StatefulSet", "shop", "ledger")),
        (of("Job", "report"), Workload("Job", "shop", "report")),
        (pod(), None),
    ],
)
def test_what_runs_a_pod_is_read_from_its_owner(row, workload):
    assert workload_of(row) == workload


def test_a_young_pod_of_a_moving_rollout_is_no_fault_and_an_older_one_is():
    mirror = Mirror()
    mirror.apply({"d": DEPLOYMENT})
    judge = PodJudge([mirror])
    labels = (("pod-template-hash", "7d4f"),)
    young = of("ReplicaSet", "api-7d4f", labels=labels, status="ErrImagePull", phase="Pending", ready=0, age=YOUNG - 1)
    assert judge(young, NOW) is None
    assert judge(young, NOW + 2) is not None
    other = of("ReplicaSet", "web-7d4f", labels=labels, status="ErrImagePull", phase="Pending", ready=0, age=YOUNG - 1)
    assert judge(other, NOW) is not None
    looping = of("ReplicaSet", "api-7d4f", labels=labels, age=50, ready=0, restarts=5, restarted=NOW - 4, ended="Error")
    assert judge(looping, NOW) is not None
    mirror.apply({"d": DeploymentRow(uid="d", name="api", namespace="shop", progressing="NewReplicaSetAvailable")})
    assert judge(young, NOW) is not None


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (DEPLOYMENT, True),
        (DeploymentRow(uid="d", name="api", progressing="NewReplicaSetAvailable"), False),
        (DeploymentRow(uid="d", name="api", progressing="NewReplicaSetAvailable", generation=3, observed=2), True),
        (DeploymentRow(uid="d", name="api", progressing="ProgressDeadlineExceeded", stalled=True), False),
        (DeploymentRow(uid="d", name="api", progressing="DeploymentPaused", paused=True), False),
        (StatefulSetRow(uid="s", name="ledger", current_revision="1", update_revision="2"), True),
        (StatefulSetRow(uid="s", name="ledger", current_revision="1", update_revision="2", on_delete=True), False),
        (StatefulSetRow(uid="s", name="ledger", current_revision="2", update_revision="2"), False),
        (DaemonSetRow(uid="a", name="agent", wanted=3, updated=2), True),
        (DaemonSetRow(uid="a", name="agent", wanted=3, updated=3), False),
    ],
)
def test_a_rollout_moves_until_it_is_complete_or_stalled(row, expected):
    assert bool(moving([row])) == expected


@pytest.mark.parametrize(
    ("message", "short"),
    [
        (
            "0/12 nodes are available: 12 Insufficient cpu. preemption: 0/12 nodes are available: "
            "12 No preemption victims found for incoming pod.",
            "no cpu",
        ),
        ("0/3 nodes are available: 1 Insufficient memory, 2 Insufficient cpu.", "no memory, no cpu"),
        (
            "0/4 nodes are available: 1 node(s) had untolerated taint {a: b}, 3 Insufficient nvidia.com/gpu.",
            "no nvidia.com/gpu, tainted nodes",
        ),
        ("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", "no node matches"),
        ("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.", "no volume"),
        ('persistentvolumeclaim "data" not found', "no volume"),
        ("0/3 nodes are available: 3 node(s) were unschedulable.", "cordoned nodes"),
        ("0/3 nodes are available: 3 Too many pods.", "no room for pods"),
        ("no nodes available to schedule pods", "no nodes"),
        ("something \x1b[31mnew that nobody has described in words yet", "something new that nobody has described…"),
        ("", ""),
    ],
)
def test_the_schedulers_words_become_two(message, short):
    assert why_unscheduled(message) == short
