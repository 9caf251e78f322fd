"""The alerts: every one in a dense table, in groups where they are wanted."""

from screens.alerts.screen import AlertsScreen

__all__ = ["AlertsScreen"]
