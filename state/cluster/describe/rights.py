"""Roles, bindings and service accounts, in the shape of `kubectl describe`."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from state.cluster.describe.parts import Json, at, described_by, entries, head, several, table, texts, word
from state.cluster.describe.sheet import Sheet


class Rule(NamedTuple):
    """What may be done with one resource, one object of it, or one URL; empty parts stand for all."""

    verbs: tuple[str, ...]
    group: str = ""
    resource: str = ""
    name: str = ""
    url: str = ""

    @property
    def told(self) -> str:
        """The resource with its group: `deployments.apps/scale`."""
        plural, slash, part = self.resource.partition("/")
        return f"{plural}{'.' + self.group if self.group else ''}{slash}{part}"


def role(sheet: Sheet, found: Json) -> None:
    """Put a role or a cluster role."""
    head(sheet, found, namespaced=False)
    described_by(sheet, found)
    sheet.put(0, "PolicyRule:\n")
    sheet.line(1, "Resources", "Non-Resource URLs", "Resource Names", "Verbs")
    sheet.line(1, "---------", "-----------------", "--------------", "-----")
    for rule in rules_of(entries(found, "rules")):
        sheet.line(1, rule.told, f"[{rule.url}]", f"[{rule.name}]", f"[{' '.join(rule.verbs)}]")


def rules_of(found: Sequence[Json]) -> list[Rule]:
    """Return a role's rules one resource, name and URL at a time, those that differ by their verbs put together.

    In the order of the text that Go prints of them, as kubectl has it.
    """
    together: dict[Rule, list[str]] = {}
    for rule in found:
        verbs = texts(rule, "verbs")
        for part in _parts(rule):
            if part.url:
                for verb in verbs:
                    together.setdefault(part._replace(verbs=(verb,)), [verb])
                continue
            held = together.setdefault(part, [])
            held += [verb for verb in verbs if verb not in held]
    return sorted((part._replace(verbs=tuple(verbs)) for part, verbs in together.items()), key=_order)


def _parts(rule: Json) -> Iterator[Rule]:
    for group in texts(rule, "apiGroups"):
        for resource in texts(rule, "resources"):
            for name in texts(rule, "resourceNames") or ("",):
                yield Rule((), group, resource, name)
    for url in texts(rule, "nonResourceURLs"):
        yield Rule((), url=url)


def _order(rule: Rule) -> str:
    groups = "" if rule.url else rule.group
    return (
        f"Verbs:[{' '.join(rule.verbs)}],APIGroups:[{groups}],Resources:[{rule.resource}],"
        f"ResourceNames:[{rule.name}],NonResourceURLs:[{rule.url}],"
    )


def binding(sheet: Sheet, found: Json) -> None:
    """Put a role binding or a cluster role binding."""
    head(sheet, found, namespaced=False)
    described_by(sheet, found)
    sheet.put(0, "Role:\n")
    sheet.line(1, "Kind:", word(at(found, "roleRef", "kind")))
    sheet.line(1, "Name:", word(at(found, "roleRef", "name")))
    sheet.put(0, "Subjects:\n")
    sheet.line(1, "Kind", "Name", "Namespace")
    sheet.line(1, "----", "----", "---------")
    for one in entries(found, "subjects"):
        sheet.line(1, *(word(one.get(key)) for key in ("kind", "name", "namespace")))


def service_account(sheet: Sheet, found: Json) -> None:
    """Put a service account."""
    head(sheet, found)
    described_by(sheet, found)
    several(sheet, "Image pull secrets", [word(one.get("name")) for one in entries(found, "imagePullSecrets")])


def priority_class(sheet: Sheet, found: Json) -> None:
    """Put a priority class."""
    head(sheet, found, namespaced=False)
    sheet.line(0, "Value:", word(found.get("value")))
    sheet.line(0, "GlobalDefault:", word(found.get("globalDefault") is True))
    sheet.line(0, "PreemptionPolicy:", word(found.get("preemptionPolicy")) or "PreemptLowerPriority")
    sheet.line(0, "Description:", word(found.get("description")))
    notes = table(found, "metadata", "annotations")
    sheet.line(0, "Annotations:", ",".join(f"{key}={word(notes[key])}" for key in sorted(notes)) or "<none>")
