"""The external labels in a Prometheus' configuration. Pure."""

import re

from state.metrics.model import Labels

_SECTION = re.compile(r"^global:\n((?:[ \t].*\n|\n)*)", re.MULTILINE)


def external_labels(configuration: str) -> Labels:
    """Return what a configuration says is added to all alerts, sorted by name; empty when it cannot be read.

    Only the first section is read as YAML: the whole may be a megabyte, which takes a second.
    """
    section = _SECTION.search(configuration + "\n")
    if section is None or "external_labels" not in section[1]:
        return ()
    import yaml

    try:
        said = yaml.load("global:\n" + section[1], Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        labels = said["global"]["external_labels"] or {}
        return tuple(sorted((str(name), str(value)) for name, value in labels.items()))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        return ()
