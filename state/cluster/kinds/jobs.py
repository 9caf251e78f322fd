"""Jobs."""

from typing import Any

import msgspec

from state.age import age
from state.cell import Cell, Tone
from state.cluster.kinds.columns import UNREADABLE, age_column, health_column, name_column, namespace_column, text
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Column, Fault, Kind, Resource
from state.cluster.kinds.metadata import identity
from state.cluster.kinds.moments import moment
from state.cluster.kinds.selectors import LabelSelector, selector_text
from state.cluster.kinds.workload_json import Condition, Template, Workload, kept_annotations
from state.cluster.kinds.workload_row import WorkloadRow, template_columns
from state.printable import printable


class JobRow(WorkloadRow, frozen=True, kw_only=True, gc=False):
    """A job. Moments are seconds since the epoch."""

    status: str = ""
    """STATUS as `kubectl get jobs` shows it: Complete, Failed, Running, Suspended, …"""
    completions: int | None = None
    """How many pods must succeed; None when any one will do."""
    parallelism: int = 0
    succeeded: int = 0
    failed: int = 0
    active: int = 0
    started: float | None = None
    completed: float | None = None
    failure: str = ""
    """Why it failed: `BackoffLimitExceeded`."""
    failed_since: float | None = None


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    completions: int | None = None
    parallelism: int | None = None
    selector: LabelSelector | None = None
    template: Template = msgspec.field(default_factory=Template)


class _Status(msgspec.Struct, gc=False, rename="camel"):
    succeeded: int = 0
    failed: int = 0
    active: int = 0
    start_time: str | None = None
    completion_time: str | None = None
    conditions: list[Condition] | None = None


class _Job(Workload):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _Job, extra: tuple[Any, ...]) -> JobRow:
    """Return a job's row. Raises ValueError for one without a uid."""
    spec, status = found.spec, found.status
    failed = next((one for one in status.conditions or () if one.type == "Failed" and one.status == "True"), None)
    return JobRow(
        **identity(found.metadata, extra),
        images=spec.template.images,
        containers=spec.template.containers,
        selector=selector_text(spec.selector),
        annotations=kept_annotations(found.metadata),
        status=_status(status.conditions, bool(found.metadata.deletion_timestamp)),
        completions=spec.completions,
        parallelism=spec.parallelism or 0,
        succeeded=status.succeeded,
        failed=status.failed,
        active=status.active,
        started=moment(status.start_time),
        completed=moment(status.completion_time),
        failure=failed.reason if failed else "",
        failed_since=moment(failed.last_transition_time) if failed else None,
    )


def _status(conditions: list[Condition] | None, deleting: bool) -> str:
    """Return a job's word in the order of `printJob` in Kubernetes' pkg/printers/internalversion."""
    said: dict[str, bool] = {}
    for one in conditions or ():
        said.setdefault(one.type, one.status == "True")
    for kind in ("Complete", "Failed"):
        if said.get(kind):
            return kind
    if deleting:
        return "Terminating"
    for kind in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if said.get(kind):
            return kind
    return "Running"


def job_fault(row: JobRow, now: float) -> Fault | None:
    """Return what is wrong with a job, None when nothing is."""
    if row.unreadable:
        return UNREADABLE
    if row.status != "Failed":
        return None
    text = f"failed: {row.failure}" if row.failure else "failed"
    return Fault(printable(text), Tone.BAD, 55, row.failed_since)


def _completions(row: JobRow) -> str:
    if row.completions is not None:
        return f"{row.succeeded}/{row.completions}"
    return f"{row.succeeded}/1 of {row.parallelism}" if row.parallelism > 1 else f"{row.succeeded}/1"


def _duration(row: JobRow, now: float) -> Cell:
    if row.started is None:
        return Cell("")
    return Cell(age((now if row.completed is None else row.completed) - row.started), Tone.QUIET)


def _duration_key(row: JobRow) -> tuple[bool, float]:
    """Order by duration: what still runs after what is done, the longest running last."""
    if row.started is None:
        return False, -1.0
    return (False, row.completed - row.started) if row.completed is not None else (True, -row.started)


_TONES = {"Complete": Tone.FAINT, "Failed": Tone.BAD, "Suspended": Tone.QUIET, "Terminating": Tone.QUIET}

JOB: Kind[JobRow] = Kind(
    Resource("batch", "v1", "jobs", "Job", singular="job", short_names=("jo",)),
    (
        health_column(job_fault),
        namespace_column(),
        name_column(),
        text(
            "STATUS",
            lambda row: row.status,
            width=11,
            importance=0,
            tone=lambda row: _TONES.get(row.status, Tone.TEXT),
        ),
        text(
            "COMPLETIONS",
            _completions,
            width=11,
            right=True,
            sort_key=lambda row: (row.succeeded, 1 if row.completions is None else row.completions),
        ),
        Column("DURATION", _duration, _duration_key, width=8, right=True, importance=2, ticks=True),
        age_column(),
        *template_columns(),
    ),
    JsonDecoder(_Job, flatten, JobRow),
    job_fault,
    lambda row: f"{row.namespace}/{row.name} {row.status}",
)
