"""What an object is called, wherever it lives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupKind:
    """A kind by its API group (`""` for the core group) and its name, for example `apps` and `Deployment`."""

    group: str
    kind: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.group}" if self.group else self.kind


@dataclass(frozen=True, slots=True)
class Ref:
    """One object of one cluster. `cluster` is the context's name; `namespace` is empty for cluster-wide kinds."""

    cluster: str
    group_kind: GroupKind
    namespace: str
    name: str

    @property
    def path(self) -> str:
        """`namespace/name`, or the name alone for a cluster-wide object."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    def __str__(self) -> str:
        return f"{self.group_kind} {self.path} @{self.cluster}"
