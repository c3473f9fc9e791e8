"""`python -m reconciler` and the command `reconciler`."""

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # Python puts the working directory first; modules in it (`queue.py`, `yaml/`) must not replace ours.
    _ours = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120 -- pathlib may be theirs
    if os.path.realpath(sys.path[0]) != _ours:
        del sys.path[0]

try:
    from reconciler.runtime.interrupts import interrupts
except KeyboardInterrupt:
    os._exit(130)


def main() -> None:
    """Run the command line; Ctrl-C also ends it quietly while it is loaded."""
    interrupts.listen()
    from reconciler.cli import main as run  # noqa: PLC0415 -- the long part of the start

    run()


if __name__ == "__main__":
    main()
