from typing import Any

import pytest

from state.endpoint import Endpoint, InvalidEndpoint


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"url": "prom:9090"}, "write http://prom:9090"),
        ({"url": "ftp://prom"}, "does not begin with http"),
        ({"url": "http://"}, "names no host"),
        ({"url": "http://prom:port"}, "is not a URL"),
        ({"url": "http://prom:9090/api/v1/"}, "leave out /api/v1"),
        ({"url": "http://prom/graph"}, "leave out /graph"),
        ({"url": "http://prom/?a=b"}, "holds a query"),
        ({"url": "http://prom", "timeout": 0}, "0.1 to 120 seconds"),
        ({"url": "http://prom", "timeout": float("nan")}, "0.1 to 120 seconds"),
        ({"url": "https://prom", "cert_file": "a.pem"}, "a client certificate without its key"),
        ({"url": "https://prom", "ca_file": "a.pem", "insecure": True}, "leave one out"),
        ({"url": "http://prom", "ca_file": "a.pem"}, "write https://"),
        ({"url": "http://prom", "bearer_token": "s3cret", "basic": ("a", "s3cret")}, "more than one way"),
        ({"url": "http://prom", "headers": {"X-Key": "s3cret\r\nHost: b"}}, "the header X-Key holds a line break"),
        ({"url": "http://prom", "headers": {"X Key": "s3cret"}}, "is no name of a header"),
        ({"url": "http://prom", "proxy": "proxy:3128"}, "the proxy for http://prom"),
        ({"url": "http://ana:s3cret@prom"}, "give them apart"),
        ({"url": "service://prom:9090"}, "write service://NAME.NAMESPACE:PORT"),
        ({"url": "service://prom.mon"}, "write service://NAME.NAMESPACE:PORT"),
        ({"url": "service://prom.mon.svc:9090"}, "write service://NAME.NAMESPACE:PORT"),
        ({"url": "service://ana:s3cret@prom.mon:9090"}, "give them apart"),
        ({"url": "service://prom.mon:9090", "bearer_token": "s3cret"}, "through the API server: leave out a token"),
        ({"url": "service://prom.mon:9090", "headers": {"authorization": "s3cret"}}, "leave out a token"),
        ({"url": "service+https://prom.mon:9090", "ca_file": "a.pem"}, "leave out certificates"),
        ({"url": "service://prom.mon:9090", "proxy": "http://p:3128"}, "leave out a proxy"),
        ({"url": "service://prom.mon:9090/api/v1"}, "leave out /api/v1"),
        ({"url": "http://prom", "name": "a/b"}, "the name of http://prom holds a slash"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence_without_secrets(parts: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidEndpoint) as refused:
        Endpoint(**parts)
    assert said in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_url_may_bring_its_user() -> None:
    endpoint = Endpoint.of("https://ana:p%40ss@prom.example:9090/prefix/")
    assert endpoint.url == "https://prom.example:9090/prefix"
    assert endpoint.basic == ("ana", "p@ss")


def test_secrets_are_in_no_text_of_an_endpoint() -> None:
    endpoint = Endpoint("https://prom", headers={"X-Key": "s3cret"}, basic=("ana", "s3cret"), proxy="http://u:s3cret@p")
    token = Endpoint("https://prom", bearer_token="s3cret")
    assert "s3cret" not in f"{endpoint} {endpoint!r} {token} {token!r}"
    assert isinstance(hash(endpoint), int)


def test_a_password_in_a_url_that_is_refused_is_not_told() -> None:
    with pytest.raises(InvalidEndpoint) as refused:
        Endpoint.of("htp://ana:s3cret@prom")
    assert "s3cret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_that_cannot_be_read_is_named() -> None:
    assert (
        "the CA file /nowhere/ca.pem cannot be read"
        in Endpoint("https://a", ca_file="/nowhere/ca.pem").unreadable_file()
    )
    assert Endpoint("https://a").unreadable_file() == ""


def test_members_of_a_cluster_are_asked_alike() -> None:
    whole = Endpoint("http://am-0:9093", headers={"X": "1"}, members=("http://am-1:9093", "http://am-0:9093"))
    assert [one.url for one in whole.each] == ["http://am-0:9093", "http://am-1:9093"]
    assert all(one.headers == {"X": "1"} and not one.members for one in whole.each)
    for wrong in ("am-1", "http://ana:pw@am-1"):
        with pytest.raises(InvalidEndpoint):
            Endpoint("http://am-0", members=(wrong,))


def test_a_service_of_the_cluster_is_an_endpoint_too() -> None:
    endpoint = Endpoint("service://alertmanager-operated.monitoring:9093/am/", tenant="team-a")
    service = endpoint.service
    assert service == ("monitoring", "alertmanager-operated", 9093, "http", "/am")
    assert service.path == "/api/v1/namespaces/monitoring/services/http:alertmanager-operated:9093/proxy"
    assert str(endpoint) == "service://alertmanager-operated.monitoring:9093/am"
    encrypted = Endpoint("service+https://prom.mon:443").service
    assert encrypted is not None
    assert encrypted.proxied == "https:prom:443"
    assert Endpoint("http://prom.mon:9090").service is None
