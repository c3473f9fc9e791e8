"""What `reconciler smoke` checks of a table.

Source: TableDescription (Amazon DynamoDB API Reference).
"""

from collections.abc import Mapping

from reconciler.contract import Check, Look, Seen
from reconciler.resources.dynamodb.table_drill import RESTORE

READY = ("ACTIVE", "UPDATING")
"""The states in which a table, or an index, takes reads and writes."""
AVAILABLE = "is ACTIVE, with all indexes"


def _state(look: Look) -> Seen:
    table = look.describe()
    states = [("table", table["TableStatus"])]
    states += [(row["IndexName"], row["IndexStatus"]) for row in table.get("GlobalSecondaryIndexes") or ()]
    bad = [f"{name} is {state}" for name, state in states if state not in READY]
    return Seen(not bad, ", ".join(bad) or states[0][1], AVAILABLE)


CHECKS: Mapping[str, Check] = {"state": Check(AVAILABLE, _state, ("describe_table",)), "restore": RESTORE}
