"""Ids that the two systems give to messages and records: those that differ in capital letters are different ones, on MySQL too.

Before, a message whose id differed from an earlier one in capital letters was taken for its repeat.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0012", "0011"
COLUMNS = (
    ("sync_event", "message_id"),
    ("interview", "interview_id"),
    ("evaluation", "evaluation_id"),
    ("notification", "notification_id"),
    ("notification_recipient", "notification_id"),
)
RECIPIENT, NOTIFICATION = "notification_recipient", "notification"


def upgrade() -> None:
    """Compare them byte by byte."""
    _collate("utf8mb4_bin")


def downgrade() -> None:
    """Compare them as the database does by default."""
    _collate("")


def _collate(collation: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return  # it compares byte by byte
    # Both columns of a foreign key are compared in the same way, so that there is none meanwhile.
    for key in sa.inspect(connection).get_foreign_keys(RECIPIENT):
        if key["referred_table"] == NOTIFICATION:
            op.drop_constraint(key["name"] or "", RECIPIENT, type_="foreignkey")
    how = f" COLLATE {collation}" if collation else ""
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} MODIFY {column} VARCHAR(64) CHARACTER SET utf8mb4{how} NOT NULL")
    op.create_foreign_key(
        None, RECIPIENT, NOTIFICATION, ["notification_id"], ["notification_id"], ondelete="CASCADE"
    )
