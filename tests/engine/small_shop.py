"""A stack for tests of the engine: hours, and two queues, one of which refers to the other."""

from reconciler.stack import Policy
from tests.engine.small_harness import stack, want

DAY = want("toy.hours/Day", {"zone": "UTC"})
SALES = want("toy.queue/Sales", {"hours": "Day", "limit": 5, "overflow": "Backup", "labels": ["a", "b"]})
BACKUP = want("toy.queue/Backup", {"hours": "Day", "note": "quiet"})
SHOP = stack(SALES, BACKUP, DAY)
CET = want("toy.hours/Day", {"zone": "CET"}, policy=Policy(replace=True))
"""Other hours instead of `DAY`; AWS cannot change them."""
