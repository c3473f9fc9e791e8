"""What each pass did, and how to go back: SQLite beside you, S3 for a team."""

from reconciler.history.records import Record, record_of
from reconciler.history.sqlite import SqliteHistory
from reconciler.history.store import History, HistoryTrouble, NoSuchPass, last_settled_hash

__all__ = [
    "History",
    "HistoryTrouble",
    "NoSuchPass",
    "Record",
    "SqliteHistory",
    "last_settled_hash",
    "record_of",
]
