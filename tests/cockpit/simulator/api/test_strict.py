"""Fields that a kind does not have, refused in the words of a real server (1.37) where a client asks for it."""

from typing import Any

MAPS = "/api/v1/namespaces/payments/configmaps"
WEB = "/apis/apps/v1/namespaces/payments/deployments/web"
STRICT = "?fieldValidation=Strict"


async def test_unknown_fields_are_named_deepest_first(api: Any) -> None:
    _, web = await api.ask("GET", WEB)
    web["spec"]["replicsa"] = web["fooo"] = 1
    web["metadata"]["lables"] = {}
    web["spec"]["template"]["spec"]["containers"][0]["imgae"] = "x"
    status, answer = await api.ask("PUT", WEB + STRICT, web)
    assert (status, answer["reason"]) == (400, "BadRequest")
    assert answer["message"] == (
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: '
        'unknown field "metadata.lables", unknown field "spec.template.spec.containers[0].imgae", '
        'unknown field "spec.replicsa", unknown field "fooo"'
    )
    status, _ = await api.ask("PUT", WEB, web)
    assert status == 200, "without strict validation they are taken"


async def test_a_new_object_is_looked_at_too(api: Any) -> None:
    status, answer = await api.ask("POST", MAPS + STRICT, {"metadata": {"name": "a"}, "dta": {}})
    assert status == 400
    assert answer["message"].endswith('strict decoding error: unknown field "dta"')


async def test_a_patch_that_brings_one_is_invalid(api: Any) -> None:
    status, answer = await api.patch(WEB + STRICT, {"spec": {"replicsa": 1}})
    assert status == 422
    (cause,) = answer["details"]["causes"]
    assert cause["field"] == "patch"
    assert cause["message"].endswith('strict decoding error: unknown field "spec.replicsa"')


async def test_an_apply_knows_its_schema_always(api: Any) -> None:
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicsa": 1}}
    status, answer = await api.patch(f"{WEB}?fieldManager=x", body, kind="application/apply-patch+yaml")
    assert status == 500
    assert answer["message"] == (
        "failed to create typed patch object (payments/web; apps/v1, Kind=Deployment): "
        ".spec.replicsa: field not declared in schema"
    )
