"""A cockpit's board without the cockpit: moves cards without end and says each step once it is durable."""

import random
import sys
from pathlib import Path

from state.board import edits
from state.board.desk import Desk
from state.board.store import open_file


def main(path: str, who: str, seed: str, steps: str) -> None:
    chance = random.Random(seed)
    desk = Desk(lambda: open_file(Path(path)), who)
    desk.start()
    while desk.board is None:
        desk.pump()
        desk.drain(0.001)
    for _ in range(int(steps)):
        board, step = desk.board, desk.step()
        # Two movers with phases of their own never wish the same, which would count as done already.
        phases = [phase.id for phase in board.phases][who == "ben" :: 2]
        uids = chance.sample(sorted(board.cards), chance.choice([1, 1, 1, 5]))
        made = edits.move(board, step, uids, chance.choice(phases))
        if chance.random() < 0.2:
            made = (edits.new_card(board, step, f"by {who}", phase=chance.choice(phases)),)
        desk.submit(made)
        if not desk.drain(30):
            sys.exit(f"not saved: {desk.error}")
        desk.pump()
        clashing = {clash.mine.id for clash in desk.clashes}
        desk.acknowledge()
        for change in made:
            # Both may take one card out of what was dropped, and then both forget where it came from.
            if change.id not in clashing and change.field != "dropped_from":
                print(change.id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
