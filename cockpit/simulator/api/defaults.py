"""What the server fills in when a client leaves it out. The functions change a tree that is being written."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from cockpit.simulator.api.resources import Resource
from cockpit.simulator.store import Object


def set_defaults(resource: Resource, obj: Object) -> None:
    """Fill in what the kind's fields are when nobody sets them."""
    fill = _DEFAULTS.get((resource.group, resource.plural))
    if fill is not None:
        fill(obj)


def _fill(tree: Object, **values: Any) -> None:
    for key, value in values.items():
        if tree.get(key) is None:
            tree[key] = value


def _mapping(tree: Object, key: str) -> Object:
    found = tree.get(key)
    if not isinstance(found, dict):
        found = tree[key] = {}
    return found


def pod_spec(spec: Object) -> None:
    """Fill in a pod's spec, in a pod or in a template."""
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec["serviceAccountName"] = spec["serviceAccount"] = account
    _fill(
        spec,
        dnsPolicy="ClusterFirst",
        restartPolicy="Always",
        securityContext={},
        terminationGracePeriodSeconds=30,
        schedulerName="default-scheduler",
    )
    for field in ("containers", "initContainers", "ephemeralContainers"):
        for container in spec.get(field) or ():
            _container(container)
    for volume in spec.get("volumes") or ():
        _volume(volume)


def _container(container: Object) -> None:
    image = container.get("image", "")
    tag = image.rpartition("/")[2].partition(":")[2]
    latest = "@" not in image and tag in ("", "latest")
    _fill(
        container,
        resources={},
        imagePullPolicy="Always" if latest else "IfNotPresent",
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
    )
    for port in container.get("ports") or ():
        _fill(port, protocol="TCP")
    for variable in container.get("env") or ():
        if (reference := (variable.get("valueFrom") or {}).get("fieldRef")) is not None:
            _fill(reference, apiVersion="v1")
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if (probe := container.get(name)) is not None:
            _fill(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
            _http_get(probe)
    for hook in (container.get("lifecycle") or {}).values():
        _http_get(hook)


def _http_get(action: Object) -> None:
    if (request := action.get("httpGet")) is not None:
        _fill(request, path="/", scheme="HTTP")


_VOLUME_MODE = 0o644


def _volume(volume: Object) -> None:
    if set(volume) == {"name"}:
        volume["emptyDir"] = {}
    for source in ("secret", "configMap", "downwardAPI", "projected"):
        if isinstance(volume.get(source), dict):
            _fill(volume[source], defaultMode=_VOLUME_MODE)
    if isinstance(volume.get("hostPath"), dict):
        _fill(volume["hostPath"], type="")


def _template(spec: Object) -> None:
    template = _mapping(spec, "template")
    _mapping(template, "metadata")
    pod_spec(_mapping(template, "spec"))


def _deployment(obj: Object) -> None:
    spec = _mapping(obj, "spec")
    _fill(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
    strategy = _mapping(spec, "strategy")
    _fill(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        _fill(_mapping(strategy, "rollingUpdate"), maxUnavailable="25%", maxSurge="25%")
    _template(spec)


def _replica_set(obj: Object) -> None:
    spec = _mapping(obj, "spec")
    _fill(spec, replicas=1)
    _template(spec)


def _replication_controller(obj: Object) -> None:
    _replica_set(obj)
    labels = (obj["spec"]["template"]["metadata"] or {}).get("labels")
    if labels:
        _fill(obj["spec"], selector=labels)
        _fill(obj["metadata"], labels=labels)


def _stateful_set(obj: Object) -> None:
    spec = _mapping(obj, "spec")
    _fill(spec, replicas=1, podManagementPolicy="OrderedReady", revisionHistoryLimit=10)
    strategy = _mapping(spec, "updateStrategy")
    _fill(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        _fill(_mapping(strategy, "rollingUpdate"), partition=0, maxUnavailable=1)
    _fill(_mapping(spec, "persistentVolumeClaimRetentionPolicy"), whenDeleted="Retain", whenScaled="Retain")
    _template(spec)


def _daemon_set(obj: Object) -> None:
    spec = _mapping(obj, "spec")
    _fill(spec, revisionHistoryLimit=10)
    strategy = _mapping(spec, "updateStrategy")
    _fill(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        _fill(_mapping(strategy, "rollingUpdate"), maxUnavailable=1, maxSurge=0)
    _template(spec)


def _job_spec(spec: Object) -> None:
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = spec["parallelism"] = 1
    _fill(
        spec,
        parallelism=1,
        backoffLimit=6,
        completionMode="NonIndexed",
        suspend=False,
        manualSelector=False,
        podReplacementPolicy="Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed",
    )
    _template(spec)


def _job(obj: Object) -> None:
    _job_spec(_mapping(obj, "spec"))


def _cron_job(obj: Object) -> None:
    spec = _mapping(obj, "spec")
    _fill(spec, concurrencyPolicy="Allow", suspend=False, successfulJobsHistoryLimit=3, failedJobsHistoryLimit=1)
    job = _mapping(spec, "jobTemplate")
    _mapping(job, "metadata")
    # A job's own defaults come when the job is made of it; only the pod's are filled in here.
    _template(_mapping(job, "spec"))


def _pod(obj: Object) -> None:
    spec = _mapping(obj, "spec")
    pod_spec(spec)
    _fill(spec, enableServiceLinks=True)
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or ():
            limits = container["resources"].get("limits") or {}
            if limits:
                requests = container["resources"].get("requests") or {}
                container["resources"]["requests"] = {**limits, **requests}


def _service(obj: Object) -> None:
    spec = _mapping(obj, "spec")
    _fill(spec, type="ClusterIP", sessionAffinity="None")
    for port in spec.get("ports") or ():
        _fill(port, protocol="TCP", targetPort=port.get("port"))
    if spec["type"] in ("NodePort", "LoadBalancer"):
        _fill(spec, externalTrafficPolicy="Cluster")
    if spec["type"] != "ExternalName":
        _fill(spec, internalTrafficPolicy="Cluster", ipFamilies=["IPv4"], ipFamilyPolicy="SingleStack")
    if spec["type"] == "LoadBalancer":
        _fill(spec, allocateLoadBalancerNodePorts=True)


def _namespace(obj: Object) -> None:
    metadata = obj["metadata"]
    if metadata.get("name"):
        metadata["labels"] = {**(metadata.get("labels") or {}), "kubernetes.io/metadata.name": metadata["name"]}


def _secret(obj: Object) -> None:
    _fill(obj, type="Opaque")
    for key, value in (obj.pop("stringData", None) or {}).items():
        _mapping(obj, "data")[key] = b64encode(str(value).encode()).decode()


def _volume_claim(obj: Object) -> None:
    _fill(_mapping(obj, "spec"), volumeMode="Filesystem")


def _persistent_volume(obj: Object) -> None:
    _fill(_mapping(obj, "spec"), persistentVolumeReclaimPolicy="Retain", volumeMode="Filesystem")


def _network_policy(obj: Object) -> None:
    spec = _mapping(obj, "spec")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", *(["Egress"] if spec.get("egress") else [])]


def _storage_class(obj: Object) -> None:
    _fill(obj, reclaimPolicy="Delete", volumeBindingMode="Immediate")


def _priority_class(obj: Object) -> None:
    _fill(obj, preemptionPolicy="PreemptLowerPriority")


def _autoscaler(obj: Object) -> None:
    _fill(_mapping(obj, "spec"), minReplicas=1)


def _definition(obj: Object) -> None:
    spec = _mapping(obj, "spec")
    names = _mapping(spec, "names")
    if kind := names.get("kind"):
        _fill(names, singular=kind.lower(), listKind=f"{kind}List")
    _fill(spec, conversion={"strategy": "None"})


_DEFAULTS: dict[tuple[str, str], Callable[[Object], None]] = {
    ("", "namespaces"): _namespace,
    ("", "persistentvolumeclaims"): _volume_claim,
    ("", "persistentvolumes"): _persistent_volume,
    ("", "pods"): _pod,
    ("", "replicationcontrollers"): _replication_controller,
    ("", "secrets"): _secret,
    ("", "services"): _service,
    ("apps", "daemonsets"): _daemon_set,
    ("apps", "deployments"): _deployment,
    ("apps", "replicasets"): _replica_set,
    ("apps", "statefulsets"): _stateful_set,
    ("autoscaling", "horizontalpodautoscalers"): _autoscaler,
    ("apiextensions.k8s.io", "customresourcedefinitions"): _definition,
    ("batch", "cronjobs"): _cron_job,
    ("batch", "jobs"): _job,
    ("networking.k8s.io", "networkpolicies"): _network_policy,
    ("scheduling.k8s.io", "priorityclasses"): _priority_class,
    ("storage.k8s.io", "storageclasses"): _storage_class,
}
