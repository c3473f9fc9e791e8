"""The history of passes, and rollback: in a SQLite file, or in S3 for a team."""

from reconciler.history.actor import ran_by
from reconciler.history.ledger import Ledger
from reconciler.history.records import Record, record_of, why_no_rollback
from reconciler.history.rollback import RollbackStack, rollback_stack
from reconciler.history.s3_store import S3History
from reconciler.history.sqlite_store import SqliteHistory
from reconciler.history.store import History, HistoryError, HistoryOutOfReach, NoSuchPass, last_settled_hash

__all__ = [
    "History",
    "HistoryError",
    "HistoryOutOfReach",
    "Ledger",
    "NoSuchPass",
    "Record",
    "RollbackStack",
    "S3History",
    "SqliteHistory",
    "last_settled_hash",
    "ran_by",
    "record_of",
    "rollback_stack",
    "why_no_rollback",
]
