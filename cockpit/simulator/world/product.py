"""The apps of the development teams: storefront, payments, notifications."""

from dataclasses import replace

from cockpit.simulator.kinds import CONFIG_MAPS
from cockpit.simulator.programs import REGISTRY
from cockpit.simulator.world.around import (
    add_application,
    add_autoscaler,
    add_budget,
    add_certificate,
    add_cron_job,
    add_external_secret,
    add_guards,
    add_ingress,
)
from cockpit.simulator.world.builder import DAY, Builder
from cockpit.simulator.world.delivered import add_syncs
from cockpit.simulator.world.parts import Container, Labels, PodPlan
from cockpit.simulator.world.workloads import Release, Rolling, Workload, add_deployment, add_stateful_set

PAYMENTS_ROLLING = Rolling(max_surge=0, max_unavailable=1, progress_deadline=180)
"""How `payments-api` is released: one pod at a time, and stuck after three minutes."""

_STOREFRONT = (
    Release(74.2, "v2.0.0", "eli", "first release on the platform"),
    Release(61.0, "v2.3.0", "eli", "cart keeps its content across devices"),
    Release(47.3, "v2.4.1", "fay", "images come from the cache"),
    Release(33.2, "v2.6.0", "eli", "search as you type"),
    Release(19.1, "v3.0.0", "fay", "new checkout"),
    Release(5.3, "v3.1.0", "fay", "gift cards"),
)
_PAYMENTS = (
    Release(70.1, "v1.0.0", "ben", "first release on the platform"),
    Release(58.4, "v1.2.0", "ben", "refunds"),
    Release(44.2, "v1.4.0", "gus", "retries with idempotency keys"),
    Release(30.3, "v1.6.2", "ben", "second acquirer"),
    Release(16.2, "v1.8.0", "gus", "settlement in the background"),
    Release(8.4, "v1.8.1", "gus", "time-outs towards the acquirer"),
)
_NOTIFICATIONS = (
    Release(55.1, "v0.5.0", "hal", "first release on the platform"),
    Release(37.2, "v0.7.1", "hal", "templates in four languages"),
    Release(21.4, "v0.8.0", "ivy", "bounces are handled"),
    Release(11.2, "v0.9.4", "ivy", "digests"),
)


def _about(app: str, owner: str) -> tuple[tuple[str, str], ...]:
    """Return the annotations that say whose an app is and where to look."""
    return (
        ("cockpit.dev/owner", owner),
        ("cockpit.dev/on-call", f"{app}-oncall"),
        ("cockpit.dev/repository", f"https://git.example/{app}/{app}"),
        ("cockpit.dev/dashboard", f"https://grafana.platform.example/d/{app}"),
    )


def _own(name: str, cpu: str, memory: str, **rest: object) -> Container:
    return Container(name, f"{REGISTRY}/{name}:v0", cpu, memory, **rest)  # type: ignore[arg-type]


def _careful(container: Container) -> Container:
    """Return a container made ready for production."""
    return replace(container, liveness="/livez", pre_stop=5, hardened=True)


def _ready_pods(container: Container) -> PodPlan:
    """Return pods made ready for production."""
    return PodPlan((_careful(container),), priority_class="product", spread=True, token=False)


def _worker(name: str, cpu: str, memory: str, **rest: object) -> Container:
    return _own(name, cpu, memory, port=0, probe="", **rest)


def add_product(builder: Builder, shop_days_left: float = 62.0) -> None:
    """Add the three apps. `shop_days_left`: how many days the certificate of shop.example is still good."""
    _add_storefront(builder, shop_days_left)
    _add_payments(builder)
    _add_notifications(builder)


def _add_storefront(builder: Builder, shop_days_left: float) -> None:
    namespace = "storefront"
    builder.namespace(namespace, "product", namespace)
    add_guards(builder, namespace, namespace, "10", "24Gi")
    settings = {"STOREFRONT_LOCALES": "en,de,fr,nl", "STOREFRONT_CACHE": "storefront-cache:6379"}
    builder.add(CONFIG_MAPS, "storefront-settings", namespace, data=settings)
    add_external_secret(builder, namespace, "storefront-session", "key")
    from_settings = (("configMapRef", "storefront-settings"),)
    about = _about(namespace, "fay")
    web = Workload(
        namespace,
        Labels("storefront-web", namespace, "web", team=namespace),
        _ready_pods(_own("storefront-web", "400m", "512Mi", limit="1Gi", env_from=from_settings)),
        3,
        annotations=about,
    )
    api = Workload(
        namespace,
        Labels("storefront-api", namespace, "api", team=namespace),
        _ready_pods(_own("storefront-api", "400m", "768Mi", limit="1536Mi", env_from=from_settings)),
        3,
        annotations=about,
    )
    search = Workload(
        namespace,
        Labels("storefront-search", namespace, "search", team=namespace),
        _ready_pods(_own("storefront-search", "400m", "2Gi", limit="3Gi")),
        2,
        annotations=about,
    )
    for workload in (web, api, search):
        add_deployment(builder, workload, _STOREFRONT)
        builder.service(namespace, workload.labels, scraped=True)
        add_budget(builder, workload)
    cache = Labels("storefront-cache", namespace, "cache", "8.2.1", namespace)
    redis = Container("redis", "docker.io/library/redis:8.2.1", "200m", "1Gi", port=6379)
    kept = (("cockpit.dev/backup", "none needed: everything in it can be computed again"),)
    plan = PodPlan((_careful(redis),), priority_class="product", token=False)
    add_stateful_set(builder, Workload(namespace, cache, plan, annotations=kept), 60.0, "10Gi")
    builder.service(namespace, cache, 6379, headless=True)
    add_autoscaler(builder, search, 6, 70)
    add_certificate(builder, namespace, "shop-example", ["shop.example", "www.shop.example"], shop_days_left, 83)
    add_ingress(builder, web, "shop.example", "shop-example-tls")
    add_ingress(builder, api, "shop.example", "shop-example-tls", "/api")
    images = tuple(f"{REGISTRY}/{one.name}:{_STOREFRONT[-1].version}" for one in (web, api, search))
    add_application(builder, namespace, namespace, _STOREFRONT[-1].version, images)
    add_syncs(builder, namespace, images, _STOREFRONT)


def _add_payments(builder: Builder) -> None:
    namespace = "payments"
    builder.namespace(namespace, "product", namespace)
    add_guards(builder, namespace, namespace, "8", "24Gi")
    settings = {
        "PAYMENTS_DB_HOST": "payments-db.payments.svc",
        "PAYMENTS_DB_NAME": "payments",
        "PAYMENTS_ACQUIRER": "https://acquirer.example",
        "PAYMENTS_TIMEOUT_MS": "2500",
    }
    builder.add(CONFIG_MAPS, "payments-settings", namespace, data=settings)
    add_external_secret(builder, namespace, "payments-db", "PAYMENTS_DB_USER", "PAYMENTS_DB_PASSWORD")
    add_external_secret(builder, namespace, "payments-acquirer", "token")
    sources = (("configMapRef", "payments-settings"), ("secretRef", "payments-db"))
    migrate = Container(
        "migrate", f"{REGISTRY}/migrate:v1.4.0", "100m", "128Mi", port=0, probe="", env_from=sources, args=("up",)
    )
    api = Workload(
        namespace,
        Labels("payments-api", namespace, "api", team=namespace),
        PodPlan(
            (_own("payments-api", "500m", "768Mi", limit="1Gi", probe="/ready", env_from=sources, hardened=True),),
            (migrate,),
            token=False,
        ),
        3,
        PAYMENTS_ROLLING,
        _about(namespace, "gus")[:2],
    )
    ledger = Workload(
        namespace,
        Labels("payments-ledger", namespace, "api", team=namespace),
        PodPlan((_own("payments-ledger", "300m", "512Mi", limit="768Mi", env_from=sources),)),
        2,
    )
    worker = Workload(
        namespace,
        Labels("payments-worker", namespace, "worker", team=namespace),
        PodPlan((_worker("payments-worker", "300m", "384Mi", limit="512Mi", cpu_limit="300m", env_from=sources),)),
        2,
    )
    for workload in (api, ledger, worker):
        add_deployment(builder, workload, _PAYMENTS)
        add_budget(builder, workload)
    builder.service(namespace, api.labels, scraped=True)
    builder.service(namespace, ledger.labels)
    database = Labels("payments-db", namespace, "database", "18.1", namespace)
    postgres = Container("postgres", "docker.io/library/postgres:18.1", "600m", "3Gi", limit="4Gi", port=5432, probe="")
    kept = (("cockpit.dev/backup", "pgBackRest, every night to another region"),)
    add_stateful_set(builder, Workload(namespace, database, PodPlan((postgres,)), 2, annotations=kept), 70.0, "50Gi")
    builder.service(namespace, database, 5432, headless=True)
    reconcile = Labels("payments-reconcile", namespace, "job", "v1.8.1", namespace)
    task = Container("reconcile", f"{REGISTRY}/reconcile:v1.8.1", "100m", "128Mi", port=0, probe="", env_from=sources)
    template = PodPlan((task,), restart_policy="Never").template(reconcile.tree())
    add_cron_job(builder, namespace, reconcile, "*/15 * * * *", template, 13.0)
    add_certificate(builder, namespace, "pay-shop-example", ["pay.shop.example"], 71.0)
    add_ingress(builder, api, "pay.shop.example", "pay-shop-example-tls")
    images = tuple(f"{REGISTRY}/{one.name}:{_PAYMENTS[-1].version}" for one in (api, ledger, worker))
    add_application(builder, namespace, namespace, _PAYMENTS[-1].version, images)
    add_syncs(builder, namespace, images, _PAYMENTS)


def _add_notifications(builder: Builder) -> None:
    namespace = "notifications"
    builder.namespace(namespace, "product", namespace, age=56 * DAY)
    add_guards(builder, namespace, namespace, "4", "8Gi")
    builder.add(CONFIG_MAPS, "notifications-settings", namespace, data={"NOTIFICATIONS_QUEUE": "notifications-queue"})
    add_external_secret(builder, namespace, "notifications-smtp", "user", "password")
    sources = (("configMapRef", "notifications-settings"),)
    plain = (("NOTIFICATIONS_SMTP_PASSWORD", "change-me-before-the-launch"),)
    api = Workload(
        namespace,
        Labels("notifications-api", namespace, "api", team=namespace),
        PodPlan((_own("notifications-api", "250m", "384Mi", limit="512Mi", env_from=sources),)),
        2,
    )
    worker = Workload(
        namespace,
        Labels("notifications-worker", namespace, "worker", team=namespace),
        PodPlan((_worker("notifications-worker", "250m", "384Mi", limit="512Mi", env_from=sources, env=plain),)),
        2,
    )
    for workload in (api, worker):
        add_deployment(builder, workload, _NOTIFICATIONS)
        add_budget(builder, workload)
    builder.service(namespace, api.labels, scraped=True)
    queue = Labels("notifications-queue", namespace, "queue", "2.12.1", namespace)
    nats = Container("nats", "docker.io/library/nats:2.12.1", "150m", "512Mi", port=4222, probe="")
    add_stateful_set(builder, Workload(namespace, queue, PodPlan((nats,))), 50.0, "20Gi")
    builder.service(namespace, queue, 4222, headless=True)
    images = tuple(f"{REGISTRY}/{one.name}:{_NOTIFICATIONS[-1].version}" for one in (api, worker))
    add_application(builder, namespace, namespace, _NOTIFICATIONS[-1].version, images)
    add_syncs(builder, namespace, images, _NOTIFICATIONS)
