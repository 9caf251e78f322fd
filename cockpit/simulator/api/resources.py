"""What the API server serves: each kind with its names, verbs and habits."""

from dataclasses import dataclass, field
from typing import Literal

from cockpit.simulator.status import Named
from cockpit.simulator.store import Collection, Object

EVERY_VERB = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
READ_WRITE = ("get", "patch", "update")

Generation = Literal["none", "spec", "spec and annotations", "all but status"]


@dataclass(frozen=True, slots=True)
class Subresource:
    """A part of an object with an address of its own; `kind` is None where it is the object's own kind."""

    name: str
    verbs: tuple[str, ...]
    kind: tuple[str, str, str] | None = None
    """Group, version and kind of what is read and written there."""


STATUS = Subresource("status", READ_WRITE)
SCALE = Subresource("scale", READ_WRITE, ("autoscaling", "v1", "Scale"))


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of object as the API serves it."""

    group: str
    version: str
    kind: str
    plural: str
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = EVERY_VERB
    subresources: tuple[Subresource, ...] = ()
    generation: Generation = "none"
    """What of an object, when it changes, makes a new generation."""
    shows_deleted: bool = False
    """Whether a deletion answers with the object rather than with a Status."""
    orphans: bool = False
    """Whether, when nothing is said, what an object owns outlives it."""
    stored_as: Collection | None = None
    """Where the objects lie, when that is not under the kind's own name."""
    definition: Object | None = field(default=None, compare=False)
    """The `spec` of the CustomResourceDefinition this comes from."""

    @property
    def group_version(self) -> str:
        """`apps/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def singular(self) -> str:
        """The name of one of these in commands: `deployment`."""
        names = (self.definition or {}).get("names", {})
        return str(names.get("singular") or self.kind.lower())

    @property
    def collection(self) -> Collection:
        """Where the store keeps these objects."""
        return self.stored_as or Collection(self.group, self.plural)

    @property
    def list_kind(self) -> str:
        """The kind of a list of these."""
        names = (self.definition or {}).get("names", {})
        return str(names.get("listKind") or f"{self.kind}List")

    @property
    def has_status(self) -> bool:
        """Whether the status is written at an address of its own only."""
        return STATUS in self.subresources

    def subresource(self, name: str) -> Subresource | None:
        """Return a subresource by name, None when there is none."""
        return next((one for one in self.subresources if one.name == name), None)

    def named(self, name: str = "") -> Named:
        """Return what a message calls one of these: `deployments.apps "web"`."""
        return Named(self.group, self.plural, name)

    def kind_named(self, name: str = "") -> Named:
        """Return what a message about an invalid one calls it: `Deployment.apps "web"`."""
        return Named(self.group, self.kind, name)
