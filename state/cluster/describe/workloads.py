"""Deployments, replica, stateful and daemon sets, jobs and cron jobs, in the shape of `kubectl describe`."""

from collections import Counter
from collections.abc import Sequence

from state.age import age
from state.cluster.describe.amounts import Amount
from state.cluster.describe.parts import (
    NONE,
    UNSET,
    Json,
    at,
    controller,
    controlling,
    described_by,
    entries,
    head,
    labels,
    moment,
    number,
    pairs,
    selector,
    table,
    texts,
    word,
)
from state.cluster.describe.pod_spec import pod_template
from state.cluster.describe.sheet import Sheet
from state.rfc3339 import moment_of

_HASH = "pod-template-hash"


def deployment(sheet: Sheet, found: Json, replica_sets: Sequence[Json]) -> None:
    """Put a deployment; `replica_sets` are those that its selector finds."""
    spec, status = table(found, "spec"), table(found, "status")
    head(sheet, found)
    sheet.line(0, "CreationTimestamp:", moment(at(found, "metadata", "creationTimestamp")))
    described_by(sheet, found)
    sheet.line(0, "Selector:", selector(spec.get("selector")))
    counts = (
        f"{number(spec, 'replicas')} desired",
        f"{number(status, 'updatedReplicas')} updated",
        f"{number(status, 'replicas')} total",
        f"{number(status, 'availableReplicas')} available",
        f"{number(status, 'unavailableReplicas')} unavailable",
    )
    sheet.line(0, "Replicas:", " | ".join(counts))
    sheet.line(0, "StrategyType:", word(at(spec, "strategy", "type")))
    sheet.line(0, "MinReadySeconds:", number(spec, "minReadySeconds"))
    rolling = table(spec, "strategy", "rollingUpdate")
    if rolling:
        unavailable, surge = word(rolling.get("maxUnavailable")), word(rolling.get("maxSurge"))
        sheet.line(0, "RollingUpdateStrategy:", f"{unavailable} max unavailable, {surge} max surge")
    pod_template(sheet, table(spec, "template"))
    _conditions(sheet, entries(status, "conditions"))
    new, old = revisions(found, replica_sets)
    if new or old:
        sheet.line(0, "OldReplicaSets:", _created(old))
        sheet.line(0, "NewReplicaSet:", _created(new))


def revisions(found: Json, replica_sets: Sequence[Json]) -> tuple[list[Json], list[Json]]:
    """Return a deployment's replica set of the present template (or none), and its others, the oldest first."""
    uid = at(found, "metadata", "uid")
    own = [one for one in replica_sets if controlling(one).get("uid") == uid]
    own.sort(key=lambda one: (moment_of(word(at(one, "metadata", "creationTimestamp"))) or 0.0, _name(one)))
    wanted = _without_hash(table(found, "spec", "template"))
    new = next((one for one in own if _without_hash(table(one, "spec", "template")) == wanted), None)
    return ([new] if new else []), [one for one in own if one is not new]


def replica_set(sheet: Sheet, found: Json, pods: Sequence[Json]) -> None:
    """Put a replica set; `pods` are those that its selector finds."""
    head(sheet, found)
    sheet.line(0, "Selector:", selector(at(found, "spec", "selector")) or NONE)
    described_by(sheet, found)
    if controller(found):
        sheet.line(0, "Controlled By:", controller(found))
    current, desired = number(found, "status", "replicas"), number(found, "spec", "replicas")
    sheet.line(0, "Replicas:", f"{current} current / {desired} desired")
    sheet.line(0, "Pods Status:", _phases(found, pods))
    pod_template(sheet, table(found, "spec", "template"))
    _conditions(sheet, entries(found, "status", "conditions"))


def stateful_set(sheet: Sheet, found: Json, pods: Sequence[Json]) -> None:
    """Put a stateful set; `pods` are those that its selector finds."""
    spec = table(found, "spec")
    head(sheet, found)
    sheet.line(0, "CreationTimestamp:", moment(at(found, "metadata", "creationTimestamp")))
    sheet.line(0, "Selector:", selector(spec.get("selector")))
    described_by(sheet, found)
    for title, key in (("Service Name:", "serviceName"), ("Pod Management Policy:", "podManagementPolicy")):
        if spec.get(key):
            sheet.line(0, title, word(spec[key]))
    sheet.line(0, "Replicas:", f"{number(spec, 'replicas')} desired | {number(found, 'status', 'replicas')} total")
    sheet.line(0, "Update Strategy:", word(at(spec, "updateStrategy", "type")))
    rolling = table(spec, "updateStrategy", "rollingUpdate")
    if rolling.get("partition") is not None:
        sheet.line(1, "Partition:", number(rolling, "partition"))
        if rolling.get("maxUnavailable") is not None:
            sheet.line(1, "MaxUnavailable:", word(rolling["maxUnavailable"]))
    kept = table(spec, "persistentVolumeClaimRetentionPolicy")
    if kept:
        sheet.line(0, "Persistent Volume Claim Retention Policy:")
        sheet.line(1, "WhenDeleted:", word(kept.get("whenDeleted")))
        sheet.line(1, "WhenScaled:", word(kept.get("whenScaled")))
    sheet.line(0, "Pods Status:", _phases(found, pods))
    pod_template(sheet, table(spec, "template"))
    _claims(sheet, entries(spec, "volumeClaimTemplates"))


def daemon_set(sheet: Sheet, found: Json, pods: Sequence[Json]) -> None:
    """Put a daemon set; `pods` are those that its selector finds."""
    head(sheet, found)
    sheet.line(0, "Selector:", selector(at(found, "spec", "selector")))
    sheet.line(0, "Node-Selector:", pairs(table(found, "spec", "template", "spec", "nodeSelector")))
    described_by(sheet, found)
    for title, key in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        sheet.line(0, f"{title}: {number(found, 'status', key)}")
    sheet.line(0, "Pods Status:", _phases(found, pods))
    pod_template(sheet, table(found, "spec", "template"))


def job(sheet: Sheet, found: Json) -> None:
    """Put a job."""
    spec, status = table(found, "spec"), table(found, "status")
    head(sheet, found)
    sheet.line(0, "Selector:", selector(spec.get("selector")))
    described_by(sheet, found)
    if controller(found):
        sheet.line(0, "Controlled By:", controller(found))
    if spec.get("parallelism") is not None:
        sheet.line(0, "Parallelism:", number(spec, "parallelism"))
    sheet.line(0, "Completions:", word(spec.get("completions")) or UNSET)
    for title, key in (
        ("Completion Mode:", "completionMode"),
        ("Suspend:", "suspend"),
        ("Backoff Limit:", "backoffLimit"),
        ("TTL Seconds After Finished:", "ttlSecondsAfterFinished"),
    ):
        if spec.get(key) is not None:
            sheet.line(0, title, word(spec[key]))
    started, ended = status.get("startTime"), status.get("completionTime")
    if started:
        sheet.line(0, "Start Time:", moment(started))
    if ended:
        sheet.line(0, "Completed At:", moment(ended))
    if started and ended:
        sheet.line(0, "Duration:", age((moment_of(word(ended)) or 0.0) - (moment_of(word(started)) or 0.0)))
    if spec.get("activeDeadlineSeconds") is not None:
        sheet.line(0, "Active Deadline Seconds:", f"{number(spec, 'activeDeadlineSeconds')}s")
    ready = f" ({number(status, 'ready')} Ready)" if status.get("ready") is not None else ""
    ends = f"{number(status, 'succeeded')} Succeeded / {number(status, 'failed')} Failed"
    sheet.line(0, "Pods Statuses:", f"{number(status, 'active')} Active{ready} / {ends}")
    if spec.get("completionMode") == "Indexed":
        sheet.line(0, "Completed Indexes:", word(status.get("completedIndexes")) or NONE)
    pod_template(sheet, table(spec, "template"))


def cron_job(sheet: Sheet, found: Json) -> None:
    """Put a cron job."""
    spec, status = table(found, "spec"), table(found, "status")
    head(sheet, found)
    described_by(sheet, found)
    sheet.line(0, "Schedule:", word(spec.get("schedule")))
    sheet.line(0, "Concurrency Policy:", word(spec.get("concurrencyPolicy")))
    sheet.line(0, "Suspend:", word(spec.get("suspend")).capitalize() or UNSET)
    sheet.line(0, "Time Zone:", word(spec.get("timeZone")) or UNSET)
    sheet.line(0, "Successful Job History Limit:", word(spec.get("successfulJobsHistoryLimit")) or UNSET)
    sheet.line(0, "Failed Job History Limit:", word(spec.get("failedJobsHistoryLimit")) or UNSET)
    deadline = spec.get("startingDeadlineSeconds")
    sheet.line(0, "Starting Deadline Seconds:", UNSET if deadline is None else f"{word(deadline)}s")
    template = table(spec, "jobTemplate", "spec")
    wanted = template.get("selector")
    sheet.line(0, "Selector:", UNSET if wanted is None else selector(wanted))
    sheet.line(0, "Parallelism:", word(template.get("parallelism")) or UNSET)
    sheet.line(0, "Completions:", word(template.get("completions")) or UNSET)
    if template.get("activeDeadlineSeconds") is not None:
        sheet.line(0, "Active Deadline Seconds:", f"{number(template, 'activeDeadlineSeconds')}s")
    pod_template(sheet, table(template, "template"))
    last = status.get("lastScheduleTime")
    sheet.line(0, "Last Schedule Time:", moment(last) if last else UNSET)
    sheet.line(0, "Active Jobs:", ", ".join(word(one.get("name")) for one in entries(status, "active")) or NONE)


def _conditions(sheet: Sheet, found: Sequence[Json]) -> None:
    if not found:
        return
    sheet.put(0, "Conditions:\n")
    sheet.line(1, "Type", "Status", "Reason")
    sheet.line(1, "----", "------", "------")
    for one in found:
        sheet.line(1, f"{word(one.get('type'))} ", word(one.get("status")), word(one.get("reason")))


def _phases(found: Json, pods: Sequence[Json]) -> str:
    uid = at(found, "metadata", "uid")
    count = Counter(word(at(one, "status", "phase")) for one in pods if controlling(one).get("uid") == uid)
    running, waiting = count["Running"], count["Pending"]
    return f"{running} Running / {waiting} Waiting / {count['Succeeded']} Succeeded / {count['Failed']} Failed"


def _created(replica_sets: Sequence[Json]) -> str:
    return (
        ", ".join(
            f"{_name(one)} ({number(one, 'status', 'replicas')}/{number(one, 'spec', 'replicas')} replicas created)"
            for one in replica_sets
        )
        or NONE
    )


def _name(found: Json) -> str:
    return word(at(found, "metadata", "name"))


def _without_hash(template: Json) -> Json:
    metadata = table(template, "metadata")
    kept = {key: value for key, value in table(metadata, "labels").items() if key != _HASH}
    return {**template, "metadata": {**metadata, "labels": kept}}


def _claims(sheet: Sheet, found: Sequence[Json]) -> None:
    if not found:
        sheet.line(0, "Volume Claims:", NONE)
        return
    sheet.line(0, "Volume Claims:")
    for one in found:
        sheet.line(1, "Name:", _name(one))
        sheet.line(1, "StorageClass:", word(at(one, "spec", "storageClassName")))
        labels(sheet, "Labels", at(one, "metadata", "labels"), "  ")
        labels(sheet, "Annotations", at(one, "metadata", "annotations"), "  ")
        capacity = at(one, "spec", "resources", "requests", "storage")
        sheet.line(1, "Capacity:", "<default>" if capacity is None else Amount.of(capacity))
        sheet.line(1, "Access Modes:", word(texts(one, "spec", "accessModes")))
