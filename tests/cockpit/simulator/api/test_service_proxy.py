from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from cockpit.simulator.api.app import kubernetes_app
from cockpit.simulator.faults import Faults
from cockpit.simulator.kinds import CLUSTER_BINDINGS, CLUSTER_ROLES, ENDPOINTS, SERVICES, new_object
from cockpit.simulator.rbac.roles import binding, rule
from cockpit.simulator.store import Store
from cockpit.simulator.users import standard_users

PROXY = "/api/v1/namespaces/payments/services"


async def echo(request: web.Request) -> web.Response:
    said = {"method": request.method, "path": request.path_qs, "headers": dict(request.headers)}
    return web.json_response({**said, "body": await request.text()}, status=418 if "tea" in request.path else 200)


@pytest.fixture
async def api(store: Store, kubelets: Any) -> AsyncIterator[Any]:
    backend = TestServer(app := web.Application())
    app.router.add_route("*", "/{path:.*}", echo)
    await backend.start_server()
    ports = [{"name": "http", "port": 80, "targetPort": 9090}]
    for name in ("prom", "mute", "bare", "host"):
        store.create(SERVICES, new_object(SERVICES, name, "payments", spec={"ports": ports}))
        target = {"kind": "Pod", "name": f"{name}-0"} if name != "host" else None
        ready = [{"addresses": [{"ip": "10.1.1.1", "targetRef": target}], "ports": [{"port": 9090}]}]
        subsets = ready if name != "bare" else []
        store.create(ENDPOINTS, new_object(ENDPOINTS, name, "payments", subsets=subsets))
    users, behind = standard_users(), {("payments", "prom"): str(backend.make_url("")).rstrip("/")}
    client = TestClient(TestServer(kubernetes_app(store, kubelets, users, Faults(), behind)))
    await client.start_server()

    async def ask(method: str, path: str, user: str = "admin", **parts: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {users[user].token}", **parts.pop("headers", {})}
        async with client.request(method, f"{PROXY}/{path}", headers=headers, **parts) as answer:
            return answer.status, await answer.json()

    yield ask
    await client.close()
    await backend.close()


@pytest.mark.parametrize("name", ["prom", "prom:80", "prom:http", "http:prom:80", "https:prom:http"])
async def test_a_request_is_passed_on_with_its_path_and_query(api: Any, name: str) -> None:
    status, said = await api("GET", f"{name}/proxy/api/v1/query?query=up%7B%7D&time=1")
    assert (status, said["method"], said["path"]) == (200, "GET", "/api/v1/query?query=up%7B%7D&time=1")


async def test_the_sign_in_stays_and_other_headers_pass(api: Any) -> None:
    _, said = await api("GET", "prom:80/proxy/", headers={"X-Scope-OrgID": "team-a", "Impersonate-User": "viewer"})
    assert said["code"] == 403  # whom one acts as has no such right
    _, said = await api("POST", "prom:80/proxy/x", headers={"X-Scope-OrgID": "team-a"}, data=b"body")
    assert said["headers"]["X-Scope-OrgID"] == "team-a"
    assert "Authorization" not in said["headers"]
    assert said["body"] == "body"


async def test_a_refusal_of_the_service_comes_back_as_it_is(api: Any) -> None:
    status, said = await api("GET", "prom:80/proxy/tea")
    assert (status, said["path"]) == (418, "/tea")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("none:80/proxy/", 404, 'services "none" not found'),
        ("prom:81/proxy/", 503, 'no service port "81" found for service "prom"'),
        ("bare:80/proxy/", 503, 'no endpoints available for service "bare"'),
        ("host:80/proxy/", 503, 'no endpoints available for service "host"'),
        ("mute:80/proxy/", 503, "dial tcp 10.1.1.1:9090: connect: connection refused"),
    ],
)
async def test_what_cannot_be_reached_is_said_as_a_status(api: Any, path: str, status: int, said: str) -> None:
    found, body = await api("GET", path)
    assert (found, body["kind"]) == (status, "Status")
    assert said in body["message"]


async def test_the_right_is_one_on_the_name_with_its_port(api: Any, store: Store) -> None:
    status, said = await api("GET", "prom:80/proxy/", user="viewer")
    assert status == 403
    assert 'cannot get resource "services/proxy"' in said["message"]
    allowed = {**rule(("get",), ("",), ("services/proxy",)), "resourceNames": ["prom:80"]}
    store.create(CLUSTER_ROLES, new_object(CLUSTER_ROLES, "proxy", rules=[allowed]))
    store.create(CLUSTER_BINDINGS, binding(CLUSTER_BINDINGS, "proxy", "proxy", ["system:authenticated"]))
    assert (await api("GET", "prom:80/proxy/", user="viewer"))[0] == 200
    assert (await api("GET", "http:prom:80/proxy/", user="viewer"))[0] == 403
    assert (await api("POST", "prom:80/proxy/", user="viewer"))[0] == 403
