"""How the server prints what runs pods."""

from cockpit.simulator.api.tables.table import AGE, NAME, Cells, Column, TableView, age, columns, human_duration, since
from cockpit.simulator.clock import seconds_of
from cockpit.simulator.selectors import format_label_selector, format_labels
from cockpit.simulator.store import Object

_WIDE = ("Containers", "Images", "Selector")


def _containers(template: Object | None) -> Cells:
    found = ((template or {}).get("spec") or {}).get("containers") or ()
    return [",".join(one["name"] for one in found), ",".join(one.get("image", "") for one in found)]


def _deployment(obj: Object, now: float) -> Cells:
    spec, status = obj["spec"], obj.get("status", {})
    return [
        obj["metadata"]["name"],
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age(obj, now),
        *_containers(spec.get("template")),
        format_label_selector(spec.get("selector")),
    ]


def _replica_set(obj: Object, now: float) -> Cells:
    spec, status = obj["spec"], obj.get("status", {})
    return [
        obj["metadata"]["name"],
        spec.get("replicas", 1),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(obj, now),
        *_containers(spec.get("template")),
        format_label_selector(spec.get("selector")),
    ]


def _replication_controller(obj: Object, now: float) -> Cells:
    return [
        *_replica_set({**obj, "spec": {**obj["spec"], "selector": None}}, now)[:-1],
        format_labels(obj["spec"].get("selector")),
    ]


def _stateful_set(obj: Object, now: float) -> Cells:
    spec, status = obj["spec"], obj.get("status", {})
    return [
        obj["metadata"]["name"],
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}",
        age(obj, now),
        *_containers(spec.get("template")),
    ]


def _daemon_set(obj: Object, now: float) -> Cells:
    spec, status = obj["spec"], obj.get("status", {})
    template = spec.get("template") or {}
    return [
        obj["metadata"]["name"],
        status.get("desiredNumberScheduled", 0),
        status.get("currentNumberScheduled", 0),
        status.get("numberReady", 0),
        status.get("updatedNumberScheduled", 0),
        status.get("numberAvailable", 0),
        format_labels((template.get("spec") or {}).get("nodeSelector")),
        age(obj, now),
        *_containers(template),
        format_label_selector(spec.get("selector")),
    ]


_JOB_CONDITIONS = (("Complete", "Complete"), ("Failed", "Failed"))
_LATER_JOB_CONDITIONS = ("Suspended", "FailureTarget", "SuccessCriteriaMet")


def _job_status(obj: Object) -> str:
    conditions = obj.get("status", {}).get("conditions") or ()
    held = {one["type"] for one in conditions if one["status"] == "True"}
    for kind, word in _JOB_CONDITIONS:
        if kind in held:
            return word
    if "deletionTimestamp" in obj["metadata"]:
        return "Terminating"
    return next((kind for kind in _LATER_JOB_CONDITIONS if kind in held), "Running")


def _job(obj: Object, now: float) -> Cells:
    spec, status = obj["spec"], obj.get("status", {})
    succeeded, parallelism = status.get("succeeded", 0), spec.get("parallelism", 0)
    if spec.get("completions") is not None:
        completions = f"{succeeded}/{spec['completions']}"
    else:
        completions = f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"
    started, ended = status.get("startTime"), status.get("completionTime")
    lasted = human_duration((seconds_of(ended) if ended else now) - seconds_of(started)) if started else ""
    return [
        obj["metadata"]["name"],
        _job_status(obj),
        completions,
        lasted,
        age(obj, now),
        *_containers(spec.get("template")),
        format_label_selector(spec.get("selector")),
    ]


def _cron_job(obj: Object, now: float) -> Cells:
    spec, status = obj["spec"], obj.get("status", {})
    last = status.get("lastScheduleTime")
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    return [
        obj["metadata"]["name"],
        spec.get("schedule", ""),
        spec.get("timeZone") or "<none>",
        "True" if spec.get("suspend") else "False",
        len(status.get("active") or ()),
        since(last, now) if last else "<none>",
        age(obj, now),
        *_containers(job.get("template")),
        format_label_selector(job.get("selector")),
    ]


def _controller_revision(obj: Object, now: float) -> Cells:
    owner = next((one for one in obj["metadata"].get("ownerReferences") or () if one.get("controller")), None)
    name = "<none>"
    if owner is not None:
        group = owner["apiVersion"].rpartition("/")[0]
        kind = f"{owner['kind']}.{group}" if group else owner["kind"]
        name = f"{kind.lower()}/{owner['name']}"
    return [obj["metadata"]["name"], name, obj.get("revision", 0), age(obj, now)]


_COUNTS = ("Desired", "Current", "Ready")
_REPLICAS = columns(*_COUNTS, "Age", integers=_COUNTS, wide=_WIDE)

WORKLOADS = {
    ("apps", "deployments"): TableView(columns("Ready", "Up-to-date", "Available", "Age", wide=_WIDE), _deployment),
    ("apps", "replicasets"): TableView(_REPLICAS, _replica_set),
    ("", "replicationcontrollers"): TableView(_REPLICAS, _replication_controller),
    ("apps", "statefulsets"): TableView(columns("Ready", "Age", wide=_WIDE[:2]), _stateful_set),
    ("apps", "daemonsets"): TableView(
        columns(
            *_COUNTS, "Up-to-date", "Available", "Node Selector", "Age",
            integers=(*_COUNTS, "Up-to-date", "Available"), wide=_WIDE,
        ),
        _daemon_set,
    ),
    ("apps", "controllerrevisions"): TableView(columns("Controller", "Revision", "Age"), _controller_revision),
    ("batch", "jobs"): TableView(columns("Status", "Completions", "Duration", "Age", wide=_WIDE), _job),
    ("batch", "cronjobs"): TableView(
        (
            NAME, Column("Schedule"), Column("Timezone"), Column("Suspend", "boolean"), Column("Active", "integer"),
            Column("Last Schedule"), AGE, *(Column(name, priority=1) for name in _WIDE),
        ),
        _cron_job,
    ),
}  # fmt: skip
