"""Every way to sign in, against a real API server where `COCKPIT_TEST_KUBECONFIG` names one."""

import os
from pathlib import Path

import pytest

from state.cluster import access, connect, kubeconfig
from state.cluster.credentials import SignIns
from state.cluster.errors import Unauthorized
from state.cluster.probe import probe
from state.cluster.transport import Request
from state.operation import Permission

CONFIG = os.environ.get("COCKPIT_TEST_KUBECONFIG", "")
pytestmark = pytest.mark.skipif(not CONFIG, reason="COCKPIT_TEST_KUBECONFIG names no API server")


@pytest.fixture(scope="module")
def config():
    return kubeconfig.load([Path(part) for part in CONFIG.split(os.pathsep)])


@pytest.fixture
def way(config):
    """Connect by the user a context ends in, for example `admin`."""
    signs, made = SignIns(os.environ), []

    def to(who, change=lambda target: target):
        names = [one.name for one in config.contexts() if one.name.endswith(f"-{who}")]
        if not names:
            pytest.skip(f"the kubeconfig has no context for {who}")
        made.append(connect.connect(change(config.target(names[0])), signs, {}))
        return made[-1]

    yield to
    for one in made:
        one.close()


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("admin", "admin"),
        ("certificate", "admin"),
        ("viewer", "viewer"),
        ("payments", "payments"),
        ("nobody", "nobody"),
        ("plugin", "viewer"),
    ],
)
def test_the_server_knows_every_user(way, who, name):
    identity = access.whoami(way(who))
    assert identity is not None
    assert name in identity.name


def test_the_server_takes_an_impersonating_user_for_another(way):
    identity = access.whoami(way("admin", lambda target: target.acting_as("eva", ["a", "b"])))
    assert identity is not None
    assert (identity.name, set(identity.groups) >= {"a", "b"}) == ("eva", True)


@pytest.mark.parametrize(
    ("who", "permission", "may"),
    [
        ("admin", Permission("delete", "", "nodes"), True),
        ("viewer", Permission("list", "", "pods"), True),
        ("viewer", Permission("list", "", "secrets"), False),
        ("payments", Permission("patch", "apps", "deployments", "payments"), True),
        ("payments", Permission("create", "", "pods", "payments", subresource="eviction"), True),
        ("payments", Permission("list", "", "nodes"), False),
        ("nobody", Permission("list", "", "pods", "default"), False),
    ],
)
def test_what_a_user_may_is_what_the_server_does(way, who, permission, may):
    denial = access.allowed(way(who), permission)
    assert (denial == "") == may
    assert may or denial.startswith(f"you may not {permission}")


@pytest.mark.parametrize("who", ["admin", "nobody"])
def test_the_server_is_there_for_everybody(way, who):
    probe(way(who))


def test_a_wrong_token_is_a_failed_sign_in(way):
    from dataclasses import replace

    wrong = way("admin", lambda target: replace(target, user=replace(target.user, token="no such token")))
    with pytest.raises(Unauthorized, match=r"^sign-in failed: the server does not accept the credentials of user"):
        wrong.call(Request("/api/v1/namespaces"))
    probe(wrong)


def test_a_watch_streams_and_ends_from_outside(way):
    stream = way("admin").open(Request("/api/v1/namespaces", (("watch", "1"),), read_timeout=None))
    assert stream.status == 200
    assert stream.read().startswith(b'{"type":"ADDED"')
    stream.shutdown()
    assert stream.read() == b""
