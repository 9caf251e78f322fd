"""`cockpit` and `python -m cockpit`."""


def main() -> None:
    """Run the command line. Ends the process with the exit code documented in `cockpit.cli.root`."""
    from cockpit.cli.root import cockpit
    from cockpit.cli.stdout import told

    told(cockpit)


def _leave_the_current_folder() -> None:
    """Take the current folder, which `python -m` puts first, off the path: packages named like ours may lie there."""
    import sys
    from pathlib import Path

    home = Path(__file__).resolve().parent.parent
    if not sys.flags.safe_path and Path(sys.path[0]).resolve() != home:
        del sys.path[0]


if __name__ == "__main__":
    _leave_the_current_folder()
    main()
