"""What is read of workloads that are not whole by themselves."""

from typing import Any

import pytest

from state.apps.model import App, AppHealth, Part
from state.apps.readiness.collect import Sources, collect
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.rollouts import ROLLOUT
from state.ref import Ref
from tests.state.cluster.operations.tiny_api import TinyApi, template

REF = Ref("prod", ROLLOUT.resource.group_kind, "shop", "web")
APP = App(
    "shop", "prod", "shop", False, (Part(REF, "u", "", 1, 1, AppHealth.WELL, ""),),
    "", 1, 1, AppHealth.WELL, "", None, ("shop",),
)  # fmt: skip


def collected(**spec: Any) -> Any:
    api = TinyApi()
    api.put(ROLLOUT.resource, {"metadata": {"name": "web", "namespace": "shop"}, "spec": spec})
    api.put(
        DEPLOYMENT.resource,
        {"metadata": {"name": "kept", "namespace": "shop"}, "spec": {"template": template("app:v2")}},
    )
    (workload,) = collect(APP, Sources(lambda: api), 0.0).workloads
    return workload.template


def test_a_rollout_that_refers_to_a_deployment_is_checked_by_its_template() -> None:
    assert collected(workloadRef={"kind": "Deployment", "name": "kept"}) == template("app:v2")
    assert collected(template=template("app:v1")) == template("app:v1")


@pytest.mark.parametrize("name", ["../secrets/x", "", "a b"])
def test_what_could_not_be_a_name_is_not_asked_for(name: str) -> None:
    assert collected(workloadRef={"kind": "Deployment", "name": name}) == {}
