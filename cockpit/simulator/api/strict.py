"""Fields that a kind does not have, told when a client asks for strict validation.

The kinds that people edit most are known here, down to their containers; of others anything is taken.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cockpit.simulator.api.resources import Resource
from cockpit.simulator.store import Object

Fields = Mapping[str, "Fields | None"]
"""The fields of an object; None where everything below is taken."""


def _fields(names: str, **known: "Fields | None") -> Fields:
    return {**dict.fromkeys(names.split()), **known}


METADATA: Fields = _fields(
    "annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation "
    "labels managedFields name namespace ownerReferences resourceVersion selfLink uid"
)
_CONTAINER = _fields(
    "args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy "
    "resources restartPolicy restartPolicyRules securityContext startupProbe stdin stdinOnce terminationMessagePath "
    "terminationMessagePolicy tty volumeDevices volumeMounts workingDir"
)
_POD_SPEC = _fields(
    "activeDeadlineSeconds affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks "
    "ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets "
    "nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims "
    "resources restartPolicy runtimeClassName schedulerName schedulingGates securityContext serviceAccount "
    "serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations "
    "topologySpreadConstraints volumes workloadRef",
    containers=_CONTAINER,
    initContainers=_CONTAINER,
)
_TEMPLATE: Fields = {"metadata": METADATA, "spec": _POD_SPEC}
_JOB_SPEC = _fields(
    "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector "
    "maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy selector successPolicy suspend "
    "ttlSecondsAfterFinished",
    template=_TEMPLATE,
)
_SPECS: Mapping[tuple[str, str], Fields] = {
    ("", "Pod"): _POD_SPEC,
    ("apps", "Deployment"): _fields(
        "minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector strategy",
        template=_TEMPLATE,
    ),
    ("apps", "StatefulSet"): _fields(
        "minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy replicas "
        "revisionHistoryLimit selector serviceName updateStrategy volumeClaimTemplates",
        template=_TEMPLATE,
    ),
    ("apps", "DaemonSet"): _fields("minReadySeconds revisionHistoryLimit selector updateStrategy", template=_TEMPLATE),
    ("apps", "ReplicaSet"): _fields("minReadySeconds replicas selector", template=_TEMPLATE),
    ("batch", "Job"): _JOB_SPEC,
    ("batch", "CronJob"): _fields(
        "concurrencyPolicy failedJobsHistoryLimit schedule startingDeadlineSeconds successfulJobsHistoryLimit suspend "
        "timeZone",
        jobTemplate={"metadata": METADATA, "spec": _JOB_SPEC},
    ),
}
_WHOLE: Mapping[tuple[str, str], Fields] = {
    ("", "ConfigMap"): _fields("apiVersion binaryData data immutable kind", metadata=METADATA),
    ("", "Secret"): _fields("apiVersion data immutable kind stringData type", metadata=METADATA),
    **{kind: _fields("apiVersion kind status", metadata=METADATA, spec=spec) for kind, spec in _SPECS.items()},
}


def fields_of(resource: Resource) -> Fields | None:
    """Return the fields of a kind's objects, None where they are not known."""
    return _WHOLE.get((resource.group, resource.kind))


def unknown_fields(resource: Resource, obj: Object) -> list[str]:
    """Return the paths of fields that the kind does not have, in the server's order: the deepest first."""
    known = fields_of(resource)
    return list(_unknown(obj, known, "")) if known is not None else []


def strict_words(paths: list[str]) -> str:
    """Return what the server says of unknown fields."""
    return "strict decoding error: " + ", ".join(f'unknown field "{path}"' for path in paths)


def _unknown(value: Any, known: Fields | None, path: str) -> Iterator[str]:
    if known is None:
        return
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(item, known, f"{path}[{index}]")
        return
    if not isinstance(value, dict):
        return
    dot = f"{path}." if path else ""
    for name, inner in value.items():
        if name in known:
            yield from _unknown(inner, known[name], f"{dot}{name}")
    yield from (f"{dot}{name}" for name in value if name not in known)
