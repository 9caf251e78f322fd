"""`cockpit` and `python -m cockpit`."""


def main() -> None:
    """Run the command line. Ends the process with the exit code documented in `cockpit.cli.root`."""
    from cockpit.cli.root import cockpit

    cockpit()


if __name__ == "__main__":
    main()
