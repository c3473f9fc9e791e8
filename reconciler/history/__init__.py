"""What each pass did, and how to go back: SQLite beside you, S3 for a team."""

from reconciler.history.ledger import Ledger
from reconciler.history.records import Record, record_of, why_not
from reconciler.history.rollback import WayBack, way_back
from reconciler.history.s3 import S3History
from reconciler.history.sqlite import SqliteHistory
from reconciler.history.store import History, HistoryOutOfReach, HistoryTrouble, NoSuchPass, last_settled_hash
from reconciler.history.who import who_ran

__all__ = [
    "History",
    "HistoryOutOfReach",
    "HistoryTrouble",
    "Ledger",
    "NoSuchPass",
    "Record",
    "S3History",
    "SqliteHistory",
    "WayBack",
    "last_settled_hash",
    "record_of",
    "way_back",
    "who_ran",
    "why_not",
]
