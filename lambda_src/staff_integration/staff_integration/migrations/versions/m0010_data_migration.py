"""The tables of the migration of old data."""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import RECORD_ID, Moment
from staff_integration.migrations.making import make_table

revision, down_revision = "0010", "0009"


def upgrade() -> None:
    """Make the tables."""
    make_table(
        "migration_batch",
        sa.Column("batch_id", RECORD_ID, primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment()),
        sa.Column("outbox_next", sa.BigInteger(), nullable=False),
    )
    make_table(
        "migration_row",
        sa.Column("batch_id", RECORD_ID, sa.ForeignKey("migration_batch.batch_id"), primary_key=True),
        sa.Column("table_name", sa.String(30), primary_key=True),
        sa.Column("row_key", RECORD_ID, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("migration_row")
    op.drop_table("migration_batch")
