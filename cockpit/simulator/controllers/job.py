"""Jobs: pods that run to their end, and cron jobs that start them."""

from cockpit.simulator.clock import seconds_of, timestamp
from cockpit.simulator.controllers.conditions import find, with_condition
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.pods import Essence, is_active, is_ready
from cockpit.simulator.controllers.templates import pod_from
from cockpit.simulator.kinds import JOBS, PODS, controller_of, name_of
from cockpit.simulator.store import AlreadyExists, Change, Object

_SOURCE = Source("job-controller")
_RETRY_SECONDS = 10.0


def job_labels(job: Object) -> dict[str, str]:
    """Return the labels that tie pods to their job."""
    uid, name = job["metadata"]["uid"], job["metadata"]["name"]
    return {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name,
        "controller-uid": uid,
        "job-name": name,
    }


def with_selector(job: Object) -> Object:
    """Return the job with the selector and the template labels a real API server gives it."""
    spec, labels = job["spec"], job_labels(job)
    if "selector" in spec:
        return job
    template = spec["template"]
    metadata = template.get("metadata") or {}
    labelled = {**template, "metadata": {**metadata, "labels": {**metadata.get("labels", {}), **labels}}}
    key = "batch.kubernetes.io/controller-uid"
    return {**job, "spec": {**spec, "selector": {"matchLabels": {key: labels[key]}}, "template": labelled}}


def finished_condition(job: Object) -> Object | None:
    """Return the condition that says a job has ended (`Complete` or `Failed`), None while it runs."""
    conditions = job.get("status", {}).get("conditions", ())
    for type_ in ("Complete", "Failed"):
        found = find(conditions, type_)
        if found is not None and found["status"] == "True":
            return found
    return None


class JobController:
    """Keeps the pods of every job."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(JOBS, self._note)
        context.pods.on_change(self._note_pod)

    def _note(self, change: Change) -> None:
        if change.old is None or change.old.object["spec"] is not change.new.object["spec"]:
            self.queue.add(*name_of(change.new.object))

    def _note_pod(self, pod: Object, before: Essence | None, after: Essence | None) -> None:
        owner = controller_of(pod)
        if owner is not None and owner["kind"] == "Job":
            self.queue.add(pod["metadata"]["namespace"], owner["name"])

    def reconcile(self, namespace: str, name: str) -> None:
        """Start the pods one job still needs, or see that it has ended."""
        stored = self._store.get(JOBS, namespace, name)
        if stored is None or "deletionTimestamp" in stored.object["metadata"]:
            return
        if finished_condition(stored.object) is not None:
            self._expire(stored.object)
            return
        job = self._store.replace(JOBS, with_selector(stored.object)).object
        spec = job["spec"]
        pods = self._context.pods.owned_by(job["metadata"]["uid"])
        active = [pod for pod in pods if is_active(pod)]
        succeeded = sum(pod["status"].get("phase") == "Succeeded" for pod in pods)
        failed = sum(pod["status"].get("phase") == "Failed" for pod in pods)
        completions = spec.get("completions") or 1
        if succeeded >= completions:
            self._end(job, "Complete", "CompletionsReached", "Reached expected number of succeeded pods")
        elif failed > spec.get("backoffLimit", 6):
            for pod in active:
                delete(self._store, self._context.clock, PODS, *name_of(pod))
            message = "Job has reached the specified backoff limit"
            self._end(job, "Failed", "BackoffLimitExceeded", message)
        elif spec.get("suspend"):
            for pod in active:
                delete(self._store, self._context.clock, PODS, *name_of(pod))
        else:
            missing = min(spec.get("parallelism", 1), completions - succeeded) - len(active)
            if missing > 0 and not self._waits_to_retry(job, pods, failed):
                for _ in range(missing):
                    self._create(job)
        self._write_counts(namespace, name)

    def _waits_to_retry(self, job: Object, pods: list[Object], failed: int) -> bool:
        if not failed:
            return False
        ends = [_ended(pod) for pod in pods if pod["status"].get("phase") == "Failed"]
        due = max(ends) + self._context.clock.takes(_RETRY_SECONDS * 2 ** (failed - 1))
        if due <= self._context.clock.now():
            return False
        self.queue.add_at(due, *name_of(job))
        return True

    def _create(self, job: Object) -> None:
        prefix = job["metadata"]["name"]
        name = f"{prefix}-{self._context.suffix()}"
        try:
            self._store.create(PODS, pod_from(job["spec"]["template"], job, name, generateName=f"{prefix}-"))
        except AlreadyExists:
            self.queue.add(*name_of(job))
            return
        self._context.events.normal(job, _SOURCE, "SuccessfulCreate", f"Created pod: {name}")

    def _end(self, job: Object, type_: str, reason: str, message: str) -> None:
        now = self._context.now()
        status = job.get("status", {})
        conditions = status.get("conditions", [])
        first = "SuccessCriteriaMet" if type_ == "Complete" else "FailureTarget"
        for one in (first, type_):
            conditions = with_condition(conditions, one, "True", now, lastProbeTime=now, reason=reason, message=message)
        status = {**status, "conditions": conditions}
        if type_ == "Complete":
            status["completionTime"] = now
        ended = self._store.replace(JOBS, {**job, "status": status}).object
        if type_ == "Complete":
            self._context.events.normal(ended, _SOURCE, "Completed", "Job completed")
        else:
            self._context.events.warning(ended, _SOURCE, reason, message)
        self._expire(ended)

    def _expire(self, job: Object) -> None:
        ttl = job["spec"].get("ttlSecondsAfterFinished")
        condition = finished_condition(job)
        if ttl is None or condition is None:
            return
        due = seconds_of(condition["lastTransitionTime"]) + ttl
        if due <= self._context.clock.now():
            delete(self._store, self._context.clock, JOBS, *name_of(job))
        else:
            self.queue.add_at(due, *name_of(job))

    def _write_counts(self, namespace: str, name: str) -> None:
        stored = self._store.get(JOBS, namespace, name)
        if stored is None:
            return
        job = stored.object
        pods = self._context.pods.owned_by(job["metadata"]["uid"])
        ended = finished_condition(job) is not None
        active = [] if ended else [pod for pod in pods if is_active(pod)]
        kept = {
            key: value for key, value in job.get("status", {}).items() if key not in ("active", "succeeded", "failed")
        }
        kept.setdefault("startTime", timestamp(self._context.clock.now()))
        counts = {
            "active": len(active),
            "succeeded": sum(pod["status"].get("phase") == "Succeeded" for pod in pods),
            "failed": sum(pod["status"].get("phase") == "Failed" for pod in pods),
        }
        status = kept | {key: value for key, value in counts.items() if value}
        status["ready"] = sum(is_ready(pod) for pod in active)
        status["terminating"] = sum("deletionTimestamp" in pod["metadata"] for pod in pods)
        status["uncountedTerminatedPods"] = {}
        self._store.replace(JOBS, {**job, "status": status})


def _ended(pod: Object) -> float:
    ends = [
        seconds_of(status["state"]["terminated"]["finishedAt"])
        for status in pod["status"].get("containerStatuses", ())
        if "terminated" in status["state"]
    ]
    return max(ends, default=seconds_of(pod["metadata"]["creationTimestamp"]))
