import pytest

from state.cell import Tone
from state.cluster.kinds.daemon_sets import DAEMON_SET, DaemonSetRow
from state.cluster.kinds.deployments import DEPLOYMENT, DeploymentRow
from state.cluster.kinds.events import EVENT, EventRow
from state.cluster.kinds.jobs import JOB, JobRow
from state.cluster.kinds.namespaces import NAMESPACE_KIND, NamespaceRow
from state.cluster.kinds.nodes import NODE, NodeRow
from state.cluster.kinds.replica_sets import REPLICA_SET, ReplicaSetRow
from state.cluster.kinds.services import SERVICE, ServiceRow
from state.cluster.kinds.stateful_sets import STATEFUL_SET, StatefulSetRow

NOW = 1_800_000_000.0
OLD = {"uid": "u", "name": "x", "namespace": "shop", "created": NOW - 9000}
ROLLING = {"progressing": "ReplicaSetUpdated"}
DONE = {"progressing": "NewReplicaSetAvailable"}


@pytest.mark.parametrize(
    ("kind", "row", "text", "tone"),
    [
        (DEPLOYMENT, DeploymentRow(**OLD, **DONE, wanted=3, available=3), None, None),
        (DEPLOYMENT, DeploymentRow(**OLD, **DONE, wanted=0), None, None),
        (DEPLOYMENT, DeploymentRow(**OLD, **DONE, wanted=3, available=2), "1 of 3 unavailable", Tone.WARN),
        (DEPLOYMENT, DeploymentRow(**OLD, **DONE, wanted=3, available=0), "3 of 3 unavailable", Tone.BAD),
        (DEPLOYMENT, DeploymentRow(**OLD, **ROLLING, wanted=3, available=2, max_unavailable=1), None, None),
        (
            DEPLOYMENT,
            DeploymentRow(**OLD, **ROLLING, wanted=3, available=1, max_unavailable=1),
            "2 of 3 unavailable",
            Tone.WARN,
        ),
        (DEPLOYMENT, DeploymentRow(**{**OLD, "created": NOW - 9}, **ROLLING, wanted=3), None, None),
        (
            DEPLOYMENT,
            DeploymentRow(**OLD, stalled=True, wanted=3, available=2),
            "rollout stalled, 1 of 3 unavailable",
            Tone.BAD,
        ),
        (DEPLOYMENT, DeploymentRow(**OLD, stalled=True, wanted=3, available=3), "rollout stalled", Tone.BAD),
        (
            DEPLOYMENT,
            DeploymentRow(**OLD, wanted=3, available=3, replica_failure="exceeded\nquota"),
            "cannot create pods: exceeded quota",
            Tone.BAD,
        ),
        (REPLICA_SET, ReplicaSetRow(**OLD, wanted=3), None, None),
        (REPLICA_SET, ReplicaSetRow(**OLD, wanted=3, failure="quota"), "cannot create pods: quota", Tone.BAD),
        (STATEFUL_SET, StatefulSetRow(**OLD, wanted=3, ready=3), None, None),
        (STATEFUL_SET, StatefulSetRow(**OLD, wanted=3, ready=2), "1 of 3 unavailable", Tone.WARN),
        (STATEFUL_SET, StatefulSetRow(**OLD, wanted=3, ready=0), "3 of 3 unavailable", Tone.BAD),
        (STATEFUL_SET, StatefulSetRow(**OLD, wanted=3, ready=2, generation=2, observed=1), None, None),
        (DAEMON_SET, DaemonSetRow(**OLD, wanted=3, updated=3, available=3), None, None),
        (DAEMON_SET, DaemonSetRow(**OLD, wanted=3, updated=3, available=2), "1 of 3 unavailable", Tone.WARN),
        (DAEMON_SET, DaemonSetRow(**OLD, wanted=3, updated=1, available=2), None, None),
        (JOB, JobRow(**OLD, status="Running"), None, None),
        (JOB, JobRow(**OLD, status="Failed", failure="BackoffLimitExceeded"), "failed: BackoffLimitExceeded", Tone.BAD),
        (NODE, NodeRow(**OLD, ready=True), None, None),
        (NODE, NodeRow(**OLD, ready=False), "NotReady", Tone.BAD),
        (NODE, NodeRow(**OLD, ready=False, reason="NodeStatusUnknown"), "NotReady, silent", Tone.BAD),
        (NODE, NodeRow(**{**OLD, "created": NOW - 9}, ready=False), None, None),
        (NODE, NodeRow(**OLD, ready=True, pressures=("DiskPressure",)), "DiskPressure", Tone.WARN),
        (NODE, NodeRow(**OLD, ready=True, unschedulable=True), "cordoned", Tone.QUIET),
        (NAMESPACE_KIND, NamespaceRow(**OLD, phase="Active"), None, None),
        (NAMESPACE_KIND, NamespaceRow(**OLD, deleting=NOW - 20), None, None),
        (NAMESPACE_KIND, NamespaceRow(**OLD, deleting=NOW - 2000), "does not terminate", Tone.WARN),
        (SERVICE, ServiceRow(**OLD, external="<pending>"), "no external address", Tone.WARN),
        (SERVICE, ServiceRow(**OLD), None, None),
        (EVENT, EventRow(**OLD, type="Warning", reason="BackOff"), None, None),
    ],
)
def test_what_is_wrong_is_said_in_words_and_what_is_usual_is_not(kind, row, text, tone):
    fault = kind.fault(row, NOW)
    assert (fault.text, fault.tone) == (text, tone) if text else fault is None
    glyph = kind.columns[0].cell(row, NOW)
    assert glyph.tone is (tone or Tone.FAINT)
    assert glyph.text


def test_a_lost_node_is_worse_than_a_missing_pod_and_that_than_a_cordoned_node():
    lost = NODE.fault(NodeRow(**OLD, ready=False), NOW)
    missing = DEPLOYMENT.fault(DeploymentRow(**OLD, **DONE, wanted=3, available=2), NOW)
    cordoned = NODE.fault(NodeRow(**OLD, ready=True, unschedulable=True), NOW)
    assert lost.rank > missing.rank > cordoned.rank
