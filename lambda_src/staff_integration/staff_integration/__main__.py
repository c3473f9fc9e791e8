"""`python -m staff_integration COMMAND` and the command `staff-integration`."""

import os

try:
    from staff_integration.interrupts import interrupts
except KeyboardInterrupt:
    os._exit(130)


def main() -> None:
    """Run the command of the command line; Ctrl-C also ends it quietly while it is loaded."""
    interrupts.listen()
    from staff_integration.command_line import main as run  # noqa: PLC0415  # the long part of the start

    run()


if __name__ == "__main__":
    main()
