"""What the configuration file says of apps: how they are told apart, who they belong to, what they are excused from."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Tier = Literal["product", "platform"]
Percent = Annotated[float, Meta(gt=0, lt=100)]


class Production(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an app counts as in production. What is not said is no condition."""

    namespaces: tuple[str, ...] = ()
    """Globs of namespaces."""
    labels: dict[str, str] = {}
    """Labels that a workload or its namespace must carry, with globs of their values."""
    contexts: tuple[str, ...] = ()
    """Globs of contexts."""


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exception for the workloads that meet all its conditions; the first rule that holds is taken."""

    namespace: str = "*"
    """A glob of the namespace."""
    name: str = "*"
    """A glob of the workload's name."""
    labels: dict[str, str] = {}
    """Labels that the workload must carry, with globs of their values."""
    app: str = ""
    """The app it belongs to, whatever it says itself and wherever the app's other workloads are."""
    tier: Tier | None = None
    """Whether it is a product's or the platform's."""
    ignore: bool = False
    """Whether it belongs to no app at all."""


class About(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of one app, before what its objects say."""

    team: str = ""
    owner: str = ""
    repository: str = ""
    on_call: str = ""
    dashboard: str = ""
    backup: str = ""
    """What backs up its volumes, where no object shows it."""
    autoscaled: bool | None = None
    """Whether it should scale by itself."""
    objective: Percent | None = None
    """The share of requests that must not fail, in percent: 99.9."""


class Waiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A readiness check that apps are excused from for a while."""

    check: str
    """The check's id."""
    reason: str
    until: date
    """The last day on which it holds."""
    app: str = "*"
    """A glob of the apps' names."""


class Apps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which workloads make an app, and what is known of apps."""

    namespaces: tuple[str, ...] = ()
    """Globs of the namespaces that hold product apps; all others hold platform services. Empty: not said."""
    label: str = "app.kubernetes.io/part-of"
    """The label whose value names the app of a workload."""
    across: tuple[str, ...] = ()
    """Globs of the apps that are one app in all namespaces and in all `contexts`; all others are one in each
    namespace."""
    contexts: tuple[str, ...] = ()
    """Globs of the contexts that are watched beside the one that is shown, for the apps that are one in all of them."""
    objective: Percent = 99.9
    """The share of requests that must not fail, in percent, where an app says no other."""
    production: Production = Production()
    rules: tuple[Rule, ...] = ()
    about: dict[str, About] = field(default_factory=dict)
    """What is known of apps, by name."""
    waivers: tuple[Waiver, ...] = ()
