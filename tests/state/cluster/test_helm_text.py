"""A release of Helm as text: how it stands, its values and what it made, and never a secret of either."""

import base64
import gzip
import json
from typing import Any

import pytest

from state.cluster.errors import ClusterError
from state.cluster.helm_text import HelmText, covered
from state.cluster.transport import Answer, Request
from tests.state.cluster.operations.tiny_api import TinyApi

MANIFEST = """---
# Source: redis/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: redis, namespace: shop}
data: {password: aHVudGVyMi1odW50ZXIy}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: redis, namespace: shop}
spec: {replicas: 3}
---
"""
RELEASE: dict[str, Any] = {
    "name": "redis",
    "version": 3,
    "info": {
        "status": "deployed",
        "first_deployed": "2026-10-01T10:00:00Z",
        "last_deployed": "2026-11-01T10:00:00Z",
        "description": "Upgrade complete",
        "notes": "Connect with\n  redis-cli -a --password hunter2-hunter2\x1b[2J",
    },
    "chart": {"metadata": {"name": "redis", "version": "18.1.0", "appVersion": "7.2"}, "values": {"replicas": 1}},
    "config": {"replicas": 3, "auth": {"enabled": True, "password": "hunter2-hunter2"}, "url": "redis://a:hunter2@h"},
    "manifest": MANIFEST,
}


def packed(release: Any) -> str:
    inner = base64.b64encode(gzip.compress(json.dumps(release).encode(), mtime=0))
    return base64.b64encode(inner).decode()


def text_of(release: Any = RELEASE, data: str | None = None) -> HelmText:
    items = [
        {"metadata": {"name": "sh.helm.release.v1.redis.v2", "uid": "u2"}, "data": {"release": packed({"version": 2})}},
        {
            "metadata": {"name": "sh.helm.release.v1.redis.v3", "uid": "u3"},
            "data": {"release": data or packed(release)},
        },
    ]

    def answer(request: Request) -> Answer:
        assert ("labelSelector", "owner=helm,name=redis") in request.query
        return Answer(200, json.dumps({"items": items}).encode())

    api = TinyApi()
    api.answers["GET", "/api/v1/namespaces/shop/secrets"] = answer
    return HelmText(lambda: api, "shop", "redis", "u3")


def test_it_is_told_as_helm_tells_its_status() -> None:
    told = text_of().description()
    assert [line.split(None, 1) for line in told.splitlines()[:4]] == [
        ["Name:", "redis"],
        ["Namespace:", "shop"],
        ["Status:", "deployed"],
        ["Revision:", "3"],
    ]
    assert "redis-18.1.0" in told
    assert "  StatefulSet shop/redis\n" in told
    assert "Connect with" in told


def test_the_values_that_were_set_are_shown_and_not_the_secrets_among_them() -> None:
    shown = text_of().values()
    assert "replicas: 3" in shown
    assert "enabled: true" in shown
    assert "15 bytes" in shown
    assert text_of({**RELEASE, "config": None}).values().startswith("# nothing is set")


def test_the_manifest_is_yaml_with_the_sizes_of_secrets() -> None:
    shown = text_of().manifest()
    assert "kind: StatefulSet" in shown
    assert "password: 15 bytes" in shown
    assert shown.count("---\n") == 1


@pytest.mark.parametrize("sheet", ["describe", "yaml", "values"])
def test_no_secret_and_no_control_sequence_is_in_any_of_it(sheet: str) -> None:
    shown = text_of().sheets[sheet]()
    assert "hunter2" not in shown
    assert "aHVudGVyMi1odW50ZXIy" not in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    "data", ["", "bm90", packed([]), packed("x"), base64.b64encode(b"\x1f\x8bbroken").decode(), "====", packed(None)]
)
def test_what_is_no_release_is_said_in_a_sentence(data: str) -> None:
    with pytest.raises(ClusterError, match="is no release of Helm"):
        text_of(data=data or "e30").manifest()


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"info": [], "chart": 3, "config": "x", "manifest": None},
        {"chart": {"metadata": []}, "manifest": "just text", "info": {"notes": 7}},
        {"manifest": "kind: [Pod]\nmetadata: x"},
    ],
)
def test_an_odd_release_is_told_as_far_as_it_goes(odd: Any) -> None:
    release = text_of(odd)
    for read in release.sheets.values():
        assert isinstance(read(), str)


def test_a_manifest_that_is_no_yaml_and_a_revision_that_is_gone_are_said() -> None:
    with pytest.raises(ClusterError, match="no YAML"):
        text_of({"manifest": "a: [b"}).manifest()
    gone = HelmText(text_of().transport, "shop", "redis", "u9")
    with pytest.raises(ClusterError, match="this revision of redis is gone"):
        gone.description()


def test_what_is_named_like_a_secret_is_covered_at_any_depth() -> None:
    deep: Any = {"a": 1}
    for _ in range(200):
        deep = {"x": [deep]}
    found = covered(
        {"apiKey": {"a": "bb"}, "list": [{"token": 12}, {"plain": "yes"}], "secretName": None, "deep": deep}
    )
    assert found["apiKey"] == "10 bytes"
    assert found["list"] == [{"token": "2 bytes"}, {"plain": "yes"}]
    assert found["secretName"] is None
