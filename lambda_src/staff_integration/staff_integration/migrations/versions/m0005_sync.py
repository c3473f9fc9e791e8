"""The tables of the hub."""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import LONG_TEXT, Moment
from staff_integration.migrations.making import make_table

revision, down_revision = "0005", "0004"
SYSTEM = sa.String(20)
RECORD = sa.String(100)


def upgrade() -> None:
    """Make the tables."""
    make_table(
        "sync_counter",
        sa.Column("name", SYSTEM, primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
    )
    make_table(
        "sync_event",
        sa.Column("event_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("event_type", sa.String(30), nullable=False),
        sa.Column("record", RECORD, nullable=False),
        sa.Column("source_system", SYSTEM, nullable=False),
        sa.Column("target_system", SYSTEM, nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("payload", LONG_TEXT, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.UniqueConstraint("source_system", "message_id", name="uq_sync_event_message"),
    )
    op.create_index("idx_sync_event_target", "sync_event", ["target_system", "event_id"])
    make_table(
        "sync_cursor",
        sa.Column("system_id", SYSTEM, primary_key=True),
        sa.Column("acknowledged", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("sync_cursor", "sync_event", "sync_counter"):
        op.drop_table(name)
