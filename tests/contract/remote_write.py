"""Prometheus' remote write, enough of it to give a server series with their exact moments and ends.

The body is a protobuf `WriteRequest` in Snappy's block format, in which bytes may stand as they are.
https://prometheus.io/docs/specs/prw/remote_write_spec/
"""

import struct
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from cockpit.simulator.promql.values import Labels, Series

SLICE = 3_600_000
"""Milliseconds in one request: a server takes no sample older than an hour before its newest."""
_STALE = struct.pack("<Q", 0x7FF0_0000_0000_0002)
"""The value that ends a series."""
_LITERAL = 65_536

Samples = list[tuple[int, bytes]]
Points = list[tuple[int, float]]


def stored(labels: Labels, points: Points) -> Series:
    """Return samples, given as `(milliseconds, value)`, as a series that is never stale."""
    times, values = [at for at, _ in points], [value for _, value in points]
    return Series(
        labels,
        times,
        ((0, len(times)),),
        lambda indices: [values[index] for index in indices],
        monotone=values == sorted(values),
    )


def send(url: str, series: Iterable[tuple[Series, int]]) -> int:
    """Write series, each from a moment (milliseconds) on, with the marks of their ends; return how many samples."""
    slices: dict[int, list[bytes]] = defaultdict(list)
    sent = 0
    for one, since in series:
        cut: dict[int, Samples] = defaultdict(list)
        for when, value in _samples(one, since):
            cut[when // SLICE].append((when, value))
            sent += 1
        for number, samples in cut.items():
            slices[number].append(_field(1, _labels(one.labels) + b"".join(map(_sample, samples))))
    for number in sorted(slices):
        request = urllib.request.Request(
            f"{url}/api/v1/write",
            _snappy(b"".join(slices[number])),
            {"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf"},
        )
        urllib.request.urlopen(request, timeout=20).close()
    return sent


def _samples(series: Series, since: int) -> Iterator[tuple[int, bytes]]:
    times = series.times
    for start, end in series.spans:
        indices: Sequence[int] = [index for index in range(start, min(end, len(times))) if times[index] >= since]
        for index, value in zip(indices, series.read(indices), strict=True):
            yield times[index], struct.pack("<d", value)
        if end < len(times) and times[end] >= since:
            yield times[end], _STALE


def _labels(labels: Labels) -> bytes:
    return b"".join(
        _field(1, _field(1, name.encode()) + _field(2, value.encode())) for name, value in sorted(labels.items())
    )


def _sample(sample: tuple[int, bytes]) -> bytes:
    when, value = sample
    return _field(2, b"\x09" + value + b"\x10" + _varint(when))


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


@cache
def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _snappy(body: bytes) -> bytes:
    found = [_varint(len(body))]
    for start in range(0, len(body), _LITERAL):
        part = body[start : start + _LITERAL]
        found += [b"\xf4", struct.pack("<H", len(part) - 1), part]
    return b"".join(found)
