"""Services, namespaces, secrets, configuration, and any other kind, in the shape of `kubectl describe`."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from state.cluster.describe.limits import limit_ranges
from state.cluster.describe.limits import quotas as quotas_of
from state.cluster.describe.parts import (
    NONE,
    UNSET,
    Json,
    at,
    described_by,
    entries,
    head,
    moment,
    number,
    pairs,
    table,
    texts,
    word,
)
from state.cluster.describe.sheet import Sheet

_ACRONYMS = ("API", "URL", "UID", "OSB", "GUID")
_LISTED_ENDPOINTS = 3
_SKIPPED = (
    ".metadata.managedFields",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|-")


def service(sheet: Sheet, found: Json, slices: Sequence[Json]) -> None:
    """Put a service; `slices` are its endpoint slices."""
    spec = table(found, "spec")
    head(sheet, found)
    described_by(sheet, found)
    sheet.line(0, "Selector:", pairs(table(spec, "selector")))
    sheet.line(0, "Type:", word(spec.get("type")))
    if spec.get("ipFamilyPolicy"):
        sheet.line(0, "IP Family Policy:", word(spec["ipFamilyPolicy"]))
    sheet.line(0, "IP Families:", ",".join(texts(spec, "ipFamilies")) or NONE)
    sheet.line(0, "IP:", word(spec.get("clusterIP")))
    sheet.line(0, "IPs:", ",".join(texts(spec, "clusterIPs")) or NONE)
    if texts(spec, "externalIPs"):
        sheet.line(0, "External IPs:", ",".join(texts(spec, "externalIPs")))
    for title, key in (("Desired LoadBalancer IP:", "loadBalancerIP"), ("External Name:", "externalName")):
        if spec.get(key):
            sheet.line(0, title, word(spec[key]))
    ingress = entries(found, "status", "loadBalancer", "ingress")
    if ingress:
        sheet.line(0, "LoadBalancer Ingress:", ", ".join(_ingress(one) for one in ingress))
    for port in entries(spec, "ports"):
        _port(sheet, port, slices)
    sheet.line(0, "Session Affinity:", word(spec.get("sessionAffinity")))
    for title, key in (
        ("External Traffic Policy:", "externalTrafficPolicy"),
        ("Internal Traffic Policy:", "internalTrafficPolicy"),
    ):
        if spec.get(key):
            sheet.line(0, title, word(spec[key]))
    if number(spec, "healthCheckNodePort"):
        sheet.line(0, "HealthCheck NodePort:", number(spec, "healthCheckNodePort"))
    if texts(spec, "loadBalancerSourceRanges"):
        sheet.line(0, "LoadBalancer Source Ranges:", ",".join(texts(spec, "loadBalancerSourceRanges")))
    if spec.get("trafficDistribution"):
        sheet.line(0, "Traffic Distribution:", word(spec["trafficDistribution"]))


def endpoints(slices: Sequence[Json], port_name: str) -> str:
    """Return the first ready addresses behind a service's port, and how many more there are."""
    if not slices:
        return NONE
    found: list[str] = []
    for one in slices:
        ready = [
            word(texts(endpoint, "addresses")[0])
            for endpoint in entries(one, "endpoints")
            if at(endpoint, "conditions", "ready") is not False and texts(endpoint, "addresses")
        ]
        ports = entries(one, "ports")
        if not ports:
            found += ready
        for port in ports:
            if word(port.get("name")) == port_name:
                found += [
                    f"[{address}]:{word(port.get('port'))}" if ":" in address else f"{address}:{word(port.get('port'))}"
                    for address in ready
                ]
    shown = ",".join(found[:_LISTED_ENDPOINTS])
    more = len(found) - _LISTED_ENDPOINTS
    return f"{shown} + {more} more..." if more > 0 else shown


def namespace(sheet: Sheet, found: Json, quotas: Sequence[Json] | None, limits: Sequence[Json] | None) -> None:
    """Put a namespace with its quotas and limit ranges; None: they may not be read."""
    head(sheet, found, namespaced=False)
    described_by(sheet, found)
    sheet.line(0, "Status:", word(at(found, "status", "phase")))
    conditions = entries(found, "status", "conditions")
    if conditions:
        sheet.line(0, "Conditions:")
        sheet.line(1, "Type", "Status", "LastTransitionTime", "Reason", "Message")
        sheet.line(1, "----", "------", "------------------", "------", "-------")
    for one in conditions:
        cells = [word(one.get(key)) for key in ("type", "status", "reason", "message")]
        sheet.line(1, cells[0], cells[1], moment(one.get("lastTransitionTime")), cells[2], cells[3])
    if quotas is not None:
        sheet.put(0, "\n")
        quotas_of(sheet, quotas)
    if limits is not None:
        sheet.put(0, "\n")
        limit_ranges(sheet, limits)


def secret(sheet: Sheet, found: Json) -> None:
    """Put a secret whose values are sizes already."""
    head(sheet, found)
    described_by(sheet, found)
    sheet.put(0, f"\nType:\t{word(found.get('type'))}\n\nData\n====\n")
    for key in sorted(table(found, "data")):
        sheet.line(0, f"{key}:", word(found["data"][key]))


def config_map(sheet: Sheet, found: Json) -> None:
    """Put a config map; binary values as sizes."""
    head(sheet, found)
    described_by(sheet, found)
    sheet.put(0, "\nData\n====\n")
    for key in sorted(table(found, "data")):
        sheet.put(0, f"{key}:\n----\n{word(found['data'][key])}\n\n")
    sheet.put(0, "\nBinaryData\n====\n")
    for key in sorted(table(found, "binaryData")):
        encoded = word(found["binaryData"][key])
        sheet.put(0, f"{key}: {len(encoded) * 3 // 4 - encoded[-2:].count('=')} bytes\n")
    sheet.put(0, "\n")


def anything(sheet: Sheet, found: Json) -> None:
    """Put an object of any kind: all its fields, in order."""
    head(sheet, found)
    described_by(sheet, found)
    _fields(sheet, 0, found, "")


def label_for(field: str) -> str:
    """Return a field's name in words: `podCIDRs` as `Pod CID Rs`, as kubectl splits it."""
    if not all(one.isalpha() or one == "-" for one in field):
        return field
    return " ".join(
        part.upper() if part.upper() in _ACRONYMS else part[:1].upper() + part[1:] for part in _WORDS.findall(field)
    )


def _fields(sheet: Sheet, level: int, found: Json, path: str, skipped: Collection[str] = _SKIPPED) -> None:
    for key in sorted(found):
        here = f"{path}.{key}"
        value = found[key]
        if here in skipped:
            continue
        if isinstance(value, dict):
            sheet.put(level, f"{label_for(key)}:\n")
            _fields(sheet, level + 1, value, here)
        elif isinstance(value, list):
            sheet.put(level, f"{label_for(key)}:\n")
            for one in value:
                if isinstance(one, dict):
                    _fields(sheet, level + 1, one, here)
                else:
                    sheet.put(level + 1, f"{_scalar(one)}\n")
        else:
            sheet.line(level, f"{label_for(key)}:", _scalar(value))


def _scalar(value: Any) -> str:
    return "<nil>" if value is None else word(value)


def _port(sheet: Sheet, port: Json, slices: Sequence[Json]) -> None:
    protocol = word(port.get("protocol"))
    name = word(port.get("name")) or UNSET
    sheet.line(0, "Port:", name, f"{word(port.get('port'))}/{protocol}")
    sheet.line(0, "TargetPort:", f"{word(port.get('targetPort'))}/{protocol}")
    if port.get("appProtocol"):
        sheet.line(0, "AppProtocol:", word(port["appProtocol"]))
    if number(port, "nodePort"):
        sheet.line(0, "NodePort:", name, f"{number(port, 'nodePort')}/{protocol}")
    sheet.line(0, "Endpoints:", endpoints(slices, word(port.get("name"))))


def _ingress(one: Json) -> str:
    address, mode = word(one.get("ip")) or word(one.get("hostname")), word(one.get("ipMode"))
    return f"{address} ({mode})" if mode else address
