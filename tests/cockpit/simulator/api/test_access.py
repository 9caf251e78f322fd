"""Who may do what, and how clients sign in."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from cockpit.simulator.kubeconfig import ContextName, write_kubeconfig
from cockpit.simulator.users import standard_users

PODS = "/api/v1/namespaces/payments/pods"
REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@pytest.mark.parametrize(
    ("user", "method", "path", "status"),
    [
        ("payments", "GET", PODS, 200),
        ("payments", "GET", "/api/v1/namespaces/storefront/pods", 403),
        ("payments", "GET", "/api/v1/namespaces", 403),
        ("payments", "GET", "/api/v1/nodes", 403),
        ("payments", "GET", "/api/v1/namespaces/payments/secrets", 200),
        ("viewer", "GET", "/api/v1/pods", 200),
        ("viewer", "GET", "/api/v1/nodes", 200),
        ("viewer", "GET", "/api/v1/secrets", 403),
        ("viewer", "DELETE", f"{PODS}/web-0", 403),
        ("nobody", "GET", PODS, 403),
        ("nobody", "GET", f"{PODS}/web-0/log", 403),
        ("nobody", "GET", "/apis/apps/v1", 200),
        ("nobody", "GET", "/metrics", 403),
        ("nobody", "GET", "/readyz", 200),
        ("admin", "GET", "/metrics", 404),
    ],
)
async def test_rights(api: Any, user: str, method: str, path: str, status: int) -> None:
    assert (await api.ask(method, path, user=user))[0] == status


async def test_a_wrong_token_is_no_sign_in_and_none_is_nobody(api: Any) -> None:
    async with api.client.get(PODS, headers={"Authorization": "Bearer wrong"}) as answer:
        assert answer.status == 401
    async with api.client.get(PODS) as answer:
        assert (answer.status, "system:anonymous" in await answer.text()) == (403, True)
    async with api.client.get("/version") as answer:
        assert answer.status == 200


async def test_each_user_has_an_address_for_clients_that_send_no_token(api: Any) -> None:
    async with api.client.get(f"/as/payments{PODS}?limit=1") as answer:
        assert (answer.status, len((await answer.json())["items"])) == (200, 1)
    async with api.client.get("/as/payments/api/v1/nodes") as answer:
        assert answer.status == 403
    async with api.client.get(f"/as/payments{PODS}", headers={"Authorization": "Bearer wrong"}) as answer:
        assert answer.status == 401


@pytest.mark.parametrize("header", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
async def test_that_address_and_the_switches_answer_to_no_web_page(api: Any, header: dict[str, str]) -> None:
    async with api.client.get(f"/as/admin{PODS}", headers=header) as answer:
        assert answer.status == 401
    if "Host" in header:
        async with api.client.get("/_simulator/faults", headers=header) as answer:
            assert answer.status == 403


async def test_who_may_act_as_others_is_judged_by_their_rights(api: Any) -> None:
    assert (await api.ask("GET", "/api/v1/nodes", Impersonate_User="payments"))[0] == 403
    assert (await api.ask("GET", PODS, Impersonate_User="payments"))[0] == 200
    status, document = await api.ask("GET", PODS, user="viewer", Impersonate_User="admin")
    assert (status, "cannot impersonate" in document["message"]) == (403, True)
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    _, me = await api.ask("POST", path, {}, Impersonate_User="jo", Impersonate_Group="team")
    assert me["status"]["userInfo"]["username"] == "jo"
    assert "team" in me["status"]["userInfo"]["groups"]


async def test_reviews_say_what_requests_will_get(api: Any) -> None:
    async def may(user: str, **attributes: str) -> bool:
        status, document = await api.ask("POST", REVIEW, {"spec": {"resourceAttributes": attributes}}, user=user)
        assert status == 201
        return bool(document["status"]["allowed"])

    assert await may("payments", verb="create", resource="pods", subresource="eviction", namespace="payments")
    assert not await may("payments", verb="create", resource="pods", subresource="eviction", namespace="storefront")
    assert not await may("viewer", verb="patch", group="apps", resource="deployments", namespace="payments")
    assert await may("admin", verb="anything", resource="whatever")
    path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
    body = {"spec": {"user": "nobody", "resourceAttributes": {"verb": "list", "resource": "pods"}}}
    assert (await api.ask("POST", path, body))[1]["status"] == {"allowed": False}


async def test_rules_are_those_of_the_namespace(api: Any) -> None:
    path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
    _, here = await api.ask("POST", path, {"spec": {"namespace": "payments"}}, user="payments")
    _, there = await api.ask("POST", path, {"spec": {"namespace": "storefront"}}, user="payments")
    assert len(here["status"]["resourceRules"]) > len(there["status"]["resourceRules"]) == 2
    assert (await api.ask("POST", path, {"spec": {}}))[0] == 400


RBAC = "/apis/rbac.authorization.k8s.io/v1"


async def test_rights_are_those_of_roles_and_bindings_as_they_stand(api: Any) -> None:
    async def may(user: str, path: str) -> bool:
        return bool((await api.ask("GET", path, user=user))[0] == 200)

    pods = "/api/v1/namespaces/storefront/pods"
    assert not await may("nobody", pods)
    role = {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"], "resourceNames": []}]}
    head = {"apiVersion": "rbac.authorization.k8s.io/v1"}
    made = await api.ask(
        "POST", f"{RBAC}/namespaces/storefront/roles", {**head, "kind": "Role", "metadata": {"name": "look"}, **role}
    )
    assert made[0] == 201
    binding = {
        **head,
        "kind": "RoleBinding",
        "metadata": {"name": "look"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "look"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "nobody"}],
    }
    assert (await api.ask("POST", f"{RBAC}/namespaces/storefront/rolebindings", binding))[0] == 201
    assert await may("nobody", pods)
    assert not await may("nobody", f"{pods}/shop-0")
    assert not await may("nobody", PODS)
    attributes = {"verb": "list", "resource": "pods", "namespace": "storefront"}
    _, review = await api.ask("POST", REVIEW, {"spec": {"resourceAttributes": attributes}}, user="nobody")
    assert review["status"] == {
        "allowed": True,
        "reason": 'RBAC: allowed by RoleBinding "look/storefront" of Role "look" to User "nobody"',
    }
    assert (await api.ask("DELETE", f"{RBAC}/namespaces/storefront/rolebindings/look"))[0] == 200
    assert not await may("nobody", pods)


async def test_the_standard_users_lose_their_rights_with_their_bindings(api: Any) -> None:
    assert (await api.ask("GET", PODS, user="payments"))[0] == 200
    await api.ask("DELETE", f"{RBAC}/namespaces/payments/rolebindings/payments")
    assert (await api.ask("GET", PODS, user="payments"))[0] == 403


async def test_a_service_account_has_what_is_bound_to_it_and_its_groups(api: Any) -> None:
    account = "system:serviceaccount:storefront:robot"
    status, _ = await api.ask("GET", "/api/v1/nodes", Impersonate_User=account)
    assert status == 403
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "robots"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "nodes"},
        "subjects": [{"kind": "ServiceAccount", "namespace": "storefront", "name": "robot"}],
    }
    assert (await api.ask("POST", f"{RBAC}/clusterrolebindings", binding))[0] == 201
    assert (await api.ask("GET", "/api/v1/nodes", Impersonate_User=account))[0] == 200
    other = {"Impersonate_User": "system:serviceaccount:payments:robot"}
    assert (await api.ask("GET", "/api/v1/nodes", **other))[0] == 403


async def test_a_rule_with_names_covers_those_objects_alone(api: Any) -> None:
    rule = {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get"], "resourceNames": ["web-0"]}
    head = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": "one"}}
    await api.ask("POST", f"{RBAC}/namespaces/payments/roles", {**head, "kind": "Role", "rules": [rule]})
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "one"}
    subjects = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "nobodies"}]
    binding = {**head, "kind": "RoleBinding", "roleRef": reference, "subjects": subjects}
    await api.ask("POST", f"{RBAC}/namespaces/payments/rolebindings", binding)
    assert (await api.ask("GET", f"{PODS}/web-0", user="nobody"))[0] == 200
    assert (await api.ask("GET", f"{PODS}/web-1", user="nobody"))[0] == 403
    assert (await api.ask("GET", PODS, user="nobody"))[0] == 403


def test_tokens_are_never_in_a_representation() -> None:
    user = standard_users()["admin"]
    assert user.token not in repr(user)


def test_a_kubeconfig_names_each_users_context_and_is_its_owners_alone(tmp_path: Path) -> None:
    users, path = standard_users(), tmp_path / "kubeconfig"
    path.touch(mode=0o644)
    write_kubeconfig(path, "http://127.0.0.1:1/", users, {"admin": "prod", "payments": ContextName("team", "payments")})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = json.loads(path.read_text())
    assert written["current-context"] == "prod"
    assert {one["name"]: one["context"].get("namespace") for one in written["contexts"]} == {
        "prod": None, "team": "payments"}  # fmt: skip
    assert written["clusters"][1]["cluster"] == {"server": "http://127.0.0.1:1/as/payments"}
    assert written["users"][1]["user"] == {"token": users["payments"].token}
    with pytest.raises(KeyError):
        write_kubeconfig(path, "http://127.0.0.1:1", users, {"absent": "x"})
