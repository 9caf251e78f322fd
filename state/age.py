"""Ages and durations as kubectl writes them."""


def age(seconds: float) -> str:
    """Return a duration as `kubectl get` shows it: `45s`, `5m30s`, `3h12m`, `2d4h`, `400d`, `3y10d`.

    Two units while the first is small, one after that. The rule is `duration.HumanDuration` of
    k8s.io/apimachinery. A negative duration of up to two seconds is `0s`; beyond, `<invalid>`.
    """
    if seconds < 0:
        return "0s" if seconds > -2 else "<invalid>"
    whole = int(seconds)
    if whole < 60 * 2:
        return f"{whole}s"
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if minutes < 10:
        return _two(minutes, "m", whole % 60, "s")
    if minutes < 60 * 3:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 24 * 8:
        return _two(days, "d", hours % 24, "h")
    if hours < 24 * 365 * 2:
        return f"{days}d"
    if hours < 24 * 365 * 8:
        return _two(hours // (24 * 365), "y", days % 365, "d")
    return f"{hours // (24 * 365)}y"


def short_age(seconds: float) -> str:
    """Return a duration in one unit, for narrow places: `45s`, `5m`, `3h`, `2d`."""
    whole = max(0, int(seconds))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if whole >= size:
            return f"{whole // size}{unit}"
    return f"{whole}s"


def _two(first: int, first_unit: str, second: int, second_unit: str) -> str:
    return f"{first}{first_unit}{second}{second_unit}" if second else f"{first}{first_unit}"
