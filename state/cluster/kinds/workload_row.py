"""What is kept of anything that runs pods from a template."""

from typing import Any

from state.cluster.kinds.columns import wide
from state.cluster.kinds.kind import Column, Labels, Row


class WorkloadRow(Row, frozen=True, kw_only=True, gc=False):
    """A workload. Counts are pods."""

    images: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    selector: str = "<none>"
    """The label selector in its short form, `app=api,tier in (a,b)`."""
    annotations: Labels = ()
    """Those that say who it belongs to: `app`, `team`, `meta.helm.sh/release-name` and `…-namespace`,
    `argocd.argoproj.io/tracking-id`, `kubernetes.io/change-cause`, and owner, repository, on-call and dashboard of
    `cockpit.dev` and `a8r.io`; only the ones that are set."""

    def annotation(self, key: str) -> str:
        """Return the value of a kept annotation, `""` when it is not set."""
        return next((value for name, value in self.annotations if name == key), "")

    def label(self, key: str) -> str:
        """Return a label's value, `""` when it is not set."""
        return next((value for name, value in self.labels if name == key), "")


def template_columns(selector: bool = True) -> tuple[Column[Any], ...]:
    """Return the wide columns of workloads."""
    columns: tuple[Column[WorkloadRow], ...] = (
        wide("CONTAINERS", lambda row: ",".join(row.containers)),
        wide("IMAGES", lambda row: ",".join(row.images), width=32, middle=True),
        wide("SELECTOR", lambda row: row.selector, width=24),
    )
    return columns if selector else columns[:2]
