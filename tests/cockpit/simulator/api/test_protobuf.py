"""Objects as kubectl sends them in protobuf."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.simulator.api.protobuf import MEDIA_TYPE, ProtobufError, read_protobuf

DEPLOYMENT = base64.b64decode(
    "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Es8BCicKA3dlYhIAGghwYXltZW50cyIAKgAyADgAQgBaCgoDYXBwEgN3ZWISlQEIAhIMCgoKA2FwcBID"
    "d2ViGnsKHAoAEgAaACIAKgAyADgAQgBaCgoDYXBwEgN3ZWISWxI9CgN3ZWISFnJlZ2lzdHJ5LmV4YW1wbGUvd2ViOjEqADIKCgAQABhQIgAqAEIAagBy"
    "AIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA=="
)
SECRET = base64.b64decode(
    "azhzAAoMCgJ2MRIGU2VjcmV0EjMKGgoCczISABoIcGF5bWVudHMiACoAMgA4AEIAEhMKCHBhc3N3b3JkEgdodW50ZXIyGgAaACIA"
)
BUDGET = base64.b64decode(
    "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSPgoZCgFwEgAaCHBheW1lbnRzIgAqADIAOABCABIVCgkIARAAGgM1MCUSCAoGCgFh"
    "EgFiGgoIABgAIAAoADAAGgAiAA=="
)
REVIEW = base64.b64decode(
    "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSPgoQCgASABoAIgAqADIAOABCABIgCh4KCHBheW1l"
    "bnRzEgRsaXN0GgAiACoEcG9kczIAOgAaCAgAEgAaACAAGgAiAA=="
)


def test_a_deployment_reads_as_its_json_would() -> None:
    found = read_protobuf(DEPLOYMENT)
    assert (found["apiVersion"], found["kind"]) == ("apps/v1", "Deployment")
    assert found["metadata"] == {"name": "web", "namespace": "payments", "labels": {"app": "web"}}
    spec = found["spec"]
    assert spec["replicas"] == 2
    assert spec["selector"] == {"matchLabels": {"app": "web"}}
    [container] = spec["template"]["spec"]["containers"]
    assert container == {"name": "web", "image": "registry.example/web:1", "ports": [{"containerPort": 80}]}


def test_bytes_counts_and_choices_read_as_json_has_them() -> None:
    assert read_protobuf(SECRET)["data"] == {"password": "aHVudGVyMg=="}
    assert read_protobuf(BUDGET)["spec"]["minAvailable"] == "50%"
    attributes = read_protobuf(REVIEW)["spec"]["resourceAttributes"]
    assert attributes == {"namespace": "payments", "verb": "list", "resource": "pods"}


async def test_the_server_takes_it(api: Any) -> None:
    api.store.remove(("apps", "deployments"), "payments", "web")
    path = "/apis/apps/v1/namespaces/payments/deployments"
    status, made = await api.ask("POST", path, DEPLOYMENT, Content_Type=MEDIA_TYPE)
    assert (status, made["spec"]["strategy"]["type"]) == (201, "RollingUpdate")
    status, document = await api.ask("POST", path, DEPLOYMENT[:-40], Content_Type=MEDIA_TYPE)
    assert (status, document["reason"]) == (400, "BadRequest")


@pytest.mark.parametrize("body", [b"", b"{}", b"k8s\0", b"k8s\0\x0a\x02\x0a\x00", DEPLOYMENT[:30]])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ProtobufError):
        read_protobuf(body)


@given(st.integers(4, len(DEPLOYMENT) - 1), st.integers(0, 255))
def test_garbled_bytes_give_an_object_or_a_clear_refusal(at: int, byte: int) -> None:
    garbled = DEPLOYMENT[:at] + bytes([byte]) + DEPLOYMENT[at + 1 :]
    try:
        found = read_protobuf(garbled)
    except ProtobufError:
        return
    assert found["kind"]
