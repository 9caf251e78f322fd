"""Objects with most of what a description can say, made on a real API server for as long as a test looks."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.kinds.kind import Resource
from state.cluster.transport import Transport

Json = dict[str, Any]
KEEP = "cockpit.test/keep"
STATUS_PATCH = "application/merge-patch+json"


def resource(group: str, version: str, plural: str, kind: str, namespaced: bool = True) -> Resource:
    return Resource(group, version, plural, kind, namespaced)


NAMESPACES = resource("", "v1", "namespaces", "Namespace", False)
CONFIG_MAPS = resource("", "v1", "configmaps", "ConfigMap")
SECRETS = resource("", "v1", "secrets", "Secret")
SERVICES = resource("", "v1", "services", "Service")
SERVICE_ACCOUNTS = resource("", "v1", "serviceaccounts", "ServiceAccount")
CLAIMS = resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim")
VOLUMES = resource("", "v1", "persistentvolumes", "PersistentVolume", False)
QUOTAS = resource("", "v1", "resourcequotas", "ResourceQuota")
LIMITS = resource("", "v1", "limitranges", "LimitRange")
PODS = resource("", "v1", "pods", "Pod")
STORAGE_CLASSES = resource("storage.k8s.io", "v1", "storageclasses", "StorageClass", False)
SLICES = resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice")
INGRESSES = resource("networking.k8s.io", "v1", "ingresses", "Ingress")
INGRESS_CLASSES = resource("networking.k8s.io", "v1", "ingressclasses", "IngressClass", False)
POLICIES = resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy")
AUTOSCALERS = resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler")
BUDGETS = resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget")
ROLES = resource("rbac.authorization.k8s.io", "v1", "roles", "Role")
CLUSTER_ROLES = resource("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", False)
BINDINGS = resource("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding")
CLUSTER_BINDINGS = resource("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", False)
DEFINITIONS = resource("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", False)
PRIORITIES = resource("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", False)
LEASES = resource("coordination.k8s.io", "v1", "leases", "Lease")


class Made(NamedTuple):
    """An object to make: its body, the status that it is given afterwards."""

    label: str
    resource: Resource
    body: Json
    status: Json | None = None
    deleted: bool = False

    @property
    def name(self) -> str:
        return str(self.body["metadata"]["name"])


def named(name: str, **fields: Any) -> Json:
    return {"metadata": {"name": name, **fields}}


def objects(prefix: str) -> Iterator[Made]:
    """Give what is made; names of objects without a namespace begin with `prefix`."""
    yield Made(
        "quota",
        QUOTAS,
        named("compute", labels={"team": "shop"})
        | {"spec": {"hard": {"requests.cpu": "4", "limits.memory": "8Gi", "pods": "40", "count/secrets": "50"}}},
    )
    yield Made(
        "quota-scoped",
        QUOTAS,
        named("best-effort") | {"spec": {"hard": {"pods": "5"}, "scopes": ["BestEffort", "NotTerminating"]}},
    )
    yield Made(
        "quota-other-scopes",
        QUOTAS,
        named("scoped") | {"spec": {"hard": {"pods": "5"}, "scopes": ["NotBestEffort", "Terminating"]}},
    )
    yield Made(
        "limit-range",
        LIMITS,
        named("sizes")
        | {
            "spec": {
                "limits": [
                    {
                        "type": "Container",
                        "max": {"cpu": "2"},
                        "min": {"cpu": "10m"},
                        "default": {"cpu": "500m"},
                        "defaultRequest": {"cpu": "100m"},
                        "maxLimitRequestRatio": {"cpu": "4"},
                    },
                    {"type": "Pod", "max": {"memory": "2Gi"}},
                    {"type": "PersistentVolumeClaim", "max": {"storage": "20Gi"}, "min": {"storage": "1Gi"}},
                ]
            }
        },
    )
    yield Made(
        "config-map",
        CONFIG_MAPS,
        named("settings", annotations={"example.org/long": "x" * 200, "example.org/two": "one\ntwo"})
        | {
            "data": {"one": "1", "file.conf": "a = 1\n  b = 2\n", "empty": "", "noeol": "x\ny"},
            "binaryData": {"blob": base64.b64encode(bytes(range(9))).decode(), "b": "/w=="},
        },
    )
    yield Made("config-map-empty", CONFIG_MAPS, named("nothing"))
    yield Made(
        "secret-typed",
        SECRETS,
        named("pull", labels={"a": "b"})
        | {"type": "kubernetes.io/basic-auth", "stringData": {"username": "ana", "password": "hunter2"}},
    )
    yield Made("secret-empty", SECRETS, named("hollow"))
    yield Made(
        "service-account",
        SERVICE_ACCOUNTS,
        named("robot", labels={"app": "shop"}, annotations={"example.org/role": "arn"})
        | {
            "imagePullSecrets": [{"name": "pull"}, {"name": "missing"}],
            "secrets": [{"name": "pull"}, {"name": "gone"}],
            "automountServiceAccountToken": False,
        },
    )
    yield Made("service-account-plain", SERVICE_ACCOUNTS, named("plain"))
    yield Made(
        "service",
        SERVICES,
        named("web")
        | {"spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]}},
    )
    yield Made(
        "endpoint-slice",
        SLICES,
        named("web-1", labels={"kubernetes.io/service-name": "web"})
        | {
            "addressType": "IPv4",
            "ports": [
                {"name": "http", "port": 8080, "protocol": "TCP"},
                {"name": "grpc", "port": 9000, "protocol": "TCP", "appProtocol": "kubernetes.io/h2c"},
            ],
            "endpoints": [
                {
                    "addresses": ["10.1.0.1"],
                    "conditions": {"ready": True, "serving": True, "terminating": False},
                    "hostname": "web-0",
                    "nodeName": "node-1",
                    "zone": "eu-1a",
                    "targetRef": {"kind": "Pod", "name": "web-0", "namespace": "default"},
                    "deprecatedTopology": {},
                    "hints": {"forZones": [{"name": "eu-1a"}]},
                },
                {"addresses": ["10.1.0.2"], "conditions": {"ready": False}},
                {"addresses": ["10.1.0.3"]},
            ],
        },
    )
    yield Made("endpoint-slice-empty", SLICES, named("hollow-1") | {"addressType": "IPv6", "endpoints": []})
    yield Made(
        "ingress-class",
        INGRESS_CLASSES,
        named(f"{prefix}-nginx")
        | {
            "spec": {
                "controller": "example.org/nginx",
                "parameters": {"apiGroup": "example.org", "kind": "Params", "name": "shared", "scope": "Cluster"},
            }
        },
    )
    backend = {"service": {"name": "web", "port": {"name": "http"}}}
    missing = {"service": {"name": "nowhere", "port": {"number": 80}}}
    yield Made(
        "ingress",
        INGRESSES,
        named("shop", annotations={"example.org/rewrite": "/"})
        | {
            "spec": {
                "ingressClassName": f"{prefix}-nginx",
                "defaultBackend": missing,
                "tls": [{"hosts": ["shop.example", "www.shop.example"], "secretName": "shop-tls"}, {"hosts": ["b.c"]}],
                "rules": [
                    {
                        "host": "shop.example",
                        "http": {
                            "paths": [
                                {"path": "/", "pathType": "Prefix", "backend": backend},
                                {"path": "/api", "pathType": "Exact", "backend": missing},
                                {
                                    "path": "/files",
                                    "pathType": "ImplementationSpecific",
                                    "backend": {
                                        "resource": {"apiGroup": "example.org", "kind": "Bucket", "name": "files"}
                                    },
                                },
                            ]
                        },
                    },
                    {"http": {"paths": [{"pathType": "Prefix", "path": "/x", "backend": backend}]}},
                ],
            }
        },
        {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}, {"hostname": "lb.example"}]}},
    )
    yield Made("ingress-default", INGRESSES, named("only") | {"spec": {"defaultBackend": backend}})
    yield Made(
        "volume-csi",
        VOLUMES,
        named(f"{prefix}-csi", labels={"zone": "a"})
        | {
            "spec": {
                "capacity": {"storage": "10Gi"},
                "accessModes": ["ReadWriteOnce", "ReadOnlyMany"],
                "persistentVolumeReclaimPolicy": "Retain",
                "storageClassName": f"{prefix}-fast",
                "volumeMode": "Filesystem",
                "claimRef": {"namespace": "shop", "name": "data-0", "kind": "PersistentVolumeClaim"},
                "csi": {
                    "driver": "disk.example",
                    "volumeHandle": "vol-1",
                    "fsType": "ext4",
                    "volumeAttributes": {"a": "b", "key": "value"},
                },
                "nodeAffinity": {
                    "required": {
                        "nodeSelectorTerms": [
                            {
                                "matchExpressions": [
                                    {"key": "zone", "operator": "In", "values": ["a", "b"]},
                                    {"key": "gpu", "operator": "DoesNotExist"},
                                ]
                            },
                            {"matchExpressions": [{"key": "cores", "operator": "Gt", "values": ["4"]}]},
                        ]
                    }
                },
            }
        },
    )
    for label, source in (
        ("nfs", {"nfs": {"server": "10.0.0.9", "path": "/export", "readOnly": True}}),
        ("host-path", {"hostPath": {"path": "/data", "type": "DirectoryOrCreate"}}),
        ("local", {"local": {"path": "/mnt/disk"}}),
        ("iscsi", {"iscsi": {"targetPortal": "10.0.0.1:3260", "iqn": "iqn.2001-04.com.example:x", "lun": 1}}),
    ):
        affinity = {
            "required": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["node-1"]}]}
                ]
            }
        }
        yield Made(
            f"volume-{label}",
            VOLUMES,
            named(f"{prefix}-{label}")
            | {
                "spec": {
                    "capacity": {"storage": "1Gi"},
                    "accessModes": ["ReadWriteMany"],
                    **source,
                    **({"nodeAffinity": affinity} if label == "local" else {}),
                }
            },
        )
    yield Made(
        "storage-class",
        STORAGE_CLASSES,
        named(f"{prefix}-fast", annotations={"storageclass.kubernetes.io/is-default-class": "false"})
        | {
            "provisioner": "disk.example",
            "parameters": {"type": "ssd", "replication": "none"},
            "allowVolumeExpansion": True,
            "mountOptions": ["noatime", "discard"],
            "reclaimPolicy": "Retain",
            "volumeBindingMode": "WaitForFirstConsumer",
            "allowedTopologies": [
                {
                    "matchLabelExpressions": [
                        {"key": "zone", "values": ["a", "b"]},
                        {"key": "rack", "values": ["r1"]},
                    ]
                },
            ],
        },
    )
    yield Made("storage-class-plain", STORAGE_CLASSES, named(f"{prefix}-plain") | {"provisioner": "disk.example"})
    yield Made(
        "claim",
        CLAIMS,
        named("data-0", labels={"app": "web"})
        | {
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": f"{prefix}-fast",
                "resources": {"requests": {"storage": "5Gi"}},
            }
        },
    )
    yield Made(
        "claim-from-another",
        CLAIMS,
        named("data-1")
        | {
            "spec": {
                "accessModes": ["ReadWriteOnce", "ReadOnlyMany"],
                "volumeMode": "Block",
                "resources": {"requests": {"storage": "1Gi"}},
                "dataSource": {"kind": "PersistentVolumeClaim", "name": "data-0"},
            }
        },
        {
            "phase": "Bound",
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "conditions": [
                {
                    "type": "Resizing",
                    "status": "True",
                    "lastProbeTime": "2026-01-01T00:00:00Z",
                    "lastTransitionTime": "2026-01-01T00:00:00Z",
                    "reason": "Asked",
                    "message": "more room",
                }
            ],
        },
    )
    yield Made(
        "pod-of-claim",
        PODS,
        named("user", labels={"app": "web"})
        | {
            "spec": {
                "schedulerName": "nobody",
                "containers": [
                    {
                        "name": "main",
                        "image": "registry.example/web:1",
                        "resources": {
                            "requests": {"cpu": "100m", "memory": "64Mi"},
                            "limits": {"cpu": "200m", "memory": "128Mi"},
                        },
                    }
                ],
                "volumes": [
                    {"name": "data", "persistentVolumeClaim": {"claimName": "data-0"}},
                    {"name": "csi", "csi": {"driver": "d.example", "volumeAttributes": {"b": "1", "a": "2"}}},
                    {"name": "plain-csi", "csi": {"driver": "d.example", "readOnly": True}},
                    {"name": "disk", "iscsi": {"targetPortal": "10.0.0.1:3260", "iqn": "iqn.2001-04.x:y", "lun": 2}},
                ],
            }
        },
    )
    yield from _autoscalers()
    yield from _budgets()
    yield from _policies()
    yield from _rights(prefix)
    yield Made(
        "priority-class",
        PRIORITIES,
        named(f"{prefix}-high")
        | {"value": 1000, "globalDefault": False, "description": "first", "preemptionPolicy": "Never"},
    )
    yield Made("lease", LEASES, named("leader") | {"spec": {"holderIdentity": "a", "leaseDurationSeconds": 15}})
    yield Made(
        "definition",
        DEFINITIONS,
        named(f"{prefix}s.example.org")
        | {
            "spec": {
                "group": "example.org",
                "scope": "Namespaced",
                "names": {"plural": f"{prefix}s", "singular": prefix, "kind": "Odd", "shortNames": ["od"]},
                "versions": [
                    {
                        "name": "v1",
                        "served": True,
                        "storage": True,
                        "additionalPrinterColumns": [{"name": "Ready", "type": "string", "jsonPath": ".status.ready"}],
                        "schema": {
                            "openAPIV3Schema": {
                                "type": "object",
                                "properties": {
                                    "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                                },
                            }
                        },
                    }
                ],
            }
        },
    )


def _autoscalers() -> Iterator[Made]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    selector = {"matchLabels": {"queue": "work"}}
    yield Made(
        "autoscaler",
        AUTOSCALERS,
        named("web")
        | {
            "spec": {
                "scaleTargetRef": target,
                "minReplicas": 2,
                "maxReplicas": 10,
                "metrics": [
                    {
                        "type": "Resource",
                        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
                    },
                    {
                        "type": "Resource",
                        "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "200Mi"}},
                    },
                    {
                        "type": "Pods",
                        "pods": {
                            "metric": {"name": "requests_per_second"},
                            "target": {"type": "AverageValue", "averageValue": "1k"},
                        },
                    },
                    {
                        "type": "Object",
                        "object": {
                            "metric": {"name": "hits"},
                            "describedObject": {"apiVersion": "v1", "kind": "Service", "name": "web"},
                            "target": {"type": "Value", "value": "10k"},
                        },
                    },
                    {
                        "type": "External",
                        "external": {
                            "metric": {"name": "messages", "selector": selector},
                            "target": {"type": "AverageValue", "averageValue": "30"},
                        },
                    },
                    {
                        "type": "ContainerResource",
                        "containerResource": {
                            "name": "cpu",
                            "container": "main",
                            "target": {"type": "Utilization", "averageUtilization": 60},
                        },
                    },
                ],
                "behavior": {
                    "scaleDown": {
                        "stabilizationWindowSeconds": 60,
                        "policies": [{"type": "Percent", "value": 10, "periodSeconds": 60}],
                    },
                    "scaleUp": {
                        "selectPolicy": "Max",
                        "policies": [
                            {"type": "Pods", "value": 4, "periodSeconds": 15},
                            {"type": "Percent", "value": 100, "periodSeconds": 15},
                        ],
                    },
                },
            }
        },
        {
            "currentReplicas": 3,
            "desiredReplicas": 4,
            "conditions": [
                {
                    "type": "AbleToScale",
                    "status": "True",
                    "reason": "ReadyForNewScale",
                    "message": "recommended size matches current size",
                    "lastTransitionTime": "2026-01-01T00:00:00Z",
                },
                {
                    "type": "ScalingLimited",
                    "status": "False",
                    "reason": "DesiredWithinRange",
                    "message": "the desired count is within the acceptable range",
                    "lastTransitionTime": "2026-01-01T00:00:00Z",
                },
            ],
            "currentMetrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "current": {"averageUtilization": 45, "averageValue": "90m"}},
                },
                {"type": "Resource", "resource": {"name": "memory", "current": {"averageValue": "100Mi"}}},
                {
                    "type": "Pods",
                    "pods": {"metric": {"name": "requests_per_second"}, "current": {"averageValue": "10"}},
                },
            ],
        },
    )
    yield Made(
        "autoscaler-outside",
        AUTOSCALERS,
        named("outside")
        | {
            "spec": {
                "scaleTargetRef": target,
                "maxReplicas": 3,
                "metrics": [
                    {
                        "type": "External",
                        "external": {"metric": {"name": "q"}, "target": {"type": "Value", "value": "5"}},
                    },
                    {
                        "type": "Object",
                        "object": {
                            "metric": {"name": "hits"},
                            "describedObject": {"apiVersion": "v1", "kind": "Service", "name": "web"},
                            "target": {"type": "AverageValue", "averageValue": "500m"},
                        },
                    },
                    {
                        "type": "ContainerResource",
                        "containerResource": {
                            "name": "memory",
                            "container": "main",
                            "target": {"type": "AverageValue", "averageValue": "1Gi"},
                        },
                    },
                ],
                "behavior": {"scaleDown": {"selectPolicy": "Disabled"}},
            }
        },
    )
    yield Made(
        "autoscaler-new",
        AUTOSCALERS,
        named("fresh", annotations={"a": "b"}) | {"spec": {"scaleTargetRef": target, "maxReplicas": 3}},
    )


def _budgets() -> Iterator[Made]:
    yield Made(
        "budget-least",
        BUDGETS,
        named("least") | {"spec": {"minAvailable": "50%", "selector": {"matchLabels": {"app": "web"}}}},
        {
            "currentHealthy": 1,
            "desiredHealthy": 2,
            "expectedPods": 3,
            "disruptionsAllowed": 0,
            "observedGeneration": 1,
        },
    )
    yield Made(
        "budget-most",
        BUDGETS,
        named("most")
        | {
            "spec": {
                "maxUnavailable": 1,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
                "selector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["a", "b"]}]},
            }
        },
    )


def _policies() -> Iterator[Made]:
    web = {"matchLabels": {"app": "web"}}
    yield Made(
        "network-policy",
        POLICIES,
        named("web", labels={"a": "b"})
        | {
            "spec": {
                "podSelector": web,
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [
                    {
                        "ports": [
                            {"port": 80, "protocol": "TCP"},
                            {"port": "dns", "protocol": "UDP"},
                            {"port": 8000, "endPort": 8010, "protocol": "TCP"},
                        ],
                        "from": [
                            {"podSelector": web},
                            {"namespaceSelector": {"matchLabels": {"team": "shop"}}, "podSelector": {}},
                            {"namespaceSelector": {}},
                            {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.2.0.0/16"]}},
                        ],
                    },
                    {},
                ],
                "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}],
            }
        },
    )
    yield Made(
        "network-policy-deny", POLICIES, named("deny") | {"spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}
    )
    yield Made(
        "network-policy-egress-none",
        POLICIES,
        named("quiet") | {"spec": {"podSelector": web, "policyTypes": ["Egress"], "egress": []}},
    )


def _rights(prefix: str) -> Iterator[Made]:
    rules: list[Json] = [
        {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list", "watch"]},
        {"apiGroups": ["apps"], "resources": ["deployments"], "resourceNames": ["a", "b"], "verbs": ["patch", "get"]},
        {"apiGroups": ["apps", "batch"], "resources": ["*"], "verbs": ["*"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "delete"]},
    ]
    yield Made("role", ROLES, named("helper") | {"rules": rules})
    yield Made("role-empty", ROLES, named("nobody", labels={"x": "y"}) | {"rules": []})
    yield Made(
        "cluster-role",
        CLUSTER_ROLES,
        named(f"{prefix}-reader", annotations={"why": "tests"})
        | {"rules": [*rules, {"nonResourceURLs": ["/metrics", "/healthz/*"], "verbs": ["get"]}]},
    )
    subjects = [
        {"kind": "User", "name": "ana", "apiGroup": "rbac.authorization.k8s.io"},
        {"kind": "Group", "name": "team", "apiGroup": "rbac.authorization.k8s.io"},
        {"kind": "ServiceAccount", "name": "robot", "namespace": "shop"},
    ]
    to_role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "helper"}
    to_cluster_role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": f"{prefix}-reader"}
    yield Made("role-binding", BINDINGS, named("helpers") | {"roleRef": to_role, "subjects": subjects})
    yield Made("role-binding-empty", BINDINGS, named("unbound") | {"roleRef": to_cluster_role, "subjects": []})
    yield Made(
        "cluster-role-binding",
        CLUSTER_BINDINGS,
        named(f"{prefix}-readers") | {"roleRef": to_cluster_role, "subjects": subjects},
    )


class Place(NamedTuple):
    """Where the objects are."""

    namespace: str
    prefix: str
    made: tuple[Made, ...]


@contextmanager
def described(server: Transport) -> Iterator[Place]:
    """Hold the objects on the server, in a namespace of their own."""
    prefix = f"described{secrets.token_hex(2)}"
    place = Place(prefix, prefix, tuple(objects(prefix)))
    requests.post(server, NAMESPACES.path(), {"metadata": {"name": prefix, "labels": {"team": "shop"}}})
    try:
        for one in place.made:
            _make(server, prefix, one)
        yield place
    finally:
        for one in place.made:
            if not one.resource.namespaced:
                _forget(server, one.resource.path("", one.name))
        _forget(server, NAMESPACES.path("", prefix))


def _make(server: Transport, namespace: str, one: Made) -> None:
    body = {"apiVersion": one.resource.api_version, "kind": one.resource.kind, **one.body}
    where = namespace if one.resource.namespaced else ""
    try:
        requests.post(server, one.resource.path(where), body)
        if one.status is not None:
            path = one.resource.path(where, one.name, "status")
            requests.patch(server, path, {"status": one.status}, STATUS_PATCH)
    except ApiError as error:
        raise AssertionError(f"{one.resource.plural}/{one.name}: {error}") from error


def _forget(server: Transport, path: str) -> None:
    try:
        requests.delete(server, path, {"propagationPolicy": "Background"})
    except ApiError as error:
        if error.status != 404:
            raise
