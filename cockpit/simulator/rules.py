"""The alerting rules of the simulated world, after kubernetes-mixin and the SRE workbook.

Windows and `for` are short, so that an alert burns within minutes; each rule's annotation `hurried` says so.
"""

from dataclasses import dataclass

from cockpit.simulator.clock import WorldClock
from cockpit.simulator.promql.durations import format_duration
from cockpit.simulator.promql.parser import parse
from cockpit.simulator.promql.printer import show
from cockpit.simulator.templates import Template

_RUNBOOKS = "https://runbooks.prometheus-operator.dev/runbooks"
OBJECTIVE = 0.999
"""Share of requests that must not fail."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An alerting rule. `pause` is its `for` in milliseconds."""

    name: str
    query: str
    pause: int
    labels: dict[str, str]
    annotations: dict[str, Template]


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated together, and the file they would be in."""

    name: str
    file: str
    rules: tuple[Rule, ...]


def groups(clock: WorldClock) -> tuple[Group, ...]:
    """Return the rules for a world's speed, by their files."""
    made = _Rules(clock)
    return (
        Group("error-budgets", "/etc/prometheus/rules/error-budgets.yaml", made.budgets()),
        Group("general.rules", "/etc/prometheus/rules/general.yaml", made.general()),
        Group("kubernetes-apps", "/etc/prometheus/rules/kubernetes-apps.yaml", made.apps()),
        Group("kubernetes-system", "/etc/prometheus/rules/kubernetes-system.yaml", made.system()),
    )


class _Rules:
    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock

    def _span(self, seconds: float) -> str:
        return format_duration(self._milliseconds(seconds))

    def _milliseconds(self, seconds: float) -> int:
        return max(1000, round(self._clock.takes(seconds)) * 1000) if seconds else 0

    def _rule(
        self,
        name: str,
        severity: str,
        query: str,
        pause: float,
        summary: str,
        description: str,
        runbook: str,
        *,
        over: str = "",
        usual: str = "",
        **labels: str,
    ) -> Rule:
        annotations = {"description": description, "runbook_url": f"{_RUNBOOKS}/{runbook}", "summary": summary}
        if usual:
            here = f"for {self._span(pause)}" + (f" over {over}" if over else "")
            annotations["hurried"] = f"{here} here, usually for {usual}"
        return Rule(
            name,
            show(parse(query)),
            self._milliseconds(pause),
            {**labels, "severity": severity},
            {key: Template(text) for key, text in sorted(annotations.items())},
        )

    def apps(self) -> tuple[Rule, ...]:
        minute = self._span(60)
        waiting = 'kube_pod_container_status_waiting_reason{job="kube-state-metrics",reason="CrashLoopBackOff"}'
        pod = "{{ $labels.namespace }}/{{ $labels.pod }}"
        deployment = "{{ $labels.namespace }}/{{ $labels.deployment }}"
        return (
            self._rule(
                "KubePodCrashLooping",
                "critical",
                f"max_over_time({waiting}[{minute}]) >= 1",
                30,
                "Pod is crash looping.",
                f'Pod {pod} ({{{{ $labels.container }}}}) is in waiting state (reason: "CrashLoopBackOff").',
                "kubernetes/kubepodcrashlooping",
                over=minute,
                usual="15m over 5m",
            ),
            self._rule(
                "KubeDeploymentReplicasMismatch",
                "warning",
                f"""(kube_deployment_spec_replicas{{job="kube-state-metrics"}}
                  > kube_deployment_status_replicas_available{{job="kube-state-metrics"}})
                and (changes(kube_deployment_status_replicas_updated{{job="kube-state-metrics"}}[{minute}]) == 0)""",
                60,
                "Deployment has not matched the expected number of replicas.",
                f"Deployment {deployment} has not matched the expected number of replicas.",
                "kubernetes/kubedeploymentreplicasmismatch",
                over=minute,
                usual="15m over 10m",
            ),
            self._rule(
                "KubePodPending",
                "warning",
                'sum by (namespace, pod) (kube_pod_status_phase{job="kube-state-metrics",phase="Pending"} == 1)',
                120,
                "Pod has been pending.",
                f"Pod {pod} has not been able to start.",
                "kubernetes/kubepodnotready",
                usual="15m",
            ),
        )

    def system(self) -> tuple[Rule, ...]:
        disk = '{fstype!~"tmpfs|overlay|squashfs"}'
        used = f"(1 - node_filesystem_avail_bytes{disk} / node_filesystem_size_bytes{disk})"
        filling = f"predict_linear(node_filesystem_avail_bytes{disk}[{self._span(600)}], {4 * 3600}) < 0"
        return (
            self._rule(
                "NodeDiskFillingUp",
                "warning",
                f"""max without (nodename) (label_replace(
                  ({used} > 0.85 and ({filling} or {used} > 0.9))
                    * on (instance) group_left (nodename) node_uname_info,
                  "node", "$1", "nodename", "(.+)"))""",
                60,
                "Filesystem is running out of space.",
                "Filesystem on {{ $labels.device }}, mounted on {{ $labels.mountpoint }}, at {{ $labels.node }} "
                "is {{ $value | humanizePercentage }} full.",
                "node/nodefilesystemspacefillingup",
                over=self._span(600),
                usual="1h over 6h",
            ),
            self._rule(
                "KubeNodeNotReady",
                "warning",
                """kube_node_status_condition{condition="Ready",job="kube-state-metrics",status="true"} == 0
                and on (node) kube_node_spec_unschedulable{job="kube-state-metrics"} == 0""",
                60,
                "Node is not ready.",
                "{{ $labels.node }} has been unready.",
                "kubernetes/kubenodenotready",
                usual="15m",
            ),
            self._rule(
                "CertificateExpiry",
                "warning",
                "(certmanager_certificate_expiration_timestamp_seconds - time()) / 86400 < 14",
                0,
                "Certificate nears its end.",
                'The certificate {{ $labels.name }} ends in {{ printf "%.1f" $value }} days.',
                "cert-manager/certmanagercertexpirysoon",
            ),
        )

    def budgets(self) -> tuple[Rule, ...]:
        return (
            self._burn("critical", 14.4, 300, 60, 30, "2m over 1h and 5m"),
            self._burn("warning", 6, 900, 180, 60, "15m over 6h and 30m"),
        )

    def _burn(self, severity: str, factor: float, long: float, short: float, pause: float, usual: str) -> Rule:
        def above(window: float) -> str:
            by, span = "sum by (namespace, service)", self._span(window)
            failed = f'{by} (rate(http_requests_total{{code=~"5.."}}[{span}]))'
            return f"{failed} / {by} (rate(http_requests_total[{span}])) / {1 - OBJECTIVE:.3g} > {factor}"

        return self._rule(
            "ErrorBudgetBurn",
            severity,
            f"({above(long)}) and ({above(short)})",
            pause,
            "The error budget burns too fast.",
            "{{ $labels.service }} in {{ $labels.namespace }} burns its error budget "
            f'{{{{ printf "%.1f" $value }}}} times as fast as it may ({OBJECTIVE:.1%} must not fail).',
            "kubernetes/kubeapierrorbudgetburn",
            over=f"{self._span(long)} and {self._span(short)}",
            usual=usual,
            long=self._span(long),
            short=self._span(short),
        )

    def general(self) -> tuple[Rule, ...]:
        return (
            self._rule(
                "TargetDown",
                "warning",
                """100 * (count by (job, namespace, service) (up == 0)
                  / count by (job, namespace, service) (up)) > 10""",
                60,
                "One or more targets are unreachable.",
                '{{ printf "%.1f" $value }}% of the {{ $labels.job }}/{{ $labels.service }} targets in '
                "{{ $labels.namespace }} namespace are down.",
                "general/targetdown",
                usual="10m",
            ),
            self._rule(
                "Watchdog",
                "none",
                "vector(1)",
                0,
                "An alert that should always be firing to certify that Alertmanager is working properly.",
                "This is an alert meant to ensure that the entire alerting pipeline is functional. This alert is "
                "always firing, therefore it should always be firing in Alertmanager.",
                "general/watchdog",
            ),
        )
