"""Cron jobs."""

from typing import Any

import msgspec

from state.cell import Tone
from state.cluster.kinds.columns import (
    NONE,
    UNREADABLE,
    age_column,
    ages,
    health_column,
    name_column,
    namespace_column,
    number,
    text,
)
from state.cluster.kinds.decoding import JsonDecoder
from state.cluster.kinds.kind import Fault, Kind, Resource
from state.cluster.kinds.metadata import identity
from state.cluster.kinds.moments import moment
from state.cluster.kinds.selectors import LabelSelector, selector_text
from state.cluster.kinds.workload_json import Template, Workload, kept_annotations
from state.cluster.kinds.workload_row import WorkloadRow, template_columns


class CronJobRow(WorkloadRow, frozen=True, kw_only=True, gc=False):
    """A cron job. Moments are seconds since the epoch."""

    schedule: str = ""
    timezone: str = ""
    suspended: bool | None = None
    active: int = 0
    scheduled: float | None = None
    """When it last began a job."""
    succeeded: float | None = None
    """When a job of it last succeeded."""


class _JobSpec(msgspec.Struct, gc=False, rename="camel"):
    selector: LabelSelector | None = None
    template: Template = msgspec.field(default_factory=Template)


class _JobTemplate(msgspec.Struct, gc=False):
    spec: _JobSpec = msgspec.field(default_factory=_JobSpec)


class _Spec(msgspec.Struct, gc=False, rename="camel"):
    schedule: str = ""
    time_zone: str | None = None
    suspend: bool | None = None
    job_template: _JobTemplate = msgspec.field(default_factory=_JobTemplate)


class _Active(msgspec.Struct, gc=False):
    name: str = ""


class _Status(msgspec.Struct, gc=False, rename="camel"):
    active: list[_Active] | None = None
    last_schedule_time: str | None = None
    last_successful_time: str | None = None


class _CronJob(Workload):
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)


def flatten(found: _CronJob, extra: tuple[Any, ...]) -> CronJobRow:
    """Return a cron job's row. Raises ValueError for one without a uid."""
    spec, status = found.spec, found.status
    job = spec.job_template.spec
    return CronJobRow(
        **identity(found.metadata, extra),
        images=job.template.images,
        containers=job.template.containers,
        selector=selector_text(job.selector),
        annotations=kept_annotations(found.metadata),
        schedule=spec.schedule,
        timezone=spec.time_zone or "",
        suspended=spec.suspend,
        active=len(status.active or ()),
        scheduled=moment(status.last_schedule_time),
        succeeded=moment(status.last_successful_time),
    )


def cron_job_fault(row: CronJobRow, now: float) -> Fault | None:
    """Return what is wrong with a cron job. What its jobs do is told of the jobs."""
    return UNREADABLE if row.unreadable else None


CRON_JOB: Kind[CronJobRow] = Kind(
    Resource("batch", "v1", "cronjobs", "CronJob", singular="cronjob", short_names=("cj",)),
    (
        health_column(cron_job_fault),
        namespace_column(),
        name_column(),
        text("SCHEDULE", lambda row: row.schedule, width=14, importance=0),
        text("TIMEZONE", lambda row: row.timezone or NONE, width=14, importance=4, tone=Tone.QUIET),
        text(
            "SUSPEND",
            lambda row: "<unset>" if row.suspended is None else str(row.suspended),
            width=7,
            importance=2,
            tone=lambda row: Tone.WARN if row.suspended else Tone.FAINT,
        ),
        number("ACTIVE", lambda row: row.active, width=6),
        ages("LAST SCHEDULE", lambda row: row.scheduled or 0.0, width=13, unknown=NONE),
        age_column(),
        *template_columns(),
    ),
    JsonDecoder(_CronJob, flatten, CronJobRow),
    cron_job_fault,
    lambda row: f"{row.namespace}/{row.name} {row.schedule}",
)
