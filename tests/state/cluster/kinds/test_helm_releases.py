import base64
import gzip
import json

import pytest

from state.cluster.kinds import helm_releases
from state.cluster.kinds.extra import with_paths
from state.cluster.kinds.helm_releases import HELM_RELEASE, history
from tests.state.cluster.kinds.tables import row_of

RELEASE = {
    "name": "redis",
    "version": 3,
    "namespace": "shop",
    "info": {
        "status": "failed",
        "last_deployed": "2026-11-24T10:00:00.123456789+01:00",
        "description": 'Upgrade "redis" failed: timed out',
    },
    "chart": {
        "metadata": {"name": "redis", "version": "18.1.0", "appVersion": "7.2.1"},
        "templates": [{"data": "e30="}],
    },
    "manifest": "---\n# a secret: hunter2\n",
}


def secret(text, **labels):
    """Return a secret as the API gives it: what Helm wrote, in base64 once more."""
    return {
        "metadata": {
            "name": "sh.helm.release.v1.redis.v3",
            "namespace": "shop",
            "uid": "u1",
            "creationTimestamp": "2026-11-24T09:00:00Z",
            "labels": {"name": "redis", "owner": "helm", "status": "deployed", "version": "3", **labels},
        },
        "type": "helm.sh/release.v1",
        "data": {"release": base64.b64encode(text).decode()},
    }


def packed(release, compress=True):
    raw = json.dumps(release).encode()
    return base64.b64encode(gzip.compress(raw, mtime=0) if compress else raw)


@pytest.mark.parametrize("compress", [True, False])
def test_a_release_is_read_from_its_secret(compress):
    row = row_of(HELM_RELEASE, secret(packed(RELEASE, compress)))
    shown = {column.header: column.cell(row, row.updated + 60).text for column in HELM_RELEASE.columns}
    assert shown == {
        "": "✗",
        "NAMESPACE": "shop",
        "NAME": "redis",
        "REVISION": "3",
        "UPDATED": "60s",
        "STATUS": "failed",
        "CHART": "redis-18.1.0",
        "APP VERSION": "7.2.1",
    }
    assert "hunter2" not in repr(row)


@pytest.mark.parametrize(
    "text", [b"", b"%%%", b"bm90IGpzb24=", base64.b64encode(b"\x1f\x8bbroken"), base64.b64encode(b"[" * 100_000)]
)
def test_what_cannot_be_read_shows_what_its_labels_say(text):
    row = row_of(HELM_RELEASE, secret(text))
    assert (row.name, row.revision, row.status, row.chart) == ("redis", 3, "deployed", "")


def test_a_release_that_would_fill_the_memory_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(helm_releases, "LARGEST", 10_000)
    row = row_of(HELM_RELEASE, secret(packed({**RELEASE, "manifest": "x" * 20_000})))
    assert (row.revision, row.chart) == (3, "")


def test_a_release_that_is_under_way_for_too_long_is_a_fault():
    pending = {**RELEASE, "info": {**RELEASE["info"], "status": "pending-upgrade"}}
    row = row_of(HELM_RELEASE, secret(packed(pending)))
    assert HELM_RELEASE.fault(row, row.updated + 60) is None
    fault = HELM_RELEASE.fault(row, row.updated + 3600)
    assert fault is not None
    assert fault.text == "stuck in pending-upgrade"


def test_releases_are_read_from_secrets_and_their_history_too():
    assert HELM_RELEASE.reads.path() == "/api/v1/secrets"
    assert HELM_RELEASE.query == (("labelSelector", "owner=helm,status!=superseded"),)
    assert history("redis").query == (("labelSelector", "owner=helm,name=redis"),)
    assert history("redis").reads is HELM_RELEASE.reads


@pytest.mark.parametrize("path", [".data.release", ".data", ".*", "['data'].x", ".metadata.annotations"])
def test_no_column_of_ones_own_shows_what_a_secret_holds(path):
    with pytest.raises(ValueError, match="no column of releases may show"):
        with_paths(HELM_RELEASE, [("mine", path)])
