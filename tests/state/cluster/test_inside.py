"""Where enter leads from objects of every kind that has something in it."""

import pytest

from state.cluster.inside import Inside, inside
from state.cluster.kinds.cron_jobs import CRON_JOB, CronJobRow
from state.cluster.kinds.custom_resource_definitions import DEFINITION, DefinitionRow
from state.cluster.kinds.deployments import DEPLOYMENT, DeploymentRow
from state.cluster.kinds.events import EVENT, EventRow
from state.cluster.kinds.jobs import JOB, JobRow
from state.cluster.kinds.namespaces import NAMESPACE_KIND, NamespaceRow
from state.cluster.kinds.nodes import NODE, NodeRow
from state.cluster.kinds.pods import POD, PodRow
from state.cluster.kinds.replica_sets import REPLICA_SET, ReplicaSetRow
from state.cluster.kinds.services import SERVICE, ServiceRow
from state.label_selector import parse_selector
from state.within import InNamespace, OnNode, Owned, Selected, Within


def at(kind, row):
    return kind.ref("prod", row)


@pytest.mark.parametrize(
    ("kind", "row", "where", "belongs"),
    [
        (
            DEPLOYMENT,
            DeploymentRow(uid="d", name="api", namespace="shop", selector="app=api,tier in (a,b)"),
            "pods",
            Selected("shop", parse_selector("app=api,tier in (a,b)")),
        ),
        (REPLICA_SET, ReplicaSetRow(uid="r", name="api-1", namespace="shop"), "pods", Owned("r")),
        (JOB, JobRow(uid="j", name="import", namespace="shop"), "pods", Owned("j")),
        (CRON_JOB, CronJobRow(uid="c", name="import", namespace="shop"), "jobs", Owned("c")),
        (
            SERVICE,
            ServiceRow(uid="s", name="api", namespace="shop", selector=(("app", "api"),)),
            "pods",
            Selected("shop", parse_selector("app=api")),
        ),
        (NODE, NodeRow(uid="n", name="node-1"), "pods", OnNode("node-1")),
        (NAMESPACE_KIND, NamespaceRow(uid="ns", name="shop"), "pods", InNamespace("shop")),
    ],
)
def test_enter_leads_to_what_belongs_to_the_object(kind, row, where, belongs):
    assert inside(kind, row, "prod") == Inside(where, Within(at(kind, row), belongs))


def test_a_pod_leads_to_its_containers():
    row = PodRow(uid="p", name="api-1", namespace="shop")
    found = inside(POD, row, "prod")
    assert found is not None
    assert found.kind.resource.kind == "Container"
    assert found.kind.query == (("fieldSelector", "metadata.namespace=shop,metadata.name=api-1"),)


def test_a_definition_leads_to_all_objects_of_its_kind():
    row = DefinitionRow(uid="x", name="certificates.cert-manager.io")
    assert inside(DEFINITION, row, "prod") == Inside("certificates.cert-manager.io", None)


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        (EVENT, EventRow(uid="e", name="e", namespace="shop")),
        (SERVICE, ServiceRow(uid="s", name="external", namespace="shop")),
        (DEPLOYMENT, DeploymentRow(uid="d", name="odd", namespace="shop", selector="=")),
        (NODE, NodeRow(uid="n", name="node-1", unreadable=True)),
    ],
)
def test_what_holds_nothing_leads_nowhere(kind, row):
    assert inside(kind, row, "prod") is None
