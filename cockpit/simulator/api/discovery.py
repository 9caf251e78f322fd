"""What the server serves, for clients that ask: versions, groups, kinds, and just enough OpenAPI for kubectl."""

import hashlib
from collections.abc import Iterable

from cockpit.simulator.api.catalogue import Catalogue
from cockpit.simulator.api.encoding import encode
from cockpit.simulator.api.representation import clauses
from cockpit.simulator.api.resources import Resource
from cockpit.simulator.store import Object

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
VERSION = {
    "major": "1",
    "minor": "37",
    "emulationMajor": "1",
    "emulationMinor": "37",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "36",
    "gitVersion": "v1.37.2",
    "gitCommit": "simulated",
    "gitTreeState": "",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "none",
    "compiler": "none",
    "platform": "linux/amd64",
}


def wants_aggregated(accept: str) -> bool:
    """Return whether a client would rather have everything in one answer."""
    for clause in clauses(accept):
        if clause.parameters.get("as") == "APIGroupDiscoveryList":
            return clause.parameters.get("v") == "v2"
        if clause.media_type in ("application/json", "*/*"):
            return False
    return False


def entity_tag(data: Object) -> str:
    """Return what names this very answer, so that a client can ask whether it still holds."""
    return f'"{hashlib.sha512(encode(data)).hexdigest().upper()}"'


def _by_group(resources: Iterable[Resource], *, core: bool) -> dict[str, dict[str, list[Resource]]]:
    groups: dict[str, dict[str, list[Resource]]] = {}
    for resource in resources:
        if (resource.group == "") is core:
            groups.setdefault(resource.group, {}).setdefault(resource.version, []).append(resource)
    return groups


def aggregated(catalogue: Catalogue, *, core: bool) -> Object:
    """Return all kinds of the core group, or of all other groups."""
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": [
            {
                "metadata": {"name": group} if group else {},
                "versions": [
                    {
                        "version": version,
                        "resources": [_aggregated_resource(one) for one in resources],
                        "freshness": "Current",
                    }
                    for version, resources in versions.items()
                ],
            }
            for group, versions in _by_group(catalogue, core=core).items()
        ],
    }


def _kind(kind: tuple[str, str, str] | None, resource: Resource) -> Object:
    group, version, name = kind or ("", "", resource.kind)
    return {"group": group, "version": version, "kind": name}


def _aggregated_resource(resource: Resource) -> Object:
    found: Object = {
        "resource": resource.plural,
        "responseKind": _kind(None, resource),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        found["shortNames"] = list(resource.short_names)
    if resource.categories:
        found["categories"] = list(resource.categories)
    if resource.subresources:
        found["subresources"] = [
            {"subresource": one.name, "responseKind": _kind(one.kind, resource), "verbs": list(one.verbs)}
            for one in resource.subresources
        ]
    return found


def api_versions(address: str) -> Object:
    """Return the versions of the core group."""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
    }


def group_list(catalogue: Catalogue) -> Object:
    """Return all groups but the core one."""
    groups = [_group(name, versions) for name, versions in _by_group(catalogue, core=False).items()]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def group(catalogue: Catalogue, name: str) -> Object | None:
    """Return one group, None when there is none of the name."""
    versions = _by_group(catalogue, core=False).get(name)
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)} if versions else None


def _group(name: str, versions: Iterable[str]) -> Object:
    shown = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": shown, "preferredVersion": shown[0]}


def resource_list(catalogue: Catalogue, group: str, version: str) -> Object | None:
    """Return the kinds of a version of a group, None when there are none."""
    found = [one for one in catalogue if (one.group, one.version) == (group, version)]
    if not found:
        return None
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": found[0].group_version,
        "resources": [entry for resource in found for entry in _listed(resource)],
    }


def _listed(resource: Resource) -> Iterable[Object]:
    common = {"namespaced": resource.namespaced}
    first: Object = {"name": resource.plural, "singularName": resource.singular, **common, "kind": resource.kind}
    first["verbs"] = list(resource.verbs)
    if resource.short_names:
        first["shortNames"] = list(resource.short_names)
    if resource.categories:
        first["categories"] = list(resource.categories)
    yield first
    for part in resource.subresources:
        group, version, kind = part.kind or ("", "", resource.kind)
        where = {"group": group, "version": version} if part.kind and group else {}
        yield {
            "name": f"{resource.plural}/{part.name}",
            "singularName": "",
            **common,
            **where,
            "kind": kind,
            "verbs": list(part.verbs),
        }


HEALTH_CHECKS = ("ping", "log", "etcd", "etcd-readiness", "informer-sync", "shutdown")
"""The checks that `/readyz?verbose` names; a simulated server has nothing more that could be ill."""


def health(path: str, *, verbose: bool) -> str | None:
    """Return what a health address answers, None when there is no such check."""
    name, _, check = path.strip("/").partition("/")
    if check:
        return "ok" if check in HEALTH_CHECKS else None
    if not verbose:
        return "ok"
    lines = [f"[+]{one} ok" for one in HEALTH_CHECKS]
    return "\n".join([*lines, f"{name} check passed", ""])
