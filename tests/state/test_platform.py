from state.freshness import Freshness, Health
from state.metrics.pulse import Pulse
from state.platform import whole
from state.polled import Polled


def polled(pulse: Pulse | None, health: Health = Health.LIVE) -> Polled[Pulse]:
    made: Polled[Pulse] = Polled("prometheus", lambda: Pulse(0.0), 10.0)
    made.value, made.freshness = pulse, Freshness(health, 0.0, 0.0, "it is late" if health is Health.STALE else "")
    return made


def test_a_pulse_of_which_a_part_is_missing_is_live_with_a_reason() -> None:
    partial = Pulse(0.0, partial=True, warnings=("store a is down", "store b is down"))
    assert whole(polled(partial)) == Freshness(Health.LIVE, 0.0, 0.0, "store a is down")
    assert whole(polled(Pulse(0.0, partial=True))).reason == "some stores did not answer"
    for value in (None, Pulse(0.0), Pulse(0.0, warnings=("PromQL info: x",))):
        assert whole(polled(value)).reason == ""
    assert whole(polled(partial, Health.STALE)).reason == "it is late"
