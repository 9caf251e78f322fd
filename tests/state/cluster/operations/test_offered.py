"""What can be done to which kinds, and what has to be allowed for it."""

import pytest

from state.cluster.kinds.config_maps import CONFIG_MAP
from state.cluster.kinds.containers import CONTAINER
from state.cluster.kinds.cron_jobs import CRON_JOB
from state.cluster.kinds.daemon_sets import DAEMON_SET
from state.cluster.kinds.deployments import DEPLOYMENT
from state.cluster.kinds.kind import Resource
from state.cluster.kinds.nodes import NODE
from state.cluster.kinds.pods import POD
from state.cluster.operations.offered import OFFERS, offered
from state.operation import Permission
from state.own_kinds import CONTEXT
from state.ref import GroupKind, Ref

KEYS = ("scale", "restart", "set_image", "suspend", "trigger", "cordon", "drain", "shell", "logs", "delete", "kill")


@pytest.mark.parametrize(
    ("kind", "verbs"),
    [
        (DEPLOYMENT, "scale restart set_image logs delete"),
        (DAEMON_SET, "restart set_image logs delete"),
        (CRON_JOB, "set_image suspend trigger logs delete"),
        (NODE, "cordon drain delete"),
        (POD, "set_image shell logs delete kill"),
        (CONTAINER, "shell logs"),
        (CONFIG_MAP, "delete"),
        (CONTEXT, ""),
    ],
)
def test_each_kind_offers_what_can_be_done_to_it(kind, verbs):
    assert " ".join(verb for verb in KEYS if offered(verb, kind.resource)) == verbs


@pytest.mark.parametrize("scales", [True, False])
def test_a_custom_kind_is_scaled_where_the_server_says_so(scales):
    widgets = Resource("shop.example", "v1", "widgets", "Widget", scales=scales)
    assert offered("scale", widgets) is scales
    assert not offered("restart", widgets)
    assert offered("delete", widgets)
    assert widgets == Resource("shop.example", "v1", "widgets", "Widget"), "it is the same resource all the same"


def test_what_is_no_operation_is_never_in_the_way():
    assert offered("describe", CONTEXT.resource)


@pytest.mark.parametrize(
    ("verb", "kind", "asked"),
    [
        ("scale", DEPLOYMENT, Permission("patch", "apps", "deployments", "shop", "api", "scale")),
        ("delete", POD, Permission("delete", "", "pods", "shop", "api")),
        ("shell", CONTAINER, Permission("create", "", "pods", "shop", "", "exec")),
        ("trigger", CRON_JOB, Permission("create", "batch", "jobs", "shop")),
        ("drain", NODE, Permission("patch", "", "nodes", "shop", "api")),
        ("roll_back", POD, Permission("patch", "apps", "deployments", "shop")),
        ("roll_back", DEPLOYMENT, Permission("patch", "apps", "deployments", "shop", "api")),
    ],
)
def test_what_has_to_be_allowed_is_asked_as_the_server_checks_it(verb, kind, asked):
    ref = Ref("prod", GroupKind("", kind.resource.kind), "shop", "api")
    assert OFFERS[verb].permission(kind.resource, ref) == asked
