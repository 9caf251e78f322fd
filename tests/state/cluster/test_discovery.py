"""What a server serves: in one answer, in two levels, and with parts of it away."""

import json

import pytest

from state.cluster.discovery import Discovery
from state.cluster.errors import ApiError, Unreachable
from state.cluster.kinds.kind import Resource
from state.cluster.kinds.pods import POD
from state.cluster.transport import Answer

ALL = ["create", "delete", "get", "list", "patch", "update", "watch"]


def one(resource, kind, short=(), categories=(), verbs=ALL, scope="Namespaced", parts=()):
    return {
        "resource": resource,
        "responseKind": {"group": "", "version": "", "kind": kind},
        "scope": scope,
        "singularResource": kind.lower(),
        "verbs": verbs,
        "shortNames": list(short),
        "categories": list(categories),
        "subresources": [{"subresource": part} for part in parts],
    }


CORE = {"v1": [
    one("pods", "Pod", ["po"], ["all"], parts=["log", "exec"]),
    one("events", "Event", ["ev"]),
    one("bindings", "Binding", verbs=["create"]),
    one("componentstatuses", "ComponentStatus", ["cs"], verbs=["get", "list"], scope="Cluster"),
]}  # fmt: skip
GROUPS = {
    "apps": {"v1": [one("deployments", "Deployment", ["deploy"], ["all"], parts=["scale"])]},
    "events.k8s.io": {"v1": [one("events", "Event", ["ev"])]},
    "autoscaling": {
        "v2": [one("horizontalpodautoscalers", "HorizontalPodAutoscaler", ["hpa"], ["all"])],
        "v1": [
            one("horizontalpodautoscalers", "HorizontalPodAutoscaler", ["hpa"], ["all"]),
            one("antiques", "Antique"),
        ],
    },
    "cert-manager.io": {"v1": [one("certificates", "Certificate", ["cert", "po"], ["cert-manager"])]},
    "metrics.k8s.io": {"v1beta1": [one("pods", "PodMetrics", verbs=["get", "list"])]},
}


class Server:
    """Answers discovery in either form; counts what it sent whole."""

    def __init__(self, whole=True):
        self.whole = whole
        self.core = CORE
        self.groups = dict(GROUPS)
        self.dead = set()
        self.sent = []
        self.asked = []
        self.down = ""
        self.answers = {}

    def call(self, request):
        self.asked.append(request)
        if self.down:
            raise Unreachable(self.down)
        if request.path in self.answers:
            return self.answers[request.path]
        found = self._document(request)
        if found is None:
            return Answer(503, b'{"kind":"Status","message":"service unavailable"}')
        body = json.dumps(found).encode()
        tag = f'"{hash(body)}"' if self.whole else ""
        if tag and request.etag == tag:
            return Answer(304, b"", tag)
        self.sent.append(request.path)
        return Answer(200, body, tag)

    def _document(self, request):
        groups = {"": self.core} if request.path.startswith("/api/") or request.path == "/api" else self.groups
        if request.path in ("/api", "/apis"):
            assert "APIGroupDiscoveryList" in request.accept
            return self._aggregated(groups) if self.whole else self._first_level(request.path)
        group, version = request.path.removeprefix("/apis/").removeprefix("/api/").rpartition("/")[::2]
        if group in self.dead:
            return None
        return {
            "kind": "APIResourceList",
            "resources": [part for one in groups[group][version] for part in _listed(one)],
        }

    def _aggregated(self, groups):
        items = [
            {
                "metadata": {"name": group} if group else {},
                "versions": [
                    {"version": version, "resources": found, "freshness": "Stale" if group in self.dead else "Current"}
                    for version, found in versions.items()
                ],
            }
            for group, versions in groups.items()
        ]
        return {"kind": "APIGroupDiscoveryList", "metadata": {}, "items": items}

    def _first_level(self, path):
        if path == "/api":
            return {"kind": "APIVersions", "versions": ["v1"]}
        groups = [
            {
                "name": group,
                "versions": [{"groupVersion": f"{group}/{one}", "version": one} for one in reversed(versions)],
                "preferredVersion": {"version": next(iter(versions))},
            }
            for group, versions in self.groups.items()
        ]
        return {"kind": "APIGroupList", "groups": groups}


def _listed(found):
    common = {"namespaced": found["scope"] == "Namespaced", "kind": found["responseKind"]["kind"]}
    names = {key: found[key] for key in ("verbs", "shortNames", "categories")}
    yield {"name": found["resource"], "singularName": "", **common, **names}
    for part in found["subresources"]:
        yield {"name": f"{found['resource']}/{part['subresource']}", "singularName": "", **common, "verbs": ["get"]}


@pytest.fixture(params=[True, False], ids=["one answer", "two levels"])
def server(request):
    return Server(request.param)


@pytest.fixture
def discovery(server):
    found = Discovery(lambda: server)
    assert found.refresh()
    return found


def names(found):
    return [f"{one.resource.plural}.{one.resource.version}.{one.resource.group}" for one in found]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("po", ["pods.v1."]),
        ("Pod", ["pods.v1."]),
        (" PODS ", ["pods.v1."]),
        ("pods.v1.", ["pods.v1."]),
        ("pods.metrics.k8s.io", ["pods.v1beta1.metrics.k8s.io"]),
        ("pods.v1beta1.metrics.k8s.io", ["pods.v1beta1.metrics.k8s.io"]),
        ("podmetrics", ["pods.v1beta1.metrics.k8s.io"]),
        ("deployments.apps", ["deployments.v1.apps"]),
        ("deploy", ["deployments.v1.apps"]),
        ("deploy.v1.apps", ["deployments.v1.apps"]),
        ("events", ["events.v1."]),
        ("events.events.k8s.io", ["events.v1.events.k8s.io"]),
        ("certificates.v1.cert-manager.io", ["certificates.v1.cert-manager.io"]),
        ("certificates.cert", ["certificates.v1.cert-manager.io"]),
        ("hpa", ["horizontalpodautoscalers.v2.autoscaling"]),
        ("hpa.v1.autoscaling", ["horizontalpodautoscalers.v1.autoscaling"]),
        ("antiques", ["antiques.v1.autoscaling"]),
        ("all", ["pods.v1.", "deployments.v1.apps", "horizontalpodautoscalers.v2.autoscaling"]),
        ("cert-manager", ["certificates.v1.cert-manager.io"]),
        ("bindings", []),
        ("nothing", []),
        ("pods.apps", []),
        ("pods.", ["pods.v1."]),
        ("", []),
        (".", []),
    ],
)
def test_words_mean_what_they_mean_to_kubectl(discovery, word, found):
    assert names(discovery.resources.find(word)) == found


def test_all_that_is_known_of_a_resource_is_told(discovery):
    (pods,) = discovery.resources.find("pods")
    assert pods.resource == Resource("", "v1", "pods", "Pod", True, "pod", ("po",))
    assert (pods.listed, pods.watched, pods.preferred) == (True, True, True)
    assert (pods.subresources, pods.categories) == (("log", "exec"), ("all",))
    (statuses,) = discovery.resources.find("cs")
    assert (statuses.resource.namespaced, statuses.watched) == (False, False)
    assert names(discovery.resources.versions("autoscaling", "horizontalpodautoscalers")) == [
        "horizontalpodautoscalers.v2.autoscaling",
        "horizontalpodautoscalers.v1.autoscaling",
    ]


def test_every_word_offered_finds_one_resource(discovery):
    words = discovery.resources.words()
    assert words[:2] == ("pods", "events")
    assert {"events.events.k8s.io", "pods.metrics.k8s.io", "antiques"} <= set(words)
    assert "bindings" not in words
    found = [discovery.resources.find(word) for word in words]
    assert all(len(one) == 1 for one in found)
    assert len({one[0] for one in found}) == len(words)
    assert discovery.resources.categories == ("all", "cert-manager")


def test_kinds_that_come_and_go_appear_and_vanish(server, discovery):
    assert not discovery.refresh()
    server.groups["shop.example"] = {"v1": [one("orders", "Order")]}
    assert discovery.refresh()
    assert names(discovery.resources.find("orders")) == ["orders.v1.shop.example"]
    del server.groups["shop.example"]
    assert discovery.refresh()
    assert discovery.resources.find("orders") == ()
    assert discovery.read() is discovery.resources


def test_a_dead_aggregated_api_costs_only_its_own_kinds(server, discovery):
    server.dead.add("metrics.k8s.io")
    assert discovery.refresh()
    (missing,) = discovery.resources.missing
    assert missing.group_version == "metrics.k8s.io/v1beta1"
    assert missing.why
    assert names(discovery.resources.find("po")) == ["pods.v1."]
    assert names(discovery.resources.find("cert")) == ["certificates.v1.cert-manager.io"]
    server.dead.clear()
    assert discovery.refresh()
    assert discovery.resources.missing == ()


def test_what_did_not_change_is_not_sent_again():
    server = Server()
    discovery = Discovery(lambda: server)
    discovery.refresh()
    discovery.refresh()
    server.groups["shop.example"] = {"v1": [one("orders", "Order")]}
    discovery.refresh()
    assert server.sent == ["/api", "/apis", "/apis"]


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Answer(403, b'{"message":"forbidden"}'), ApiError, "forbidden"),
        (Answer(200, b"<html>"), Unreachable, "does not say what is served"),
        (Answer(200, b'{"kind":"Status"}'), Unreachable, "of kind 'Status'"),
        (Answer(200, b"[" * 100_000), Unreachable, "does not say what is served"),
    ],
)
def test_a_server_that_does_not_say_leaves_what_is_known(server, discovery, answer, error, words):
    known = discovery.resources
    server.answers["/apis"] = answer
    with pytest.raises(error, match=words):
        discovery.refresh()
    assert discovery.resources is known
    server.answers.clear()
    server.down = "connection refused"
    with pytest.raises(Unreachable):
        discovery.refresh()
    assert discovery.resources is known


def test_one_list_that_is_not_understood_costs_only_its_own_kinds():
    server = Server(whole=False)
    server.answers["/apis/apps/v1"] = Answer(200, b"[]")
    discovery = Discovery(lambda: server)
    discovery.refresh()
    assert [one.group_version for one in discovery.resources.missing] == ["apps/v1"]
    assert discovery.resources.find("hpa")


# --- kinds of what is served ---

CERTIFICATES = "/apis/cert-manager.io/v1/certificates"
DEFINITION = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/certificates.cert-manager.io"


def columns(*given):
    found = [{"name": "Name", "type": "string", "format": "name"}, *given]
    return Answer(200, json.dumps({"kind": "Table", "columnDefinitions": found, "rows": []}).encode())


READY = {"name": "Ready", "type": "string", "description": "Whether it is."}
EXPIRES = {"name": "Expires", "type": "date", "description": "When it ends."}


def headers(kind):
    return [column.header for column in kind.columns]


def test_a_kind_that_is_written_needs_no_request(server, discovery):
    asked = len(server.asked)
    assert discovery.kind_for(discovery.resources.find("po")[0].resource) is POD
    old = discovery.resources.find("hpa.v1.autoscaling")[0].resource
    assert discovery.kind_for(old).resource.version == "v2"
    assert len(server.asked) == asked


def test_any_other_kind_is_made_of_its_table_and_its_definition(server, discovery):
    server.answers[CERTIFICATES] = columns(READY, EXPIRES)
    printed = [{"name": "Expires", "jsonPath": ".status.notAfter"}]
    versions = [{"name": "v1beta1"}, {"name": "v1", "additionalPrinterColumns": printed}]
    server.answers[DEFINITION] = Answer(200, json.dumps({"spec": {"versions": versions}}).encode())
    (served,) = discovery.resources.find("cert")
    kind = discovery.kind_for(served.resource)
    assert headers(kind) == ["", "NAMESPACE", "NAME", "READY", "EXPIRES", "AGE"]
    assert kind.columns[4].ticks
    assert kind.watched
    assert discovery.kind_for(served.resource) is kind
    server.answers[CERTIFICATES] = columns(READY)
    assert headers(discovery.kind_for(served.resource)) == ["", "NAMESPACE", "NAME", "READY", "AGE"]


def test_who_may_not_read_definitions_has_the_paths_that_the_table_tells(server, discovery):
    told = "Custom resource definition column (in JSONPath format): .status.notAfter"
    server.answers[CERTIFICATES] = columns({**EXPIRES, "description": told}, {**EXPIRES, "name": "Renewal"})
    server.answers[DEFINITION] = Answer(403, b'{"message":"forbidden"}')
    kind = discovery.kind_for(discovery.resources.find("cert")[0].resource)
    assert [column.ticks for column in kind.columns if column.header in ("EXPIRES", "RENEWAL")] == [True, False]


def test_what_may_not_be_read_is_a_kind_all_the_same(server, discovery):
    server.answers[CERTIFICATES] = Answer(403, b'{"message":"forbidden"}')
    resource = discovery.resources.find("cert")[0].resource
    assert headers(discovery.kind_for(resource)) == ["", "NAMESPACE", "NAME", "AGE"]
    server.answers["/apis/cert-manager.io/v1/namespaces/shop/certificates"] = columns(READY)
    assert headers(discovery.kind_for(resource, "shop")) == ["", "NAMESPACE", "NAME", "READY", "AGE"]


def test_what_cannot_be_watched_is_a_kind_that_is_listed_again_and_again(server, discovery):
    server.answers["/apis/metrics.k8s.io/v1beta1/pods"] = columns({"name": "cpu", "format": "quantity"})
    kind = discovery.kind_for(discovery.resources.find("podmetrics")[0].resource)
    assert not kind.watched
    server.answers["/api/v1/componentstatuses"] = Answer(406, b"")
    assert headers(discovery.kind_for(discovery.resources.find("cs")[0].resource)) == ["", "NAME", "AGE"]


def test_a_server_that_does_not_answer_for_a_kind_is_said(server, discovery):
    server.answers[CERTIFICATES] = Answer(503, b'{"message":"service unavailable"}')
    with pytest.raises(ApiError, match="unavailable"):
        discovery.kind_for(discovery.resources.find("cert")[0].resource)
    server.answers[CERTIFICATES] = Answer(200, b"<html>")
    with pytest.raises(Unreachable, match="no table"):
        discovery.kind_for(discovery.resources.find("cert")[0].resource)
