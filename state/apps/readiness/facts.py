"""What readiness checks look at: an app's whole objects, and what monitoring said. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from state.apps.model import App
from state.apps.readiness.model import Answer, Outcome
from state.apps.settings import About
from state.metrics.wire import WireRule
from state.printable import printable

Json = dict[str, Any]
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """Objects of one kind. `problem` is why they could not be read; `absent` says that the server has no such kind."""

    items: tuple[Json, ...] = ()
    problem: str = ""
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """One workload of the app, whole."""

    kind: str
    name: str
    namespace: str
    object: Json

    @property
    def template(self) -> Json:
        """Its pod template."""
        spec = _map(self.object.get("spec"))
        if self.kind == "CronJob":
            spec = _map(_map(spec.get("jobTemplate")).get("spec"))
        return _map(spec.get("template"))

    @property
    def pod_spec(self) -> Json:
        """The spec of its pods."""
        return _map(self.template.get("spec"))

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of its pods."""
        return _map(_map(self.template.get("metadata")).get("labels"))

    @property
    def annotations(self) -> Mapping[str, str]:
        """Its own annotations and those of its pods."""
        own = _map(_map(self.object.get("metadata")).get("annotations"))
        return {**own, **_map(_map(self.template.get("metadata")).get("annotations"))}

    @property
    def containers(self) -> list[Json]:
        """The containers of its pods; init containers that go on beside them count."""
        init = [one for one in self._list("initContainers") if one.get("restartPolicy") == "Always"]
        return [*self._list("containers"), *init]

    @property
    def all_containers(self) -> list[Json]:
        """All containers, those that only prepare among them."""
        return [*self._list("containers"), *self._list("initContainers")]

    @property
    def replicas(self) -> int:
        """How many pods it wants, where it says that."""
        wanted = _map(self.object.get("spec")).get("replicas")
        return wanted if isinstance(wanted, int) else 1

    @property
    def serves(self) -> bool:
        """Whether it runs for as long as somebody wants it, a number of pods at a time."""
        return self.kind in ("Deployment", "StatefulSet", "Rollout") and self.replicas > 0

    def _list(self, name: str) -> list[Json]:
        found = self.pod_spec.get(name)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it, of one app at one moment."""

    app: App
    now: float
    about: About | None = None
    workloads: tuple[Workload, ...] = ()
    unread: str = ""
    """Why workloads could not be read, empty when all could."""
    listings: Mapping[str, Listing] = field(default_factory=dict)
    """The objects around the workloads, by plural."""
    pods: Mapping[str, Listing] = field(default_factory=dict)
    """The pods of each workload, by its namespace and name: `payments/payments-api`."""
    logs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The last lines of a pod of each workload that could be read, by namespace and name."""
    rules: tuple[WireRule, ...] | None = None
    """The alerting rules, None when Prometheus did not tell them."""
    scraped: tuple[int, int] | None = None
    """Of the app's scrape targets how many answer, and how many there are; None when Prometheus did not tell."""
    metrics_problem: str = ""
    """Why Prometheus did not tell."""

    @property
    def serving(self) -> tuple[Workload, ...]:
        """The workloads that serve."""
        return tuple(one for one in self.workloads if one.serves)

    @property
    def reached(self) -> tuple[Workload, ...]:
        """The serving workloads that a service leads to."""
        services = self.listed("services").items
        return tuple(one for one in self.serving if any(_selects(service, one) for service in services))

    def listed(self, plural: str) -> Listing:
        """Return the objects of a kind; what was not asked for could not be read."""
        return self.listings.get(plural, Listing(problem=f"{plural} were not read"))


def name_of(found: Json) -> str:
    """Return an object's name, printable."""
    return printable(str(_map(found.get("metadata")).get("name", "")))


def part(found: Any, *path: str) -> Json:
    """Return the map at a path of an object, empty where there is none."""
    for key in path:
        found = _map(found).get(key)
    return _map(found)


def picks(selector: Any, labels: Mapping[str, str]) -> bool:
    """Return whether a label selector of the API picks these labels. An empty one picks everything, none nothing."""
    if not isinstance(selector, dict):
        return False
    wanted = _map(selector.get("matchLabels"))
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_expression(one, labels) for one in selector.get("matchExpressions") or () if isinstance(one, dict))


def _expression(one: Json, labels: Mapping[str, str]) -> bool:
    value, values = labels.get(str(one.get("key"))), one.get("values") or ()
    match one.get("operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    return False


def _selects(service: Json, workload: Workload) -> bool:
    selector = part(service, "spec", "selector")
    return (
        bool(selector)
        and part(service, "metadata").get("namespace") == workload.namespace
        and all(workload.labels.get(key) == value for key, value in selector.items())
    )


def _map(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


# --- answers ---


def passed(found: str) -> Answer:
    """Return that all is as it should be."""
    return Answer(Outcome.PASS, found)


def failed(found: str) -> Answer:
    """Return what is not as it should be."""
    return Answer(Outcome.FAIL, found)


def unknown(why: str) -> Answer:
    """Return why there is no answer."""
    return Answer(Outcome.UNKNOWN, why)


def not_applicable(why: str) -> Answer:
    """Return why the question does not arise."""
    return Answer(Outcome.NOT_APPLICABLE, why)


def each(
    facts: Facts, workloads: Iterable[Workload], wrong: Callable[[Workload], str], well: str, none: str = "serves"
) -> Answer:
    """Ask for what is wrong with each workload; `well` is said of all of them when nothing is.

    `none` says what the app has none of where there is no workload to ask about: `nothing serves`.
    """
    if facts.unread:
        return unknown(facts.unread)
    listed = tuple(workloads)
    if not listed:
        return not_applicable(f"nothing {none}")
    found = [(one.name, words) for one in listed if (words := wrong(one))]
    if not found:
        return passed(f"{well} ({len(listed)} of {len(listed)} workloads)")
    return failed(some(f"{printable(name)}: {words}" for name, words in found))


def some(words: Iterable[str]) -> str:
    """Return the first few of several words, and how many more there are."""
    listed = list(words)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return "; ".join(listed[:_SHOWN]) + more


def names(found: Iterable[str]) -> str:
    """Return the first few of several names, with commas."""
    listed = [printable(one) for one in found]
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more
