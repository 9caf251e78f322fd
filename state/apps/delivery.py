"""How an app is delivered: how often, how often in vain, and how soon it was well again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from state.age import short_age
from state.apps.releases import Release, ReleaseKind
from state.ref import Ref

WEEK = 7 * 86400.0
TOGETHER = 1800.0
"""Seconds within which several workloads of an app at one version are one release."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an app is delivered, as far as its revisions tell. Restarts and roll backs are no releases.

    `since` is the moment from which on nothing is missing, in seconds since the epoch. `recovery` is the median of
    the seconds from a failed release to its roll back, over `recovered` of the `failed` ones, those whose moments are
    known.
    """

    releases: int
    since: float | None
    weekly: float | None
    failed: int
    recovered: int
    recovery: float | None

    @property
    def words(self) -> str:
        """The figures with what they cover."""
        if not self.releases:
            return "no release is known"
        weekly = f", {self.weekly:.1f} a week" if self.weekly is not None else ""
        said = [f"{self.releases} releases{weekly}", f"{self.failed} of {self.releases} rolled back"]
        if self.recovery is not None:
            said.append(f"back in {short_age(self.recovery)} (median of {self.recovered} of {self.failed})")
        return " · ".join(said)


def delivery(releases: Sequence[Release], now: float) -> Delivery:
    """Return what an app's releases say together at a wall-clock moment.

    After the four key metrics of DORA: deployment frequency, change failure rate, time to restore; a change counts as
    failed when the next thing that happened to its workload is a roll back.
    """
    dated = [one for one in releases if one.when is not None]
    # Where old revisions were thrown away, what is older than the oldest kept one is not known.
    oldest: dict[Ref, Release] = {}
    for one in dated:
        if one.workload not in oldest or one.revision < oldest[one.workload].revision:
            oldest[one.workload] = one
    cut = [one.when for one in oldest.values() if one.revision > 1 and one.when is not None]
    whole = [one.when for one in oldest.values() if one.when is not None]
    since = max(cut) if cut else min(whole, default=None)
    counted = [one for one in dated if _counts(one) and since is not None and (one.when or 0.0) >= since]
    groups = _together(counted)
    failed: dict[tuple[Ref, int], Release] = {}
    for one in releases:
        if one.kind is ReleaseKind.ROLLBACK:
            failed[one.workload, one.revision - 1] = one
    bad = [group for group in groups if any((one.workload, one.revision) in failed for one in group)]
    times = [
        back.when - one.when
        for group in bad
        for one in group
        if (back := failed.get((one.workload, one.revision))) is not None
        and back.when is not None
        and one.when is not None
    ]
    weeks = (now - since) / WEEK if since is not None else 0.0
    return Delivery(
        len(groups),
        since,
        len(groups) / weeks if weeks >= 1 else None,
        len(bad),
        len(times),
        median(times) if times else None,
    )


def _counts(one: Release) -> bool:
    return one.kind in (ReleaseKind.FIRST, ReleaseKind.RELEASE, ReleaseKind.CHANGE)


def _together(releases: Sequence[Release]) -> list[list[Release]]:
    """Return what belongs to one release: the same version within half an hour."""
    groups: list[list[Release]] = []
    for one in sorted(releases, key=lambda one: one.when or 0.0):
        same = next(
            (
                group
                for group in reversed(groups)
                if group[0].version == one.version and (one.when or 0.0) - (group[0].when or 0.0) <= TOGETHER
            ),
            None,
        )
        if same is None:
            groups.append([one])
        else:
            same.append(one)
    return groups
