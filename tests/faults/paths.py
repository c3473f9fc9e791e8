"""Lets the fault matrix use what the contract suite stages kinds with."""

import sys
from pathlib import Path

CONTRACT = Path(__file__).resolve().parent.parent / "contract"

if str(CONTRACT) not in sys.path:
    sys.path.insert(0, str(CONTRACT))
