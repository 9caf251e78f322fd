"""Addresses that name no object."""

from typing import Any

import pytest

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@pytest.mark.parametrize("path", ["/version", "/version/"])
async def test_the_version_has_two_addresses(api: Any, path: str) -> None:
    assert (await api.get(path))["gitVersion"] == "v1.37.2"


@pytest.mark.parametrize("path", ["/readyz", "/livez", "/healthz", "/livez/ping"])
async def test_health(api: Any, path: str) -> None:
    assert await api.get(path) == "ok"
    assert (await api.ask("GET", "/readyz/nope"))[0] == 404


async def test_both_forms_of_discovery_name_the_same_kinds(api: Any) -> None:
    single = set()
    for group in (await api.get("/apis"))["groups"]:
        for version in group["versions"]:
            found = await api.get(f"/apis/{version['groupVersion']}")
            single |= {(group["name"], one["name"], tuple(one["verbs"])) for one in found["resources"]}
    together = set()
    for group in (await api.get("/apis", Accept=AGGREGATED))["items"]:
        for version in group["versions"]:
            for one in version["resources"]:
                name = group["metadata"]["name"]
                together.add((name, one["resource"], tuple(one["verbs"])))
                for part in one.get("subresources", ()):
                    together.add((name, f"{one['resource']}/{part['subresource']}", tuple(part["verbs"])))
    assert single == together
    assert len(single) > 40


async def test_an_answer_that_still_holds_is_not_sent_again(api: Any) -> None:
    async with api.open("GET", "/apis", Accept=AGGREGATED) as answer:
        tag = answer.headers["ETag"]
    async with api.open("GET", "/apis", Accept=AGGREGATED, If_None_Match=tag) as answer:
        assert answer.status == 304


async def test_openapi_says_that_patches_can_be_dry_runs(api: Any) -> None:
    index = await api.get("/openapi/v3")
    document = await api.get(index["paths"]["apis/apps/v1"]["serverRelativeURL"])
    patch = document["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert "dryRun" in [one["name"] for one in patch["parameters"]]
    assert patch["x-kubernetes-group-version-kind"]["kind"] == "Deployment"
    assert (await api.ask("GET", "/openapi/v3/apis/absent/v1"))[0] == 404
    asked_as = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
    async with api.open("GET", "/openapi/v2", Accept=asked_as) as answer:
        assert answer.content_type == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
        assert (await answer.read()).startswith(b"\x0a\x032.0")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("POST", "/version", 405),
        ("GET", "/api/v2/pods", 404),
        ("GET", "/apis/absent.example/v1/things", 404),
        ("GET", "/apis/apps/v1/things", 404),
        ("GET", "/apis/apps/v9", 404),
        ("GET", "/api/v1/namespaces/payments/pods/web-0/nope", 404),
        ("GET", "/api/v1/pods/web-0", 404),
        ("GET", "/api/v1/namespaces/payments/pods/web-0/log/deeper", 404),
        ("DELETE", "/api/v1/namespaces", 405),
        ("PUT", "/api/v1/namespaces/payments/pods/web-0/log", 405),
        ("GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 405),
    ],
)
async def test_what_is_not_there(api: Any, method: str, path: str, status: int) -> None:
    assert (await api.ask(method, path))[0] == status


async def test_the_root_names_what_there_is(api: Any) -> None:
    paths = (await api.get("/"))["paths"]
    assert {"/api/v1", "/apis/apps/v1", "/readyz"} <= set(paths)
