"""Alertmanager's API v2 as it travels; what older versions leave out is optional."""

import msgspec

# Thousands are read at once: what can hold no circle is none of the garbage collector's work.


class WireReceiver(msgspec.Struct, gc=False):
    """A receiver's name."""

    name: str = ""


class WireStatus(msgspec.Struct, rename="camel", gc=False):
    """Where an alert is."""

    state: str = ""
    silenced_by: tuple[str, ...] = ()
    inhibited_by: tuple[str, ...] = ()
    muted_by: tuple[str, ...] = ()


class WireAlert(msgspec.Struct, rename="camel", gc=False):
    """One element of `GET /alerts`."""

    labels: dict[str, str]
    annotations: dict[str, str] = {}
    starts_at: str = ""
    updated_at: str = ""
    fingerprint: str = ""
    generator_url: str = msgspec.field(default="", name="generatorURL")
    receivers: tuple[WireReceiver, ...] = ()
    status: WireStatus = msgspec.field(default_factory=WireStatus)


class WireGrouped(msgspec.Struct):
    """An alert inside a group, as far as its group decides about it."""

    fingerprint: str = ""
    status: WireStatus = msgspec.field(default_factory=WireStatus)


class WireGroup(msgspec.Struct):
    """One element of `GET /alerts/groups`. What a time interval mutes is told here and nowhere else."""

    alerts: list[WireGrouped] = []


class WireMatcher(msgspec.Struct, rename="camel"):
    """One condition of a silence. Alertmanager before 0.22 knows no `isEqual`."""

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True


class WireSilenceStatus(msgspec.Struct):
    """A silence's state: active, pending or expired."""

    state: str = ""


class WireSilence(msgspec.Struct, rename="camel"):
    """One element of `GET /silences`."""

    id: str
    matchers: list[WireMatcher] = []
    starts_at: str = ""
    ends_at: str = ""
    updated_at: str = ""
    created_by: str = ""
    comment: str = ""
    status: WireSilenceStatus = msgspec.field(default_factory=WireSilenceStatus)


class WireVersion(msgspec.Struct):
    """The part of `GET /status` about the build."""

    version: str = ""


class WireCluster(msgspec.Struct):
    """The part of `GET /status` about gossip. `status` is ready, settling or disabled."""

    status: str = ""
    name: str = ""


class WireConfig(msgspec.Struct):
    """The part of `GET /status` that holds the configuration, as YAML with its secrets masked."""

    original: str = ""


class WireServer(msgspec.Struct, rename="camel"):
    """`GET /status`."""

    version_info: WireVersion = msgspec.field(default_factory=WireVersion)
    cluster: WireCluster = msgspec.field(default_factory=WireCluster)
    uptime: str = ""
    config: WireConfig = msgspec.field(default_factory=WireConfig)


class WirePosted(msgspec.Struct):
    """The answer to `POST /silences`."""

    silence_id: str = msgspec.field(name="silenceID")


class WireRefusal(msgspec.Struct):
    """An error by the API's own validation; errors of its handlers are a bare JSON string."""

    code: int = 0
    message: str = ""
