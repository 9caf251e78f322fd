"""Which labels of an alert say what it is about, and which only who measured that. Pure."""

from collections.abc import Mapping

KUBE_STATE_METRICS = "kube-state-metrics"
NODE_EXPORTER = "node-exporter"
_EXPORTED = "exported_"


def exporter_of(labels: Mapping[str, str]) -> str:
    """Return the exporter that measured an alert's metric where it is one that speaks of others, else nothing."""
    said = f"{labels.get('job', '')} {labels.get('service', '')} {labels.get('container', '')}"
    return next((name for name in (KUBE_STATE_METRICS, NODE_EXPORTER) if name in said), "")


def subject_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels without those that name the process which exported the metric, not what the metric is about.

    Scraped without honor_labels the subject's own labels are there as `exported_…`.
    """
    exported, own = {}, {}
    for name, value in labels.items():
        if name.startswith(_EXPORTED):
            exported[name.removeprefix(_EXPORTED)] = value
        else:
            own[name] = value
    if exporter_of(labels) == KUBE_STATE_METRICS:
        for name in ("service", "endpoint", "instance", "container"):
            own.pop(name, None)
        if KUBE_STATE_METRICS in own.get("pod", ""):
            own.pop("pod")
    if "namespace" in exported and "pod" not in exported:
        own.pop("pod", None)
    return own | exported
