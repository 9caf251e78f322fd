"""Readiness checks on what a break-in would find: images, rights, secrets. Pure."""

import re

from state.apps.readiness.facts import Facts, Json, Workload, each, names, part
from state.apps.readiness.model import Answer

_SECRET_LIKE = re.compile(r"(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL)", re.IGNORECASE)
_REFERENCE = re.compile(r"_(FILE|PATH|NAME|URL|REF|DIR|TTL|TIMEOUT|ENABLED)\Z", re.IGNORECASE)
_MOVING_TAGS = {"", "latest", "stable", "main", "master", "edge", "nightly"}


def image_tag(facts: Facts) -> Answer:
    """No image moves under its tag."""

    def wrong(one: Workload) -> str:
        moving = [image for image in _images(one) if "@" not in image and _tag(image) in _MOVING_TAGS]
        return names(moving)

    return each(facts, facts.workloads, wrong, "no moving tags", "runs")


def image_digest(facts: Facts) -> Answer:
    """Images are pinned to what was tested."""

    def wrong(one: Workload) -> str:
        loose = [image for image in _images(one) if "@" not in image]
        return names(loose)

    return each(facts, facts.workloads, wrong, "all by digest", "runs")


def non_root(facts: Facts) -> Answer:
    """No process runs as root."""

    def wrong(one: Workload) -> str:
        around = part(one.pod_spec, "securityContext")
        loose = [
            str(found.get("name", ""))
            for found in one.all_containers
            if not _non_root({**around, **part(found, "securityContext")})
        ]
        return f"may run as root: {names(loose)}" if loose else ""

    return each(facts, facts.workloads, wrong, "none runs as root", "runs")


def read_only_root(facts: Facts) -> Answer:
    """No process can write into its image."""

    def wrong(one: Workload) -> str:
        loose = [
            str(found.get("name", ""))
            for found in one.all_containers
            if part(found, "securityContext").get("readOnlyRootFilesystem") is not True
        ]
        return names(loose)

    return each(facts, facts.workloads, wrong, "all read-only", "runs")


def no_privilege(facts: Facts) -> Answer:
    """Nothing is privileged, can become so, or shares the node's namespaces."""

    def wrong(one: Workload) -> str:
        host = [key for key in ("hostNetwork", "hostPID", "hostIPC") if one.pod_spec.get(key)]
        if host:
            return names(host)
        loose = [
            f"{found.get('name', '')} ({words})"
            for found in one.all_containers
            if (words := _privilege(part(found, "securityContext")))
        ]
        return names(loose)

    return each(facts, facts.workloads, wrong, "no privilege", "runs")


def no_plain_secrets(facts: Facts) -> Answer:
    """No environment variable holds a secret in plain text. Values are not looked at, only whether there are any."""

    def wrong(one: Workload) -> str:
        plain = [
            str(variable.get("name"))
            for found in one.all_containers
            for variable in found.get("env") or ()
            if isinstance(variable, dict) and variable.get("value") and _secret_like(str(variable.get("name", "")))
        ]
        return names(plain)

    return each(facts, facts.workloads, wrong, "none in plain text", "runs")


def own_account(facts: Facts) -> Answer:
    """Pods that use no API carry no token for it."""

    def wrong(one: Workload) -> str:
        account = one.pod_spec.get("serviceAccountName") or "default"
        if account == "default" and one.pod_spec.get("automountServiceAccountToken") is not False:
            return "the default account's token"
        return ""

    return each(facts, facts.workloads, wrong, "no token of the default account", "runs")


def _images(one: Workload) -> list[str]:
    return [str(found.get("image", "")) for found in one.all_containers]


def _tag(image: str) -> str:
    return image.rpartition("/")[2].partition(":")[2]


def _non_root(context: Json) -> bool:
    user = context.get("runAsUser")
    return (context.get("runAsNonRoot") is True and user != 0) or (isinstance(user, int) and user > 0)


def _privilege(context: Json) -> str:
    if context.get("privileged"):
        return "privileged"
    added = part(context, "capabilities").get("add") or ()
    if added:
        return f"adds {', '.join(map(str, added))}"
    return "" if context.get("allowPrivilegeEscalation") is False else "may escalate"


def _secret_like(name: str) -> bool:
    return bool(_SECRET_LIKE.search(name)) and not _REFERENCE.search(name)
