"""The tables of the operation."""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import BIG_ID, Moment
from staff_integration.migrations.making import make_table

revision, down_revision = "0009", "0008"
COUNTS = (
    "healthy",
    "failed",
    "within_5ms",
    "within_10ms",
    "within_25ms",
    "within_50ms",
    "within_100ms",
    "within_200ms",
    "within_500ms",
    "within_1s",
    "within_2500ms",
    "within_10s",
    "longer",
)


def upgrade() -> None:
    """Make the tables."""
    make_table(
        "backup_run",
        sa.Column("run_id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment()),
        sa.Column("outcome", sa.String(10), nullable=False, server_default="running"),
        sa.Column("backup", sa.String(40)),
        sa.Column("row_count", sa.BigInteger()),
        sa.Column("reason", sa.String(500)),
        sa.Column("rpo_seconds", sa.Double()),
        sa.Column("rto_seconds", sa.Double()),
    )
    op.create_index("idx_backup_run", "backup_run", ["kind", "started_at"])
    make_table(
        "request_minute",
        sa.Column("minute", Moment(), primary_key=True),
        sa.Column("process", sa.String(36), primary_key=True),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0")) for name in COUNTS),
    )
    make_table(
        "kpi_entry",
        sa.Column("entry_id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("entered_by", sa.String(100), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
    )
    op.create_index("idx_kpi_entry", "kpi_entry", ["name", "entered_at"])


def downgrade() -> None:
    """Drop the tables."""
    for name in ("kpi_entry", "request_minute", "backup_run"):
        op.drop_table(name)
