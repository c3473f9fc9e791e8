"""`python -m reconciler`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python puts the working directory first; modules there (`queue.py`, `yaml/`) are not ours.
    if not sys.flags.safe_path and Path(sys.path[0]).resolve() != Path(__file__).resolve().parents[1]:
        del sys.path[0]
    from reconciler.cli import main

    main()
