"""Indexes on the moments by which reports and `purge` look for rows; what an entry of the audit log is about."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0008", "0007"
INDEXES = {
    "idx_audit_at": ("audit_log", ["at"]),
    "idx_outbox_finished": ("outbox", ["state", "finished_at"]),
    "idx_sync_event_created": ("sync_event", ["target_system", "created_at"]),
    "idx_attempts_last": ("sign_in_attempts", ["last_at"]),
    "idx_completed": ("sync_log", ["sync_type", "completed_at"]),
}


def upgrade() -> None:
    """Make the indexes and the column."""
    op.add_column("audit_log", sa.Column("record", sa.String(100)))
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Drop the indexes and the column."""
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_column("audit_log", "record")
