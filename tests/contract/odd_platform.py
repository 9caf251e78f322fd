"""Objects of the kinds beside workloads, each with something its table has a rule for, and the kinds themselves."""

import base64
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
Made = tuple[str, Json, Json | None, bool]
"""A kind's name, an object, the status it is given afterwards, and whether it is then deleted."""
_READY = '.status.conditions[?(@.type=="Ready")]'
_AGE = ("Age", "date", ".metadata.creationTimestamp", 0)
CUSTOM: tuple[tuple[str, str, str, str, str, tuple[tuple[str, str, str, int], ...]], ...] = (
    (
        "gateway.networking.k8s.io",
        "v1",
        "gatewayclasses",
        "GatewayClass",
        "Cluster",
        (
            ("Controller", "string", ".spec.controllerName", 0),
            ("Accepted", "string", '.status.conditions[?(@.type=="Accepted")].status', 0),
            _AGE,
            ("Description", "string", ".spec.description", 1),
        ),
    ),
    (
        "gateway.networking.k8s.io",
        "v1",
        "gateways",
        "Gateway",
        "Namespaced",
        (
            ("Class", "string", ".spec.gatewayClassName", 0),
            ("Address", "string", ".status.addresses[*].value", 0),
            ("Programmed", "string", '.status.conditions[?(@.type=="Programmed")].status', 0),
            _AGE,
        ),
    ),
    (
        "gateway.networking.k8s.io",
        "v1",
        "httproutes",
        "HTTPRoute",
        "Namespaced",
        (("Hostnames", "string", ".spec.hostnames", 0), _AGE),
    ),
    (
        "argoproj.io",
        "v1alpha1",
        "applications",
        "Application",
        "Namespaced",
        (
            ("Sync Status", "string", ".status.sync.status", 0),
            ("Health Status", "string", ".status.health.status", 0),
            ("Revision", "string", ".status.sync.revision", 10),
            ("Project", "string", ".spec.project", 10),
        ),
    ),
    (
        "argoproj.io",
        "v1alpha1",
        "rollouts",
        "Rollout",
        "Namespaced",
        (
            ("Desired", "integer", ".spec.replicas", 0),
            ("Current", "integer", ".status.replicas", 0),
            ("Up-to-date", "integer", ".status.updatedReplicas", 0),
            ("Available", "integer", ".status.availableReplicas", 0),
            _AGE,
        ),
    ),
    (
        "kustomize.toolkit.fluxcd.io",
        "v1",
        "kustomizations",
        "Kustomization",
        "Namespaced",
        (_AGE, ("Ready", "string", f"{_READY}.status", 0), ("Status", "string", f"{_READY}.message", 0)),
    ),
    (
        "helm.toolkit.fluxcd.io",
        "v2",
        "helmreleases",
        "HelmRelease",
        "Namespaced",
        (_AGE, ("Ready", "string", f"{_READY}.status", 0), ("Status", "string", f"{_READY}.message", 0)),
    ),
    (
        "odd.cockpit.test",
        "v1",
        "certificates",
        "Certificate",
        "Namespaced",
        (
            ("Ready", "boolean", ".status.ready", 0),
            ("Names", "integer", ".spec.names", 0),
            ("Expires", "date", ".spec.notAfter", 0),
            ("Share", "number", ".spec.share", 0),
            ("Issuer", "string", ".spec.issuer", 1),
            _AGE,
        ),
    ),
)
"""Custom kinds as their projects define them, and an odd one: group, version, plural, kind, scope, printer columns."""


def definitions() -> Iterator[Json]:
    """Give the CustomResourceDefinitions of the custom kinds, without their schemas."""
    for group, version, plural, kind, scope, columns in CUSTOM:
        names = {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List"}
        metadata: Json = {"name": f"{plural}.{group}"}
        if group.endswith("k8s.io"):
            metadata["annotations"] = {"api-approved.kubernetes.io": "https://example.com/approved"}
        yield {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": metadata,
            "spec": {
                "group": group,
                "names": names,
                "scope": scope,
                "versions": [
                    {
                        "name": version,
                        "served": True,
                        "storage": True,
                        "subresources": {"status": {}},
                        "additionalPrinterColumns": [
                            {"name": name, "type": type_, "jsonPath": path, "priority": priority}
                            for name, type_, path, priority in columns
                        ],
                        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
                    }
                ],
            },
        }


def made(namespace: str) -> Iterator[Made]:
    """Give the objects."""
    yield from _data()
    yield from _volumes()
    yield from _network()
    yield from _scaling()
    yield from _rights(namespace)
    yield from _custom()


def _named(name: str, **rest: Any) -> Json:
    return {"metadata": {"name": name}, **rest}


def _of_cluster(name: str, **rest: Any) -> Json:
    return {"metadata": {"name": f"odd-{name}"}, **rest}


def _data() -> Iterator[Made]:
    value = base64.b64encode(b"hunter2").decode()
    yield "configmaps", _named("none"), None, False
    yield "configmaps", _named("both", data={"a": "1", "umlaut": "ä"}, binaryData={"b": value}), None, False
    yield "secrets", _named("none"), None, False
    yield "secrets", _named("two", data={"user": value, "password": value}), None, False
    tls = {"tls.crt": "", "tls.key": ""}
    yield "secrets", _named("tls", type="kubernetes.io/tls", data=tls), None, False


def _volumes() -> Iterator[Made]:
    source = {"hostPath": {"path": "/tmp/odd"}}
    size = {"storage": "1500Mi"}
    yield (
        "storageclasses",
        {
            "metadata": {
                "name": "odd-default",
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "kubernetes.io/no-provisioner",
            "volumeBindingMode": "WaitForFirstConsumer",
        },
        None,
        False,
    )
    yield (
        "storageclasses",
        _of_cluster("kept", provisioner="disk.example.com", reclaimPolicy="Retain", allowVolumeExpansion=True),
        None,
        False,
    )
    modes = ["ReadWriteMany", "ReadWriteOnce"]
    plain = {"capacity": size, "accessModes": modes, **source}
    yield "persistentvolumes", _of_cluster("free", spec=plain), None, False
    yield (
        "persistentvolumes",
        _of_cluster(
            "claimed",
            spec={
                **plain,
                "capacity": {"storage": "10737418240"},
                "accessModes": ["ReadOnlyMany"],
                "persistentVolumeReclaimPolicy": "Delete",
                "storageClassName": "odd-kept",
                "volumeMode": "Block",
                "claimRef": {"namespace": "odd", "name": "gone"},
            },
        ),
        {"phase": "Failed", "reason": "Odd", "message": "it is odd"},
        False,
    )
    yield "persistentvolumes", _of_cluster("ending", spec=plain), None, True
    wanted = {"accessModes": ["ReadWriteOncePod"], "resources": {"requests": size}}
    yield "persistentvolumeclaims", _named("waiting", spec={**wanted, "storageClassName": "odd-kept"}), None, False
    yield (
        "persistentvolumeclaims",
        {
            "metadata": {"name": "old", "annotations": {"volume.beta.kubernetes.io/storage-class": "odd-old"}},
            "spec": {**wanted, "volumeMode": "Block", "volumeName": "odd-none"},
        },
        {"phase": "Bound", "capacity": {"storage": "2Gi"}, "accessModes": ["ReadWriteOncePod"]},
        False,
    )
    yield "persistentvolumeclaims", _named("ending", spec=wanted), None, True


def _network() -> Iterator[Made]:
    def rules(*hosts: str) -> list[Json]:
        backend = {"service": {"name": "a", "port": {"number": 80}}}
        http = {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}
        return [{**({"host": host} if host else {}), "http": http} for host in hosts]

    yield "ingresses", _named("any", spec={"rules": rules("")}), None, False
    yield (
        "ingresses",
        _named("many", spec={"ingressClassName": "nginx", "rules": rules("a.x", "", "b.x", "c.x", "d.x", "")}),
        {"loadBalancer": {"ingress": [{"ip": "198.51.100.7"}, {"hostname": "balancer-of-some-length.example.com"}]}},
        False,
    )
    yield (
        "ingresses",
        _named("three", spec={"tls": [{"hosts": ["a.x"]}], "rules": rules("a.x", "b.x", "c.x")}),
        None,
        False,
    )
    plain = {"addressType": "IPv4", "endpoints": []}
    yield "endpointslices", _named("none", **plain), None, False
    addresses = [{"addresses": [f"10.0.0.{number}"], "conditions": {"ready": number > 3}} for number in range(1, 7)]
    ports = [{"name": "http", "port": 80}, {"name": "any"}, {"name": "", "port": 81}, {"name": "z", "port": 82}]
    yield (
        "endpointslices",
        _named("many", addressType="IPv4", ports=ports, endpoints=addresses),
        None,
        False,
    )
    yield (
        "endpointslices",
        _named("three", addressType="IPv6", ports=ports[:1], endpoints=[{"addresses": ["2001:db8::1"]}] * 1),
        None,
        False,
    )
    yield "networkpolicies", _named("all", spec={"podSelector": {}}), None, False
    some = {"matchLabels": {"app": "odd"}, "matchExpressions": [{"key": "b", "operator": "In", "values": ["2", "1"]}]}
    yield "networkpolicies", _named("some", spec={"podSelector": some, "policyTypes": ["Egress"]}), None, False


def _scaling() -> Iterator[Made]:
    def budget(name: str, **spec: Any) -> Made:
        body = _named(name, spec={"selector": {"matchLabels": {"app": "odd"}}, **spec})
        return "poddisruptionbudgets", body, None, False

    yield budget("share", minAvailable="50%")
    yield budget("count", maxUnavailable=2)
    yield "limitranges", _named("one", spec={"limits": [{"type": "Container", "default": {"cpu": "1"}}]}), None, False
    yield "limitranges", _named("none", spec={"limits": []}), None, False
    yield (
        "resourcequotas",
        _named(
            "many", spec={"hard": {"pods": "10", "requests.cpu": "1500m", "limits.memory": "2Gi", "limits.cpu": "0"}}
        ),
        {
            "hard": {"pods": "500", "requests.cpu": "1500m", "limits.memory": "2Gi", "count/jobs.batch": "3"},
            "used": {"pods": "3", "requests.cpu": "1500m", "limits.memory": "2147483649"},
        },
        False,
    )
    yield "resourcequotas", _named("none", spec={}), None, False
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "none"}
    yield (
        "horizontalpodautoscalers",
        _named("plain", spec={"scaleTargetRef": target, "maxReplicas": 3}),
        None,
        False,
    )
    for name, metrics, current in _metrics():
        yield (
            "horizontalpodautoscalers",
            _named(name, spec={"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 9, "metrics": metrics}),
            {
                "currentReplicas": 2,
                "desiredReplicas": 3,
                "currentMetrics": current,
                "conditions": [{"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric"}],
            },
            False,
        )


def _metrics() -> Iterator[tuple[str, list[Json], list[Json]]]:
    """Give metrics and what was measured, of all types and with either sort of target."""
    name = {"metric": {"name": "queue"}}
    of = {"describedObject": {"kind": "Service", "name": "a", "apiVersion": "v1"}}
    average, value = {"type": "AverageValue", "averageValue": "1500m"}, {"type": "Value", "value": "10k"}
    share = {"type": "Utilization", "averageUtilization": 70}
    cpu, of_container = {"name": "cpu"}, {"name": "memory", "container": "a"}
    wanted = [
        {"type": "Resource", "resource": {**cpu, "target": share}},
        {"type": "Resource", "resource": {**cpu, "target": average}},
        {"type": "ContainerResource", "containerResource": {**of_container, "target": share}},
        {"type": "ContainerResource", "containerResource": {**of_container, "target": average}},
        {"type": "Pods", "pods": {**name, "target": average}},
        {"type": "Object", "object": {**name, **of, "target": average}},
        {"type": "Object", "object": {**name, **of, "target": value}},
        {"type": "External", "external": {**name, "target": average}},
        {"type": "External", "external": {**name, "target": value}},
    ]
    measured = [
        {"type": "Resource", "resource": {**cpu, "current": {"averageUtilization": 42, "averageValue": "5m"}}},
        {"type": "Resource", "resource": {**cpu, "current": {"averageValue": "5m"}}},
        {"type": "ContainerResource", "containerResource": {**of_container, "current": {"averageUtilization": 0}}},
        {"type": "ContainerResource", "containerResource": {**of_container, "current": {"averageValue": "1Gi"}}},
        {"type": "Pods", "pods": {**name, "current": {"averageValue": "7"}}},
        {"type": "Object", "object": {**name, **of, "current": {"averageValue": "8"}}},
        {"type": "Object", "object": {**name, **of, "current": {"value": "9"}}},
        {"type": "External", "external": {**name, "current": {"averageValue": "10"}}},
        {"type": "External", "external": {**name, "current": {"value": "11"}}},
    ]
    for index, one in enumerate(wanted):
        yield f"metric-{index}", [one], []
        yield f"measured-{index}", [one], [measured[index]]
    yield "two", wanted[:2], measured[:2]
    yield "many", wanted[3:7], measured[3:5]


def _rights(namespace: str) -> Iterator[Made]:
    yield "serviceaccounts", _named("one"), None, False
    rule = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
    yield "roles", _named("odd:reader", rules=[rule]), None, False
    yield "roles", _named("odd:none"), None, False
    yield "clusterroles", _of_cluster("reader", rules=[rule, rule]), None, False
    subjects = [
        {"kind": "ServiceAccount", "namespace": namespace, "name": "one"},
        {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "ana@example.com"},
        {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "bo"},
        {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "team"},
    ]
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "odd-reader"}
    yield "rolebindings", _named("many", roleRef=role, subjects=subjects), None, False
    yield "rolebindings", _named("none", roleRef={**role, "kind": "Role"}), None, False
    yield "clusterrolebindings", _of_cluster("many", roleRef=role, subjects=subjects), None, False
    yield "leases", _named("held", spec={"holderIdentity": "somebody_4711"}), None, False
    yield "leases", _named("free"), None, False


def _custom() -> Iterator[Made]:
    def ready(status: str, message: str) -> Json:
        return {
            "conditions": [
                {"type": "Other", "status": "False"},
                {"type": "Ready", "status": status, "message": message},
            ]
        }

    accepted = {"conditions": [{"type": "Accepted", "status": "False", "reason": "Odd", "message": "no parameters"}]}
    yield "gatewayclasses", _of_cluster("new", spec={"controllerName": "odd.example/one"}), None, False
    described = {"controllerName": "odd.example/two", "description": "of two lines,\nodd"}
    yield "gatewayclasses", _of_cluster("refused", spec=described), accepted, False
    yield "gateways", _named("new", spec={"gatewayClassName": "odd-new", "listeners": []}), None, False
    addressed = {
        "addresses": [{"type": "IPAddress", "value": "198.51.100.7"}, {"value": "198.51.100.8"}],
        "conditions": [{"type": "Programmed", "status": "True"}],
    }
    yield "gateways", _named("live", spec={"gatewayClassName": "odd-new", "listeners": []}), addressed, False
    yield "httproutes", _named("any", spec={}), None, False
    hosts = {"hostnames": ["a.example.com", "*.b.example.com"], "parentRefs": [{"name": "live"}]}
    yield "httproutes", _named("two", spec=hosts), {"parents": [accepted]}, False
    yield "applications", _named("new", spec={"project": "default"}), None, False
    yield (
        "applications",
        _named("bad", spec={"project": "shop"}),
        {"sync": {"status": "OutOfSync", "revision": "4f2a"}, "health": {"status": "Degraded"}},
        False,
    )
    yield "rollouts", _named("new", spec={"replicas": 2}), None, False
    steps = [{"setWeight": 20}, {"pause": {}}, {"setWeight": 60}]
    yield (
        "rollouts",
        _named("paused", spec={"replicas": 5, "strategy": {"canary": {"steps": steps}}}),
        {
            "replicas": 5,
            "updatedReplicas": 1,
            "readyReplicas": 5,
            "availableReplicas": 5,
            "currentStepIndex": 1,
            "phase": "Paused",
            "message": "CanaryPauseStep",
            "observedGeneration": "1",
        },
        False,
    )
    for plural in ("kustomizations", "helmreleases"):
        yield plural, _named("new", spec={}), None, False
        yield plural, _named("ok", spec={"suspend": True}), ready("True", "Applied revision: main@sha1:4f2a"), False
        yield plural, _named("bad", spec={}), ready("False", "no such path: 'a\tb'"), False
