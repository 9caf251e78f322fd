"""`python -m tests.bench.inside.first_frame OUT …`: the cockpit, until its first frame is drawn; OUT takes CPU seconds.

What stands here is counted as the program's own, so it imports nothing more.
"""

import sys
import time

from cockpit.app import CockpitApp


def main() -> None:
    """Run the command line with the rest of the arguments."""
    out = sys.argv.pop(1)

    async def begin(self: CockpitApp) -> None:
        # Called once the first frame was drawn, in place of what opens the session.
        with open(out, "w") as file:  # noqa: ASYNC230, PTH123
            file.write(str(time.process_time()))
        self.exit()

    CockpitApp._open = begin  # type: ignore[method-assign]
    from cockpit.__main__ import main as cockpit

    cockpit()


main()
