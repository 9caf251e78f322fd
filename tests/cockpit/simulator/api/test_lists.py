"""Lists: pages of one picture, selectors, revisions, forms."""

from typing import Any

import pytest

PODS = "/api/v1/namespaces/payments/pods"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


async def test_pages_together_are_the_list_as_it_stood_when_the_first_was_asked_for(api: Any) -> None:
    before = await api.names("/api/v1/pods")
    page = await api.get("/api/v1/pods?limit=2")
    seen = list(page["items"])
    assert page["metadata"]["remainingItemCount"] == len(before) - 2
    while token := page["metadata"].get("continue"):
        if len(seen) == 2:
            api.store.remove(("", "pods"), "storefront", "shop-0")
        page = await api.get(f"/api/v1/pods?limit=2&continue={token}")
        seen += page["items"]
    assert [item["metadata"]["name"] for item in seen] == before
    assert "shop-0" not in await api.names("/api/v1/pods")


async def test_a_page_of_a_forgotten_revision_is_gone_and_offers_to_go_on_with_what_is(api: Any) -> None:
    token = (await api.get(f"{PODS}?limit=2"))["metadata"]["continue"]
    api.store.remove(("", "pods"), "payments", "web-3")
    assert await api.ask("POST", "/_simulator/compact") == (200, {"compacted": api.store.revision})
    status, gone = await api.ask("GET", f"{PODS}?limit=2&continue={token}")
    assert (status, gone["reason"]) == (410, "Expired")
    rest = await api.names(f"{PODS}?continue={gone['metadata']['continue']}")
    assert rest == ["web-1", "web-2", "web-4"]


async def test_items_go_without_kind_and_a_single_object_with_it(api: Any) -> None:
    listed = await api.get(PODS)
    assert (listed["kind"], listed["apiVersion"]) == ("PodList", "v1")
    assert "kind" not in listed["items"][0]
    assert (await api.get(f"{PODS}/web-0"))["kind"] == "Pod"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("labelSelector=app%3Djob", ["done"]),
        ("labelSelector=app%20in%20(job,web)&fieldSelector=status.phase!%3DRunning", ["done"]),
        ("fieldSelector=metadata.name%3Dweb-3", ["web-3"]),
        ("fieldSelector=spec.nodeName%3Dother", []),
        ("labelSelector=!app", []),
        ("labelSelector=app%3Dweb&limit=2", ["web-0", "web-1"]),
    ],
)
async def test_selectors_pick(api: Any, query: str, names: list[str]) -> None:
    assert await api.names(f"{PODS}?{query}") == names


async def test_a_picked_page_goes_on_only_where_more_is_picked(api: Any) -> None:
    assert "continue" not in (await api.get(f"{PODS}?labelSelector=app%3Djob&limit=1"))["metadata"]
    page = await api.get(f"{PODS}?labelSelector=app%3Dweb&limit=3")
    rest = await api.names(f"{PODS}?labelSelector=app%3Dweb&limit=3&continue={page['metadata']['continue']}")
    assert rest == ["web-3", "web-4"]
    assert "remainingItemCount" not in page["metadata"]


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("resourceVersion=abc", 400, "invalid resource version: resourceVersion: Invalid value"),
        ("resourceVersion=99999999", 504, "Timeout: Too large resource version: 99999999, current: "),
        ("resourceVersionMatch=Exact", 422, "resourceVersionMatch is forbidden unless resourceVersion is provided"),
        ("limit=x", 400, 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("continue=e30", 400, "invalid continue token"),
        ("fieldSelector=nope", 400, "invalid selector: 'nope'; can't understand 'nope'"),
        ("labelSelector=a%20in%20b", 400, "unable to parse requirement: found 'b' expected: '('"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_the_servers_words(
    api: Any, query: str, status: int, message: str
) -> None:
    answered, document = await api.ask("GET", f"{PODS}?{query}")
    assert answered == status
    assert message in document["message"]


async def test_an_exact_revision_shows_what_stood_then(api: Any) -> None:
    revision = api.store.revision
    api.store.remove(("", "pods"), "payments", "web-0")
    assert "web-0" in await api.names(f"{PODS}?resourceVersion={revision}&resourceVersionMatch=Exact")
    assert "web-0" not in await api.names(f"{PODS}?resourceVersion={revision}")


async def test_tables_bring_metadata_objects_or_nothing(api: Any) -> None:
    table = await api.get(f"{PODS}?limit=1", Accept=TABLE)
    assert table["rows"][0]["cells"][:4] == ["done", "1/1", "Succeeded", "0"]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    whole = await api.get(f"{PODS}?limit=1&includeObject=Object", Accept=TABLE)
    assert whole["rows"][0]["object"]["spec"]
    assert (await api.get(f"{PODS}?limit=1&includeObject=None", Accept=TABLE))["rows"][0]["object"] is None


async def test_metadata_alone_leaves_the_rest_out(api: Any) -> None:
    partial = await api.get(f"{PODS}/web-0", Accept="application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io")
    assert set(partial) == {"kind", "apiVersion", "metadata"}


async def test_a_form_that_is_not_there_is_refused(api: Any) -> None:
    status, document = await api.ask("GET", PODS, Accept="application/vnd.kubernetes.protobuf")
    assert (status, document["reason"]) == (406, "NotAcceptable")


async def test_long_answers_are_compressed_when_asked_for(api: Any) -> None:
    for number in range(300):
        api.store.create(("", "configmaps"), {
            "metadata": {"name": f"c-{number}", "namespace": "payments"}, "data": {"text": "x" * 1000}})  # fmt: skip
    path = "/api/v1/namespaces/payments/configmaps"
    async with api.open("GET", path, Accept_Encoding="gzip") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len((await answer.json())["items"]) == 300
    async with api.open("GET", path, Accept_Encoding="identity") as answer:
        assert "Content-Encoding" not in answer.headers
        assert len((await answer.json())["items"]) == 300


async def test_events_are_one_collection_in_two_views(api: Any) -> None:
    event = {
        "metadata": {"name": "e", "namespace": "payments"},
        "involvedObject": {"kind": "Pod", "name": "web-0"},
        "message": "hello",
        "reason": "Started",
        "type": "Normal",
        "reportingComponent": "kubelet",
    }
    status, _ = await api.ask("POST", "/api/v1/namespaces/payments/events", event)
    assert status == 201
    [new] = (await api.get("/apis/events.k8s.io/v1/namespaces/payments/events"))["items"]
    assert (new["note"], new["regarding"]["name"], new["reportingController"]) == ("hello", "web-0", "kubelet")
    picked = await api.names("/api/v1/events?fieldSelector=involvedObject.name%3Dweb-0,type!%3DWarning")
    assert picked == ["e"]


async def test_a_definition_makes_its_kind_served(api: Any) -> None:
    definition = {
        "metadata": {"name": "widgets.shop.example"},
        "spec": {
            "group": "shop.example",
            "scope": "Namespaced",
            "names": {"plural": "widgets", "kind": "Widget", "shortNames": ["wd"]},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "subresources": {"scale": {"specReplicasPath": ".spec.count"}, "status": {}},
                    "additionalPrinterColumns": [
                        {"name": "Ready", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].status'}
                    ],
                }
            ],
        },
    }
    path = "/apis/shop.example/v1/namespaces/payments/widgets"
    assert (await api.ask("GET", path))[0] == 404
    assert (await api.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition))[0] == 201
    widget = {"metadata": {"name": "w"}, "spec": {"count": 3}, "status": {"ignored": True}}
    assert (await api.ask("POST", path, widget))[0] == 201
    assert (await api.get(f"{path}/w/scale"))["spec"] == {"replicas": 3}
    conditions = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    assert (await api.patch(f"{path}/w/status", conditions))[0] == 200
    assert (await api.get(path, Accept=TABLE))["rows"][0]["cells"] == ["w", "True"]
    groups = [one["name"] for one in (await api.get("/apis"))["groups"]]
    assert "shop.example" in groups
