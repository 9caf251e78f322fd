"""Endpoint slices, ingresses and their classes, network policies, in the shape of `kubectl describe`."""

from collections.abc import Callable, Sequence
from datetime import datetime

from state.cluster.describe.parts import (
    NONE,
    UNSET,
    Json,
    annotations,
    at,
    described_by,
    entries,
    head,
    labels,
    number,
    selector,
    table,
    texts,
    word,
)
from state.cluster.describe.sheet import Sheet
from state.rfc3339 import moment_of

Backend = Callable[[Json], str]
"""Tells the backend of an ingress with the addresses behind it."""


def endpoint_slice(sheet: Sheet, found: Json) -> None:
    """Put an endpoint slice."""
    head(sheet, found)
    described_by(sheet, found)
    sheet.line(0, "AddressType:", word(found.get("addressType")))
    ports, endpoints = entries(found, "ports"), entries(found, "endpoints")
    sheet.put(0, "Ports:\n" if ports else f"Ports: {UNSET}\n")
    if ports:
        sheet.line(1, "Name", "Port", "Protocol")
        sheet.line(1, "----", "----", "--------")
    for port in ports:
        sheet.line(1, *(word(port.get(key)) or UNSET for key in ("name", "port", "protocol")))
    sheet.put(0, "Endpoints:\n" if endpoints else f"Endpoints: {NONE}\n")
    for one in endpoints:
        _endpoint(sheet, one)


def _endpoint(sheet: Sheet, found: Json) -> None:
    sheet.line(1, "- Addresses:", ",".join(texts(found, "addresses")) or NONE)
    sheet.put(2, "Conditions:\n")
    sheet.line(3, "Ready:", word(at(found, "conditions", "ready")) or UNSET)
    sheet.line(2, "Hostname:", word(found.get("hostname")) or UNSET)
    target = table(found, "targetRef")
    if target:
        sheet.line(2, "TargetRef:", f"{word(target.get('kind'))}/{word(target.get('name'))}")
    sheet.line(2, "NodeName:", word(found.get("nodeName")) or UNSET)
    sheet.line(2, "Zone:", word(found.get("zone")) or UNSET)


def ingress_class(sheet: Sheet, found: Json) -> None:
    """Put an ingress class."""
    head(sheet, found, namespaced=False)
    described_by(sheet, found)
    sheet.line(0, "Controller:", word(at(found, "spec", "controller")))
    parameters = table(found, "spec", "parameters")
    if parameters:
        sheet.line(0, "Parameters:")
        if parameters.get("apiGroup") is not None:
            sheet.line(1, "APIGroup:", word(parameters["apiGroup"]))
        sheet.line(1, "Kind:", word(parameters.get("kind")))
        sheet.line(1, "Name:", word(parameters.get("name")))


def ingress(sheet: Sheet, found: Json, backend: Backend) -> None:
    """Put an ingress; `backend` tells what is behind one of its paths."""
    spec = table(found, "spec")
    sheet.line(0, "Name:", word(at(found, "metadata", "name")))
    labels(sheet, "Labels", at(found, "metadata", "labels"))
    sheet.line(0, "Namespace:", word(at(found, "metadata", "namespace")))
    points = entries(found, "status", "loadBalancer", "ingress")
    sheet.line(0, "Address:", ",".join(word(one.get("ip")) or word(one.get("hostname")) for one in points))
    sheet.line(0, "Ingress Class:", word(spec.get("ingressClassName")) or NONE)
    default = table(spec, "defaultBackend")
    sheet.line(0, "Default backend:", backend(default) if default else "<default>")
    secured = entries(spec, "tls")
    if secured:
        sheet.put(0, "TLS:\n")
    for one in secured:
        hosts, secret = ",".join(texts(one, "hosts")), word(one.get("secretName"))
        sheet.put(1, f"{secret} terminates {hosts}\n" if secret else f"SNI routes {hosts}\n")
    sheet.put(0, "Rules:\n")
    sheet.line(1, "Host", "Path", "Backends")
    sheet.line(1, "----", "----", "--------")
    rules = [one for one in entries(spec, "rules") if isinstance(one.get("http"), dict)]
    for rule in rules:
        sheet.put(1, f"{word(rule.get('host')) or '*'}\t\n")
        for path in entries(rule, "http", "paths"):
            sheet.put(2, f"\t{word(path.get('path'))} \t{backend(table(path, 'backend'))}\n")
    if not rules:
        sheet.line(1, "*", "*", backend(default) if default else "<default>")
    annotations(sheet, "Annotations", at(found, "metadata", "annotations"))


def network_policy(sheet: Sheet, found: Json) -> None:
    """Put a network policy."""
    spec = table(found, "spec")
    head(sheet, found)
    sheet.line(0, "Created on:", _created(at(found, "metadata", "creationTimestamp")))
    described_by(sheet, found)
    sheet.put(0, "Spec:\n")
    chosen = selector(spec.get("podSelector"))
    everything = f"{NONE} (Allowing the specific traffic to all pods in this namespace)"
    sheet.put(1, f"PodSelector:     {chosen or everything}\n")
    types = texts(spec, "policyTypes")
    for way, side, other in (("ingress", "from", "source"), ("egress", "to", "destination")):
        if way.capitalize() in types:
            sheet.put(1, f"Allowing {way} traffic:\n")
            _traffic(sheet, entries(spec, way), way, side, other)
        else:
            sheet.put(1, f"Not affecting {way} traffic\n")
    sheet.put(1, f"Policy Types: {', '.join(types)}\n")


def _traffic(sheet: Sheet, rules: Sequence[Json], way: str, side: str, other: str) -> None:
    if not rules:
        sheet.put(2, f"{NONE} (Selected pods are isolated for {way} connectivity)\n")
    for index, rule in enumerate(rules):
        ports, peers = entries(rule, "ports"), entries(rule, side)
        if not ports:
            sheet.put(2, "To Port: <any> (traffic allowed to all ports)\n")
        for port in ports:
            protocol, name = word(port.get("protocol")) or "TCP", word(port.get("port"))
            if port.get("endPort") is not None:
                sheet.put(2, f"To Port Range: {name}-{number(port, 'endPort')}/{protocol}\n")
            else:
                sheet.put(2, f"To Port: {name}/{protocol}\n")
        if not peers:
            sheet.put(2, f"{side.capitalize()}: <any> (traffic not restricted by {other})\n")
        for peer in peers:
            sheet.put(2, f"{side.capitalize()}:\n")
            _peer(sheet, peer)
        if index < len(rules) - 1:
            sheet.put(2, "----------\n")


def _peer(sheet: Sheet, found: Json) -> None:
    for title, key in (("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")):
        if isinstance(found.get(key), dict):
            sheet.put(3, f"{title}: {selector(found[key]) or NONE}\n")
    block = table(found, "ipBlock")
    if block:
        sheet.put(3, "IPBlock:\n")
        sheet.put(4, f"CIDR: {word(block.get('cidr'))}\n")
        sheet.put(4, f"Except: {', '.join(texts(block, 'except'))}\n")


def _created(text: object) -> str:
    """A moment in the local zone as Go prints it: `2026-11-24 08:30:00 +0100 CET`."""
    seconds = moment_of(text) if isinstance(text, str) else None
    if seconds is None:
        return "0001-01-01 00:00:00 +0000 UTC"
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S %z %Z")
