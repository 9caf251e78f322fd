"""Cron jobs: a job at each moment of the schedule, old ones cleared away."""

from cockpit.simulator.clock import seconds_of, timestamp
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.cron_schedule import parse_schedule
from cockpit.simulator.controllers.deletion import delete
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.job import finished_condition
from cockpit.simulator.controllers.owned import OwnedIndex
from cockpit.simulator.kinds import CRON_JOBS, JOBS, controller_of, name_of, new_object
from cockpit.simulator.store import Change, Object

_SOURCE = Source("cronjob-controller")
_JOB_DEFAULTS: Object = {
    "parallelism": 1,
    "completions": 1,
    "backoffLimit": 6,
    "completionMode": "NonIndexed",
    "suspend": False,
    "manualSelector": False,
    "podReplacementPolicy": "TerminatingOrFailed",
}


def job_from(cron_job: Object, scheduled: float) -> Object:
    """Return the job a cron job starts at a moment of its schedule."""
    metadata, template = cron_job["metadata"], cron_job["spec"]["jobTemplate"]
    described = template.get("metadata") or {}
    return new_object(
        JOBS,
        f"{metadata['name']}-{int(scheduled // 60)}",
        metadata["namespace"],
        labels=described.get("labels"),
        annotations={
            **described.get("annotations", {}),
            "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(scheduled),
        },
        owner=cron_job,
        generation=1,
        spec={**_JOB_DEFAULTS, **template["spec"]},
        status={},
    )


class CronJobController:
    """Starts the jobs of every cron job and keeps only the last ones."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._jobs = OwnedIndex(context, JOBS)
        self._due: dict[str, float] = {}
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(CRON_JOBS, self._note)
        context.hub.on(JOBS, self._note_job)
        self.queue.add_all(name_of(stored.object) for stored in context.store.list(CRON_JOBS))

    def _note(self, change: Change) -> None:
        if change.old is None or change.old.object["spec"] is not change.new.object["spec"]:
            self.queue.add(*name_of(change.new.object))

    def _note_job(self, change: Change) -> None:
        owner = controller_of(change.new.object)
        if owner is not None and owner["kind"] == "CronJob":
            self.queue.add(change.new.object["metadata"]["namespace"], owner["name"])

    def reconcile(self, namespace: str, name: str) -> None:
        """Start what is due, wait for what comes next, write the status."""
        stored = self._store.get(CRON_JOBS, namespace, name)
        if stored is None or "deletionTimestamp" in stored.object["metadata"]:
            return
        cron_job = stored.object
        try:
            schedule = parse_schedule(cron_job["spec"]["schedule"])
        except ValueError as error:
            self._context.events.warning(cron_job, _SOURCE, "UnparseableSchedule", f"unparseable schedule: {error}")
            return
        now = self._context.clock.now()
        jobs = self._jobs.of(cron_job["metadata"]["uid"])
        active = [job for job in jobs if finished_condition(job) is None]
        uid = cron_job["metadata"]["uid"]
        last = cron_job.get("status", {}).get("lastScheduleTime")
        due = schedule.next_after(max(seconds_of(last) if last else 0.0, now - 60))
        if due is not None and due <= now and not cron_job["spec"].get("suspend"):
            active = self._start(cron_job, due, active)
            last = timestamp(due)
            due = schedule.next_after(now)
        if due is not None and self._due.get(uid) != due:
            self._due[uid] = due
            self.queue.add_at(due, namespace, name)
        self._clear(cron_job, jobs)
        self._write_status(namespace, name, active, last, jobs)

    def _start(self, cron_job: Object, due: float, active: list[Object]) -> list[Object]:
        policy = cron_job["spec"].get("concurrencyPolicy", "Allow")
        if policy == "Forbid" and active:
            message = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self._context.events.normal(cron_job, _SOURCE, "JobAlreadyActive", message)
            return active
        if policy == "Replace":
            for job in active:
                delete(self._store, self._context.clock, JOBS, *name_of(job))
            active = []
        job = job_from(cron_job, due)
        known = self._store.get(JOBS, *name_of(job))
        if known is not None:
            return active
        created = self._store.create(JOBS, job).object
        message = f"Created job {created['metadata']['name']}"
        self._context.events.normal(cron_job, _SOURCE, "SuccessfulCreate", message)
        return [*active, created]

    def _clear(self, cron_job: Object, jobs: list[Object]) -> None:
        spec = cron_job["spec"]
        limits = {
            "Complete": spec.get("successfulJobsHistoryLimit", 3),
            "Failed": spec.get("failedJobsHistoryLimit", 1),
        }
        for type_, limit in limits.items():
            ended = [job for job in jobs if (found := finished_condition(job)) is not None and found["type"] == type_]
            ended.sort(key=lambda job: (job["metadata"]["creationTimestamp"], job["metadata"]["name"]))
            for job in ended[: max(0, len(ended) - limit)]:
                delete(self._store, self._context.clock, JOBS, *name_of(job))
                message = f"Deleted job {job['metadata']['name']}"
                self._context.events.normal(cron_job, _SOURCE, "SuccessfulDelete", message)

    def _write_status(
        self, namespace: str, name: str, active: list[Object], last: str | None, jobs: list[Object]
    ) -> None:
        stored = self._store.get(CRON_JOBS, namespace, name)
        if stored is None:
            return
        ends = [job["status"]["completionTime"] for job in jobs if "completionTime" in job.get("status", {})]
        status: Object = {**stored.object.get("status", {})}
        status.pop("active", None)
        if active:
            status["active"] = [
                {
                    "apiVersion": "batch/v1",
                    "kind": "Job",
                    "namespace": namespace,
                    "name": job["metadata"]["name"],
                    "uid": job["metadata"]["uid"],
                }
                for job in active
            ]
        if last is not None:
            status["lastScheduleTime"] = last
        if ends:
            status["lastSuccessfulTime"] = max(ends)
        self._store.replace(CRON_JOBS, {**stored.object, "status": status})
