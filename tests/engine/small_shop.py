"""A shop for the passes of the engine's tests: its hours, and two queues of which one refers to the other."""

from reconciler.stack import Policy
from tests.engine.small_desk import stack, want

DAY = want("toy.hours/Day", {"zone": "UTC"})
SALES = want("toy.queue/Sales", {"hours": "Day", "limit": 5, "overflow": "Backup", "labels": ["a", "b"]})
BACKUP = want("toy.queue/Backup", {"hours": "Day", "note": "quiet"})
SHOP = stack(SALES, BACKUP, DAY)
CET = want("toy.hours/Day", {"zone": "CET"}, policy=Policy(replace=True))
"""Other hours in the place of `DAY`, which AWS cannot change."""
