"""Readiness checks on how an app is watched, and by whom. Pure."""

import json
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from state.apps.readiness.facts import Facts, failed, name_of, names, not_applicable, passed, unknown
from state.apps.readiness.model import Answer
from state.metrics.catalogue import DIALECTS
from state.metrics.wire import WireRule

RUNBOOKS = ("runbook_url", "runbook")
_SYMPTOMS = (*(name for one in DIALECTS for name in (one.counter, one.histogram)), "slo:", "probe_success")
"""What a rule asks that is about what users see, not about its causes."""
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
_NAMESPACES = frozenset(name for one in DIALECTS for name in one.namespaces)
_NAMES = {"service": "", "deployment": "Deployment", "statefulset": "StatefulSet", "daemonset": "DaemonSet"}
_JSON_SHARE = 0.8


def metrics_scraped(facts: Facts) -> Answer:
    """Something measures it from inside."""
    if facts.scraped is None:
        return unknown(facts.metrics_problem or "Prometheus was not asked")
    up, known = facts.scraped
    if not known:
        return failed("no scrape target")
    return passed(f"{up} of {known} targets answer") if up else failed(f"none of {known} targets answers")


def alerts_defined(facts: Facts) -> Answer:
    """Somebody is called when its users are hurt."""
    if facts.rules is None:
        return unknown(facts.metrics_problem or "Prometheus was not asked")
    rules = list(covering(facts.rules, facts))
    symptoms = [rule.name for rule in rules if any(word in rule.query for word in _SYMPTOMS)]
    if symptoms:
        return passed(f"{names(dict.fromkeys(symptoms))} on what users see, {len(rules) - len(symptoms)} on causes")
    if rules and facts.app.signals.rate is None:
        return passed(f"{len(rules)} on causes; nothing measures requests")
    return failed(f"{len(rules)} on causes, none on what users see" if rules else "no rule covers it")


def runbooks(facts: Facts) -> Answer:
    """Who is called finds what to do."""
    if facts.rules is None:
        return unknown(facts.metrics_problem or "Prometheus was not asked")
    rules = list(covering(facts.rules, facts))
    if not rules:
        return not_applicable("no rule covers it")
    without = dict.fromkeys(rule.name for rule in rules if not any(rule.annotations.get(key) for key in RUNBOOKS))
    return failed(f"none on {names(without)}") if without else passed(f"on {len(rules)} of {len(rules)} rules")


def dashboard(facts: Facts) -> Answer:
    """Who looks into it knows where to look."""
    if facts.app.belonging.dashboard:
        return passed(facts.app.belonging.dashboard)
    listing = facts.listed("configmaps")
    if listing.items:
        return passed(f"config map {names(map(name_of, listing.items))}")
    return unknown(listing.problem) if listing.problem else failed("none is named")


def json_logs(facts: Facts) -> Answer:
    """What it logs can be searched by field."""
    told = {name: lines for name, lines in facts.logs.items() if lines}
    if not told:
        return unknown("no log could be read")
    plain = [name.partition("/")[2] for name, lines in told.items() if not _mostly_json(lines)]
    if plain:
        return failed(f"not JSON: {names(plain)}")
    return passed(f"{len(told)} of {len(told)} workloads that log")


def owner(facts: Facts) -> Answer:
    """Somebody answers for it."""
    belonging = facts.app.belonging
    said = [word for word in (belonging.team, belonging.owner) if word]
    return passed(", ".join(said)) if said else failed("no team and no owner")


def on_call(facts: Facts) -> Answer:
    """Somebody comes at night."""
    said = facts.app.belonging.on_call
    return passed(said) if said else failed("nobody is named")


def repository(facts: Facts) -> Answer:
    """Who repairs it finds its source."""
    said = facts.app.belonging.repository
    return passed(said) if said else failed("none is named")


def covering(rules: Iterable[WireRule], facts: Facts) -> Iterator[WireRule]:
    """Iterate over the rules that can fire about an app, by the matchers in their queries."""
    for rule in rules:
        if _covers(rule.query, facts):
            yield rule


def _covers(query: str, facts: Facts) -> bool:
    asks_by_namespace = False
    for label, sign, value in _MATCHER.findall(query):
        if label in _NAMESPACES:
            asks_by_namespace = True
            if not any(_meets(namespace, sign, value) for namespace in facts.app.namespaces):
                return False
        elif label in _NAMES:
            own = [one.name for one in facts.workloads if _NAMES[label] in ("", one.kind)]
            if label == "service":
                own += [name_of(one) for one in facts.listed("services").items]
            if not any(_meets(name, sign, value) for name in own):
                return False
    about_objects = any(word in query for word in ("kube_pod", "kube_deployment", "kube_statefulset", "container_"))
    return asks_by_namespace or about_objects or any(word in query for word in _SYMPTOMS)


def _meets(name: str, sign: str, value: str) -> bool:
    """Return whether a name meets a matcher. Of regular expressions, lists of words and `.*` are understood."""
    if sign in ("=", "!="):
        return (name == value) is (sign == "=")
    globs = [part.replace(".*", "*").replace(".+", "?*") for part in value.strip("()^$").split("|")]
    return any(fnmatchcase(name, glob) for glob in globs) is (sign == "=~")


def _mostly_json(lines: Iterable[str]) -> bool:
    listed = [line for line in lines if line.strip()]
    return sum(map(_is_json, listed)) >= _JSON_SHARE * len(listed)


def _is_json(line: str) -> bool:
    if not line.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
