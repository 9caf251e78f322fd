"""The way to a cluster: the kubeconfig, the sign-in, the API server, and what this user may do there."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from cockpit.checkup.finding import Finding, bad, warning, well
from state.cluster import access, kubeconfig, requests
from state.cluster.errors import ClusterError, ConfigError, SignInFailed
from state.cluster.probe import probe
from state.cluster.target import Target
from state.cluster.transport import Transport
from state.config import Config
from state.operation import Permission
from state.printable import printable
from state.settings import is_protected

_READ = (
    ("", "pods"), ("", "events"), ("", "services"), ("apps", "deployments"), ("apps", "replicasets"),
    ("apps", "statefulsets"), ("apps", "daemonsets"), ("batch", "jobs"), ("batch", "cronjobs"),
)  # fmt: skip
_READ_CLUSTER = (("", "nodes"), ("", "namespaces"))
_DO = (
    ("read logs", Permission("get", "", "pods", subresource="log")),
    ("roll back", Permission("patch", "apps", "deployments")),
    ("delete pods", Permission("delete", "", "pods")),
    ("evict pods", Permission("create", "", "pods", subresource="eviction")),
)


def examine_contexts(
    explicit: Path | None, wanted: str, environ: Mapping[str, str], config: Config
) -> tuple[list[Finding], Target | None]:
    """Look for the contexts; return what was found and whom to ask, None when there is nobody."""
    try:
        target = kubeconfig.find_target(wanted, explicit, environ)
    except ConfigError as error:
        return [bad("contexts", str(error), _advice(error))], None
    if target.context == "in-cluster":
        return [well("contexts", "no kubeconfig; the pod's service account is used")], target
    listed = kubeconfig.contexts(kubeconfig.paths_of(explicit, environ))
    protected = [one.name for one in listed if is_protected(one.name, config)]
    namespace = f", namespace {target.namespace}" if target.namespace else ""
    found = f"{len(listed)} of them, {target.context} is used{namespace}"
    if protected:
        found += f"; protected: {', '.join(protected)}"
    return [well("contexts", printable(found))], target


def examine_api(transport: Transport, target: Target, namespaces: tuple[str, ...]) -> Iterator[Finding]:
    """Ask the server whether it is there, who it thinks we are, and what we may."""
    where = printable(target.server.url)
    try:
        probe(transport)
        version = str(requests.get(transport, "/version").get("gitVersion", "unknown version"))
        identity = access.whoami(transport)
    except SignInFailed as error:
        yield bad("api", f"{where}: {error}", "sign in again, or ask who runs the cluster for credentials")
        return
    except ClusterError as error:
        yield bad(
            "api", f"{where}: {error}", "check the address, the network and the VPN; `kubectl version` asks the same"
        )
        return
    who = f", as {identity.name}" if identity else ""
    yield well("api", f"Kubernetes {printable(version)} at {where}{who}")
    try:
        yield from _examine_permissions(transport, target, namespaces)
    except ClusterError as error:
        yield bad("permissions", str(error), "ask again when the server answers")
    yield _examine_usage(transport)


def _examine_usage(transport: Transport) -> Finding:
    try:
        requests.get(transport, "/apis/metrics.k8s.io/v1beta1")
    except ClusterError as error:
        return warning("usage", f"no metrics.k8s.io: {error}", "install metrics-server to see usage without Prometheus")
    return well("usage", "metrics.k8s.io is served")


def _examine_permissions(transport: Transport, target: Target, namespaces: tuple[str, ...]) -> Iterator[Finding]:
    scopes = namespaces or ("",)
    unseen = _denied(transport, _READ, scopes)
    if unseen and not namespaces:
        fallback = target.namespace or "default"
        everywhere, unseen = unseen, _denied(transport, _READ, (fallback,))
        if len(unseen) < len(everywhere):
            scopes = (fallback,)
    scope = ", ".join(scopes) if scopes != ("",) else "all namespaces"
    unseen += _denied(transport, _READ_CLUSTER, ("",))
    total = len(_READ) + len(_READ_CLUSTER)
    if len(unseen) >= total:
        yield bad(
            "permissions",
            f"may read none of the kinds in {scope}",
            "ask for the cluster role `view` or name a namespace",
        )
    elif unseen:
        found = f"reads {total - len(unseen)} of {total} kinds in {scope}; not {', '.join(unseen)}"
        yield warning("permissions", printable(found), "what is not read stays empty; ask for list and watch on it")
    else:
        yield well("permissions", printable(f"reads all {total} kinds in {scope}"))
    may: list[str] = []
    may_not: list[str] = []
    for name, permission in _DO:
        asked = Permission(
            permission.verb, permission.group, permission.resource, scopes[0], "", permission.subresource
        )
        (may_not if access.allowed(transport, asked) else may).append(name)
    where = f" in {scopes[0]}" if scopes[0] else ""
    if may_not:
        yield warning(
            "operations", f"may not {', '.join(may_not)}{where}", "these keys will be refused, with the reason"
        )
    else:
        yield well("operations", f"may {', '.join(may)}{where}")


def _denied(transport: Transport, kinds: tuple[tuple[str, str], ...], scopes: tuple[str, ...]) -> list[str]:
    """The plurals of the kinds that cannot be listed and watched in every one of the scopes."""
    return [
        plural
        for group, plural in kinds
        if any(
            access.allowed(transport, Permission(verb, group, plural, scope))
            for scope in scopes
            for verb in ("list", "watch")
        )
    ]


def _advice(error: ConfigError) -> str:
    return (
        "" if "cockpit demo" in str(error) else "mend the kubeconfig, or choose another with --kubeconfig or --context"
    )
