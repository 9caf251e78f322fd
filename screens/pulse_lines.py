"""How full nodes are, and pods over time, as lines for the width there is."""

from collections.abc import Sequence

from state.age import short_age
from state.cell import GLYPHS, Cell, Tone
from state.cluster.kinds.nodes import NODE
from state.cluster.usage_columns import FULL, WARN
from state.cluster.vitals import PHASES, NodeLoad, Sample
from state.printable import printable
from widgets.cell_lines import Line
from widgets.cell_text import cut
from widgets.meter import meter, percent
from widgets.spark import spark

_LEVELS = "▁▂▃▄▅▆▇█"
_NAME, _METER, _LEAST_METER, _SPARK = 18, 12, 4, 60
_PHASE_TONES = {"Pending": Tone.WARN, "Failed": Tone.BAD, "Succeeded": Tone.FAINT, "Terminating": Tone.QUIET}


def load_tone(share: float | None) -> Tone:
    """Return the tone of a share of what is offered or allowed."""
    if share is None:
        return Tone.FAINT
    return Tone.TEXT if share < WARN else Tone.WARN if share < FULL else Tone.BAD


def node_lines(loads: Sequence[NodeLoad], width: int, height: int, now: float, note: str = "") -> list[Line]:
    """Return the heat of nodes, fullest first: a line each where there is room, else a map and the fullest by name."""
    lines: list[Line] = [(Cell("▲ ", Tone.WARN), Cell(cut(note, width - 2), Tone.QUIET))] if note else []
    room = height - len(lines)
    if len(loads) > room:
        across = max(1, width - 4)
        for title, part in (("cpu", "cpu"), ("mem", "memory")):
            shares = [getattr(one, part) for one in loads]
            rows = [shares[at : at + across] for at in range(0, len(shares), across)][: max(1, (room - 3) // 3)]
            for index, row in enumerate(rows):
                lines.append((Cell(f"{title if index == 0 else '':<4}", Tone.QUIET), *map(_heat, row)))
        lines.append(())
    lines += [_node_line(one, width, now) for one in loads[: max(0, height - len(lines))]]
    return lines


def _heat(share: float | None) -> Cell:
    """One node of a map: eight levels, and its tone."""
    if share is None:
        return Cell("·", Tone.FAINT)
    level = _LEVELS[max(0, min(len(_LEVELS) - 1, int(share * len(_LEVELS))))]
    tone = load_tone(share)
    return Cell(level, Tone.FOCUS if tone is Tone.TEXT else tone)


def _node_line(one: NodeLoad, width: int, now: float) -> Line:
    fault = NODE.fault(one.row, now)
    mark = Cell("✓ ", Tone.FAINT) if fault is None else Cell(f"{GLYPHS.get(fault.tone, ' ')} ", fault.tone)
    name = max(8, min(_NAME, width - 44))
    room = (width - name - 26) // 2
    counted = room - 5 >= _LEAST_METER
    length = max(_LEAST_METER, min(_METER, room - 5 if counted else room))
    cells: list[Cell] = [mark, Cell(f"{cut(printable(one.row.name), name, middle=True):<{name}}")]
    for title, share in (("cpu", one.cpu), ("mem", one.memory)):
        tone = load_tone(share)
        cells.append(Cell(f"  {title} ", Tone.QUIET))
        cells += meter(share, length, Tone.FOCUS if tone in (Tone.TEXT, Tone.FAINT) else tone)
        cells.append(Cell(f"{percent(share):>6}", tone))
    if counted:
        cells.append(Cell(f"  {one.pods:>3} pods", Tone.QUIET))
    if fault is not None:
        cells.append(Cell(f"  {fault.text}", fault.tone))
    return cells


def pod_lines(samples: Sequence[Sample], width: int, now: float, how: str = "since this began at most") -> list[Line]:
    """Return pods by phase and their restarts over the time that is known; `how` says from where."""
    if not samples:
        return [(Cell("◌ ", Tone.QUIET), Cell("counting …", Tone.QUIET))]
    last, length = samples[-1], max(8, min(_SPARK, width - 22))
    lines: list[Line] = []
    for phase in PHASES:
        history = [sample.phases.get(phase, 0) for sample in samples]
        if not any(history) and phase != "Running":
            continue
        count = last.phases.get(phase, 0)
        tone = _PHASE_TONES.get(phase, Tone.TEXT) if count else Tone.FAINT
        drawn = Tone.FOCUS if tone is Tone.TEXT else tone
        # A level for nothing is no line for most of what is there: phases are drawn from nothing upwards.
        shape = spark(history, length, high=float(max(history)) or 1.0)
        lines.append((Cell(f"{phase:<12}", Tone.QUIET), Cell(f"{count:>6}  ", tone), Cell(shape, drawn)))
    restarts = [sample.restarts for sample in samples]
    total = sum(restarts)
    tone = Tone.WARN if total else Tone.FAINT
    shape = spark(restarts, length, high=float(max(restarts)) or 1.0)
    lines += [(), (Cell(f"{'restarts':<12}", Tone.QUIET), Cell(f"{total:>6}  ", tone), Cell(shape, tone))]
    lines.append((Cell(f"the last {short_age(max(0.0, now - samples[0].at))}, {how}", Tone.FAINT),))
    return lines


def mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
