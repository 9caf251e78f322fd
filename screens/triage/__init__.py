"""One alert, from its cause to its repair."""

from screens.triage.reading import TriageParts
from screens.triage.screen import TriageScreen

__all__ = ["TriageParts", "TriageScreen"]
