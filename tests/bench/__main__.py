"""`python -m tests.bench`: the budgets of docs/budgets.md, measured."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from state.cluster.errors import ClusterError
from state.cluster.probe import probe
from tests.bench import board, connection, drawing, load, memory, opening, storm
from tests.bench.figures import Figure, as_json, as_table
from tests.bench.places import Place
from tests.bench.terminal import Gave

GROUPS: dict[str, Callable[[Place | None], Iterator[Figure]]] = {
    "opening": opening.measure,
    "memory": memory.measure,
    "load": load.measure,
    "storm": storm.measure,
    "drawing": drawing.measure,
    "board": board.measure,
    "connection": connection.measure,
}


def main() -> None:
    """Measure, print, and end with 1 when a budget is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"only these of: {', '.join(GROUPS)}")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--kubeconfig", type=Path, help="a real API server with many pods, which is only read")
    parser.add_argument("--context", default="", help="its context")
    options = parser.parse_args()
    unknown = [name for name in options.groups if name not in GROUPS]
    if unknown:
        parser.error(f"there is no group {unknown[0]!r}; there are {', '.join(GROUPS)}")
    if not sys.platform.startswith("linux"):
        parser.error("processes are measured through /proc, which only Linux has")
    place = Place(options.kubeconfig, options.context) if options.kubeconfig else None
    if place is not None:
        try:
            probe(place.connect())
        except ClusterError as error:
            parser.error(str(error))
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    if busy > 0.5:
        print(f"{busy:.1f} programs want each core already: what is measured in wall time is too long", file=sys.stderr)
    figures: list[Figure] = []
    failed = False
    for name, measure in GROUPS.items():
        if options.groups and name not in options.groups:
            continue
        print(f"{name} …", file=sys.stderr)
        try:
            figures.extend(measure(place))
        except Gave as gave:
            figures.append(Figure(f"the rest of {name}", "", 0, None, str(gave)))
            failed = True
    print(as_json(figures) if options.json else as_table(figures))
    sys.exit(failed or any(figure.verdict == "over" for figure in figures))


if __name__ == "__main__":
    main()
