"""git's merge driver as the command line will be: the versions of one file in, 1 when somebody is to be asked."""

import sys
from pathlib import Path

from state.board.merging import merge_files

if __name__ == "__main__":
    report = merge_files(*map(Path, sys.argv[1:4]))
    for sentence in (*report.conflicts, *report.notes):
        print(sentence, file=sys.stderr)
    sys.exit(1 if report.conflicts else 0)
