"""An alert's identity: the hash of its labels, as Prometheus and Alertmanager compute it."""

from collections.abc import Iterable

Labels = tuple[tuple[str, str], ...]

REPLICA_LABELS = ("prometheus_replica", "replica")
"""Labels that tell the members of a highly available Prometheus apart, not one alert from another."""

_OFFSET = 14695981039346656037
_PRIME = 1099511628211
_MASK = (1 << 64) - 1


def fingerprint(labels: Iterable[tuple[str, str]]) -> str:
    """Return the 16 hexadecimal digits of a label set: FNV-1a over sorted names and values, each ended by 0xFF.

    The same as `LabelSet.Fingerprint` of github.com/prometheus/common/model.
    """
    digest = _OFFSET
    for name, value in sorted(labels):
        for byte in b"%b\xff%b\xff" % (name.encode(), value.encode()):
            digest = ((digest ^ byte) * _PRIME) & _MASK
    return f"{digest:016x}"


def identity(labels: Labels, replicas: Iterable[str] = REPLICA_LABELS) -> Labels:
    """Return the labels that make the alert one and the same whichever replica sent it."""
    return tuple(pair for pair in labels if pair[0] not in replicas)
