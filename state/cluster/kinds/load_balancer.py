"""The addresses that a load balancer gave a service or an ingress."""

import msgspec


class Point(msgspec.Struct, gc=False):
    ip: str = ""
    hostname: str = ""


class LoadBalancer(msgspec.Struct, gc=False):
    ingress: list[Point] | None = None


def addresses(found: LoadBalancer) -> str:
    """Return them in order of their text, joined by commas."""
    return ",".join(sorted({one.ip or one.hostname for one in found.ingress or ()} - {""}))
