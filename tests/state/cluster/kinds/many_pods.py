"""Pods as a real API server writes them, about 7 KB each, as many as wanted."""

import json
import random
from collections.abc import Iterator
from typing import Any

PAGE = 500
_APPS = ("storefront", "payments", "notifications", "ledger", "search", "identity", "catalog", "basket")
_HEX = "0123456789abcdef"


def pods(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Give pods of `count // 5` replica sets in twenty namespaces on forty nodes; one in fifty is in trouble."""
    choose = random.Random(seed)
    for number in range(count):
        yield _pod(choose, number)


def pages(count: int, seed: int = 1) -> list[bytes]:
    """Give the pages of a list of `count` pods."""
    items = [json.dumps(pod, separators=(",", ":")) for pod in pods(count, seed)]
    found = []
    for start in range(0, count, PAGE):
        more = start + PAGE < count
        metadata: dict[str, Any] = {"resourceVersion": "4711"}
        if more:
            metadata |= {"continue": f"token-{start}", "remainingItemCount": count - start - PAGE}
        head = json.dumps({"kind": "PodList", "apiVersion": "v1", "metadata": metadata}, separators=(",", ":"))
        found.append((head[:-1] + ',"items":[' + ",".join(items[start : start + PAGE]) + "]}").encode())
    return found


def _uid(choose: random.Random) -> str:
    return "-".join("".join(choose.choices(_HEX, k=length)) for length in (8, 4, 4, 4, 12))


def _moment(choose: random.Random) -> str:
    return f"2026-11-{choose.randrange(1, 29):02d}T{choose.randrange(24):02d}:{choose.randrange(60):02d}:07Z"


def _pod(choose: random.Random, number: int) -> dict[str, Any]:
    family = random.Random(number // 5)
    app = family.choice(_APPS)
    namespace = f"team-{family.randrange(20)}"
    template = "".join(family.choices("bcdfghjklmnpqrstvwxz2456789", k=10))
    workload = f"{app}-{number // 5}"
    name = f"{workload}-{template}-{''.join(choose.choices('bcdfghjklmnpqrstvwxz2456789', k=5))}"
    created = _moment(choose)
    sidecar = number % 3 == 0
    trouble = number % 50 == 7
    containers = [_container(app, "v1.8.2")] + ([_container("proxy", "v2.1.0")] if sidecar else [])
    volume = "kube-api-access-" + "".join(choose.choices(_HEX, k=5))
    return {
        "metadata": {
            "name": name,
            "generateName": f"{workload}-{template}-",
            "namespace": namespace,
            "uid": _uid(choose),
            "resourceVersion": str(100_000 + number),
            "generation": 1,
            "creationTimestamp": created,
            "labels": {
                "app.kubernetes.io/instance": workload,
                "app.kubernetes.io/name": app,
                "app.kubernetes.io/part-of": "shop",
                "app.kubernetes.io/version": "v1.8.2",
                "pod-template-hash": template,
            },
            "annotations": {
                "checksum/config": "".join(family.choices(_HEX, k=64)),
                "prometheus.io/scrape": "true",
                "prometheus.io/port": "8080",
            },
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": f"{workload}-{template}",
                    "uid": _uid(family),
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
            "managedFields": _managed_fields(created),
        },
        "spec": {
            "volumes": [
                {
                    "name": volume,
                    "projected": {
                        "sources": [
                            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                            {
                                "configMap": {
                                    "name": "kube-root-ca.crt",
                                    "items": [{"key": "ca.crt", "path": "ca.crt"}],
                                }
                            },
                        ],
                        "defaultMode": 420,
                    },
                },
                {"name": "config", "configMap": {"name": f"{workload}-config", "defaultMode": 420}},
            ],
            "containers": containers,
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "serviceAccountName": app,
            "serviceAccount": app,
            "nodeName": f"node-{choose.randrange(40)}",
            "securityContext": {"runAsNonRoot": True, "fsGroup": 2000, "seccompProfile": {"type": "RuntimeDefault"}},
            "schedulerName": "default-scheduler",
            "tolerations": [
                {
                    "key": f"node.kubernetes.io/{taint}",
                    "operator": "Exists",
                    "effect": "NoExecute",
                    "tolerationSeconds": 300,
                }
                for taint in ("not-ready", "unreachable")
            ],
            "priority": 0,
            "enableServiceLinks": True,
            "preemptionPolicy": "PreemptLowerPriority",
        },
        "status": {
            "phase": "Running",
            "conditions": [
                {"type": kind, "status": "True", "lastProbeTime": None, "lastTransitionTime": created}
                for kind in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
            ],
            "hostIP": "10.0.0.7",
            "hostIPs": [{"ip": "10.0.0.7"}],
            "podIP": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
            "podIPs": [{"ip": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}],
            "startTime": created,
            "containerStatuses": [_status(choose, container, created, trouble) for container in containers],
            "qosClass": "Burstable",
        },
    }


def _container(name: str, version: str) -> dict[str, Any]:
    return {
        "name": name,
        "image": f"registry.example/shop/{name}:{version}",
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "env": [
            {"name": "DATABASE_URL", "valueFrom": {"secretKeyRef": {"name": f"{name}-database", "key": "url"}}},
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
            {"name": "OTEL_EXPORTER_OTLP_ENDPOINT", "value": "http://collector.monitoring:4317"},
            {"name": "LOG_LEVEL", "value": "info"},
        ],
        "resources": {
            "limits": {"cpu": "500m", "memory": "256Mi"},
            "requests": {"cpu": "100m", "memory": "128Mi"},
        },
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/app", "readOnly": True},
            {"name": "kube-api-access", "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
        ],
        "livenessProbe": {
            "httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"},
            "timeoutSeconds": 1,
            "periodSeconds": 10,
            "successThreshold": 1,
            "failureThreshold": 3,
        },
        "readinessProbe": {
            "httpGet": {"path": "/ready", "port": "http", "scheme": "HTTP"},
            "timeoutSeconds": 1,
            "periodSeconds": 10,
            "successThreshold": 1,
            "failureThreshold": 3,
        },
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }


def _status(choose: random.Random, container: dict[str, Any], created: str, trouble: bool) -> dict[str, Any]:
    image_id = f"registry.example/shop@sha256:{''.join(choose.choices(_HEX, k=64))}"
    running: dict[str, Any] = {"running": {"startedAt": created}}
    ended = {"terminated": {"exitCode": 1, "reason": "Error", "startedAt": created, "finishedAt": created}}
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}}
    return {
        "name": container["name"],
        "state": waiting if trouble else running,
        "lastState": ended if trouble else {},
        "ready": not trouble,
        "restartCount": 7 if trouble else 0,
        "image": container["image"],
        "imageID": image_id,
        "containerID": f"containerd://{''.join(choose.choices(_HEX, k=64))}",
        "started": not trouble,
    }


def _managed_fields(created: str) -> list[dict[str, Any]]:
    fields = {
        f"f:{name}": {".": {}, "f:path": {}, "f:port": {}, "f:scheme": {}, "f:periodSeconds": {}}
        for name in (
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "resources",
            "securityContext",
            "env",
            "ports",
            "volumeMounts",
            "terminationMessagePath",
            "terminationMessagePolicy",
            "imagePullPolicy",
            "lifecycle",
            "command",
            "args",
        )
    }
    conditions = {
        f'k:{{"type":"{kind}"}}': {".": {}, "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:status": {}}
        for kind in ("Ready", "ContainersReady", "Initialized", "PodScheduled", "PodReadyToStartContainers")
    }
    return [
        {
            "manager": "kube-controller-manager",
            "operation": "Update",
            "apiVersion": "v1",
            "time": created,
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {"f:generateName": {}, "f:labels": {".": {}, "f:app.kubernetes.io/name": {}}},
                "f:spec": {"f:containers": {'k:{"name":"app"}': fields}, "f:dnsPolicy": {}, "f:restartPolicy": {}},
            },
        },
        {
            "manager": "kubelet",
            "operation": "Update",
            "apiVersion": "v1",
            "time": created,
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:status": {"f:conditions": conditions, "f:containerStatuses": {}, "f:hostIP": {}}},
            "subresource": "status",
        },
    ]
