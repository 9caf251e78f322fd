"""The fields that the OpenAPI documents tell, for `kubectl explain`: those this server knows and no others."""

from typing import Any

from cockpit.simulator.api.catalogue import CRDS, Catalogue
from cockpit.simulator.api.openapi import document, index
from cockpit.simulator.clock import WorldClock
from cockpit.simulator.store import Store

SCHEMA = {
    "type": "object",
    "description": "A ticket.",
    "properties": {
        "spec": {"type": "object", "properties": {"seats": {"type": "integer", "description": "How many."}}}
    },
}


def catalogue() -> Catalogue:
    store = Store(WorldClock(), 1)
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": SCHEMA}}
    names = {"plural": "tickets", "kind": "Ticket"}
    spec = {"group": "test.dev", "scope": "Namespaced", "names": names, "versions": [version]}
    store.create(CRDS, {"metadata": {"name": "tickets.test.dev"}, "spec": spec})
    return Catalogue(store)


def schemas(path: str) -> dict[str, Any]:
    found = document(catalogue(), path)
    assert found is not None
    return {one["x-kubernetes-group-version-kind"][0]["kind"]: one for one in found["components"]["schemas"].values()}


def test_a_custom_kind_has_the_schema_of_its_definition() -> None:
    found = schemas("apis/test.dev/v1")["Ticket"]
    assert found["description"] == "A ticket."
    assert found["properties"]["spec"] == SCHEMA["properties"]["spec"]
    assert set(found["properties"]) == {"apiVersion", "kind", "metadata", "spec"}
    assert found["x-kubernetes-group-version-kind"] == [{"group": "test.dev", "version": "v1", "kind": "Ticket"}]


def test_a_built_in_kind_has_the_names_of_its_fields_and_no_invented_types() -> None:
    found = schemas("apis/apps/v1")["Deployment"]
    pod = found["properties"]["spec"]["properties"]["template"]["properties"]["spec"]["properties"]
    containers = pod["containers"]
    assert containers["type"] == "array"
    assert containers["items"]["properties"]["image"] == {"x-kubernetes-preserve-unknown-fields": True}
    assert "description" not in found


def test_of_a_kind_whose_fields_are_not_known_only_what_all_have_is_told() -> None:
    assert set(schemas("api/v1")["Node"]["properties"]) == {"apiVersion", "kind", "metadata"}


def test_every_version_of_every_group_has_a_document() -> None:
    known = catalogue()
    for path in index(known)["paths"]:
        found = document(known, path)
        assert found is not None
        assert found["components"]["schemas"]
    assert document(known, "apis/nobody/v1") is None
