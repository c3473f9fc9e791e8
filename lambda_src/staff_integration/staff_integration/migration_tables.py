"""The tables of the migration of old data: the batches, and the rows that each has written."""

from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from staff_integration.columns import RECORD_ID, Moment
from staff_integration.tables import Base

BatchState = Literal["running", "done", "undone"]


class Batch(Base):
    """A batch. `source` is the SHA-256 of its files; `outbox_next` the number that the next entry of the outbox had before it.

    An undone batch is deleted as soon as the outbox counts on from there, which MySQL does outside of transactions.
    """

    __tablename__ = "migration_batch"

    batch_id: Mapped[str] = mapped_column(RECORD_ID, primary_key=True)
    state: Mapped[BatchState] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(Moment())
    finished_at: Mapped[datetime | None] = mapped_column(Moment())
    outbox_next: Mapped[int] = mapped_column(BigInteger)


class BatchRow(Base):
    """A row that a batch has written, and its SHA-256, by which a later change is known."""

    __tablename__ = "migration_row"

    batch_id: Mapped[str] = mapped_column(RECORD_ID, ForeignKey("migration_batch.batch_id"), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(30), primary_key=True)
    row_key: Mapped[str] = mapped_column(RECORD_ID, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
