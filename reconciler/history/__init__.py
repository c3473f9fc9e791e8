"""What each pass did, and how to go back: SQLite beside you, S3 for a team."""

from reconciler.history.actor import who_ran
from reconciler.history.ledger import Ledger
from reconciler.history.records import Record, record_of, why_not
from reconciler.history.rollback import WayBack, way_back
from reconciler.history.s3_store import S3History
from reconciler.history.sqlite_store import SqliteHistory
from reconciler.history.store import History, HistoryOutOfReach, HistoryTrouble, NoSuchPass, last_settled_hash

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
