"""How an app is delivered: how often, how often in vain, and how soon it was well again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from state.age import short_age
from state.apps.releases import Release, ReleaseKind
from state.ref import Ref

OWN = "revisions"
ALARMED = 3600.0
"""Seconds after a release within which an alarm counts as its failure."""
MINUTE = 60.0
WEEK = 7 * 86400.0
TOGETHER = 1800.0
"""Seconds within which several workloads of an app at one version are one release."""


_Place = tuple[Ref, int]
"""A workload, or an object that keeps a history, with the number of a revision."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an app is delivered, as far as its revisions and the histories of its tools tell.

    Restarts and roll backs are no releases. `since` is the moment from which on no release is missing, in seconds since
    the epoch, `covered` the seconds since then. `recovery` is the median of the seconds from a failed release to the
    roll back or the good release behind it, over `recovered` of the `failed` ones, those whose moments are known.
    `sources` name the histories that are in it: `revisions` are the workloads' own.
    """

    releases: int
    since: float | None
    weekly: float | None
    failed: int
    recovered: int
    recovery: float | None
    covered: float = 0.0
    sources: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The figures with what they cover."""
        if not self.releases:
            return "no release is known"
        known = f" in {short_age(self.covered)}" if self.covered >= MINUTE else ""
        weekly = f", {self.weekly:.1f} a week" if self.weekly is not None else ""
        said = [f"{_counted(self.releases)}{known}{weekly}", f"{self.failed} of {self.releases} failed"]
        if self.failed:
            known_of = f"{self.recovered} of {self.failed}"
            said.append(
                f"back in {short_age(self.recovery)} (median of {known_of})"
                if self.recovery is not None
                else f"when they were mended is known of {known_of}"
            )
        said.append(f"by {', '.join(self.sources)}")
        return " · ".join(said)


def delivery(releases: Sequence[Release], now: float, alarms: Sequence[float] = ()) -> Delivery:
    """Return what an app's releases say together at a wall-clock moment.

    After the key metrics of DORA: deployment frequency, change failure rate, failed deployment recovery time. A change
    counts as failed when its tool says so, when the next thing that happened to its workload is a roll back, or when
    an alarm (in seconds since the epoch) began within an hour after it.
    """
    dated = [one for one in releases if one.when is not None]
    since = _since(dated)
    counted = [one for one in dated if _counts(one) and since is not None and (one.when or 0.0) >= since]
    groups = _together(counted)
    after = _after(releases)
    loud = _alarming(groups, alarms)
    bad = [group for place, group in enumerate(groups) if place in loud or any(_is_bad(one, after) for one in group)]
    times = [seconds for group in bad if (seconds := _mended_in(group, after)) is not None]
    covered = now - since if since is not None else 0.0
    return Delivery(
        len(groups),
        since,
        len(groups) / (covered / WEEK) if covered >= WEEK else None,
        len(bad),
        len(times),
        median(times) if times else None,
        covered,
        (
            *sorted({one.tool.value if one.tool is not None else OWN for one in releases}, key=_own_first),
            *(("alerts",) if alarms else ()),
        ),
    )


def _since(dated: Sequence[Release]) -> float | None:
    """Return from when on nothing is missing: all workloads tell of it, or a tool that delivers them does."""
    oldest: dict[Ref, Release] = {}
    for one in dated:
        if one.workload not in oldest or one.revision < oldest[one.workload].revision:
            oldest[one.workload] = one
    own = [one for one in oldest.values() if one.tool is None]
    # Where old revisions were thrown away, what is older than the oldest kept one is not known.
    cut = [one.when for one in own if one.revision > 1 and one.when is not None]
    whole = [one.when for one in own if one.when is not None]
    told = [one.when for one in oldest.values() if one.tool is not None and one.when is not None]
    return min([*([max(cut)] if cut else whole), *told], default=None)


def _after(releases: Sequence[Release]) -> Mapping[_Place, Release]:
    """Return what happened next to the same workload, or in the history of the same object."""
    after: dict[_Place, Release] = {}
    histories: dict[Ref, list[Release]] = {}
    for one in releases:
        histories.setdefault(one.workload, []).append(one)
    for history in histories.values():
        history.sort(key=lambda one: one.revision)
        for one, following in pairwise(history):
            # Between revisions of a workload that are not kept anything may have happened.
            if one.tool is not None or following.revision == one.revision + 1:
                after[one.workload, one.revision] = following
    return after


def _alarming(groups: Sequence[Sequence[Release]], alarms: Sequence[float]) -> set[int]:
    """Return which releases an alarm followed within an hour; of several the last one before it is meant."""
    begun = [(max(one.when or 0.0 for one in group), place) for place, group in enumerate(groups)]
    found = set()
    for alarm in alarms:
        when, place = max((one for one in begun if one[0] <= alarm), default=(-ALARMED, -1))
        if alarm - when <= ALARMED:
            found.add(place)
    return found


def _is_bad(one: Release, after: Mapping[_Place, Release]) -> bool:
    following = after.get((one.workload, one.revision))
    return one.failed or (following is not None and following.kind is ReleaseKind.ROLLBACK)


def _mended_in(group: Sequence[Release], after: Mapping[_Place, Release]) -> float | None:
    """Return the seconds until all of a failed release were mended, None where that is not known of one of them."""
    times: list[float] = []
    for one in group:
        if not _is_bad(one, after):
            continue
        following = after.get((one.workload, one.revision))
        while following is not None and following.failed:
            following = after.get((following.workload, following.revision))
        if following is None or following.when is None or one.when is None:
            return None
        times.append(following.when - one.when)
    return max(times, default=None)


def _counts(one: Release) -> bool:
    return one.kind in (ReleaseKind.FIRST, ReleaseKind.RELEASE, ReleaseKind.CHANGE)


def _together(releases: Sequence[Release]) -> list[list[Release]]:
    """Return what belongs to one release, within half an hour: workloads at one version, and what delivered them."""
    groups: list[list[Release]] = []
    for one in sorted(releases, key=lambda one: (one.tool is not None, one.when or 0.0)):
        same = next((group for group in reversed(groups) if _belongs(one, group)), None)
        if same is None:
            groups.append([one])
        else:
            same.append(one)
    return groups


def _belongs(one: Release, group: Sequence[Release]) -> bool:
    apart = abs((one.when or 0.0) - (group[0].when or 0.0))
    if one.tool is not None and any(other.workload == one.workload for other in group):
        return False
    return apart <= TOGETHER and (one.tool is not None or one.version == group[0].version)


def _own_first(source: str) -> tuple[bool, str]:
    return source != OWN, source


def _counted(releases: int) -> str:
    return "1 release" if releases == 1 else f"{releases} releases"
