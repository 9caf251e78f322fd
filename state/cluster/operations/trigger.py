"""Running a cron job now, as `kubectl create job --from=cronjob/…` does."""

import secrets
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.errors import ApiError
from state.cluster.operations.object_operation import ObjectOperation, labelled
from state.cluster.operations.workloads import within
from state.cluster.requests import Json
from state.cluster.transport import Query, Transport
from state.operation import Outcome, Permission, Preview, Refused
from state.printable import printable

INSTANTIATE = "cronjob.kubernetes.io/instantiate"
_LONGEST = 63
"""Characters of a job's name: it is the value of a label of its pods."""
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""Those that Kubernetes makes names of: no vowels, so no words."""


@dataclass(frozen=True, slots=True)
class Trigger(ObjectOperation):
    """Create a job of a cron job's template, owned by it, whatever its schedule says."""

    job: str = ""
    """The job's name; `planned` makes one up."""

    id: ClassVar[str] = "trigger"

    @property
    def title(self) -> str:
        return f"Run {self.called} now"

    @property
    def permission(self) -> Permission:
        return Permission("create", "batch", "jobs", self.subject.namespace)

    def planned(self) -> Self:
        """Return the same operation with the name that its job will have. Asks nothing."""
        return replace(self, job=self.job or _name(self.subject.name))

    def preview(self) -> Preview:
        transport = self.transport()
        found = self.read(transport)
        self._create(transport, found, requests.DRY_RUN)
        spec = found.get("spec") or {}
        containers = within(found, ("spec", "jobTemplate", "spec", "template", "spec")).get("containers") or ()
        images = ", ".join(printable(str(one.get("image", ""))) for one in containers)
        warnings = []
        if spec.get("suspend"):
            warnings.append("it is suspended: this runs it once all the same")
        if active := (found.get("status") or {}).get("active"):
            names = printable(", ".join(str(one.get("name", "")) for one in active))
            warnings.append(f"it runs already ({names}): this runs beside it, whatever its concurrency policy")
        lines = (labelled("job", Cell(self.job or "a new one", Tone.FOCUS)), labelled("image", Cell(images)))
        return Preview(lines, tuple(warnings))

    def run(self) -> Outcome:
        transport = self.transport()
        made = self._create(transport, self.read(transport), ())
        name = printable(str(made.get("metadata", {}).get("name", self.job)))
        return Outcome(True, f"{self.subject.path} runs as job {name}", {"job": name})

    def _create(self, transport: Transport, found: Json, query: Query) -> Json:
        body = job_of(found, self.job or _name(self.subject.name))
        path = f"/apis/batch/v1/namespaces/{self.subject.namespace}/jobs"
        try:
            return requests.post(transport, path, body, query)
        except ApiError as error:
            if error.status == 409:
                raise Refused(f"there is a job {self.job} already: nothing was started") from error
            raise


def job_of(cron_job: Json, name: str) -> Json:
    """Return the job that a cron job's template gives, owned by it and marked as started by hand."""
    metadata, template = cron_job["metadata"], (cron_job.get("spec") or {}).get("jobTemplate") or {}
    given = template.get("metadata") or {}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": metadata.get("namespace", ""),
            "labels": given.get("labels") or {},
            "annotations": {INSTANTIATE: "manual", **(given.get("annotations") or {})},
            # Without blockOwnerDeletion: setting it takes the right to update the cron job's finalizers.
            "ownerReferences": [
                {
                    "apiVersion": "batch/v1",
                    "kind": "CronJob",
                    "name": metadata["name"],
                    "uid": metadata["uid"],
                    "controller": True,
                }
            ],
        },
        "spec": template.get("spec") or {},
    }


def _name(cron_job: str) -> str:
    suffix = f"-manual-{''.join(secrets.choice(_LETTERS) for _ in range(5))}"
    return f"{cron_job[: _LONGEST - len(suffix)].rstrip('-.')}{suffix}"
