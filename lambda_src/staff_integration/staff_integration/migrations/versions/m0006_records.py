"""The tables of records: interviews, notifications, evaluations."""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import LONG_TEXT, RECORD_ID, TEXT_ID, Moment
from staff_integration.migrations.making import make_table

revision, down_revision = "0006", "0005"
TITLE = sa.String(200)
WORD = sa.String(50)
INDEXES = {
    "interview": {
        "staff": ["staff_id", "scheduled_at"],
        "scheduled": ["scheduled_at"],
        "batch": ["batch_id"],
    },
    "notification": {"sent": ["sent_at"], "batch": ["batch_id"]},
    "evaluation": {
        "staff": ["staff_id", "completed_at"],
        "completed": ["completed_at"],
        "batch": ["batch_id"],
    },
}


def upgrade() -> None:
    """Make the tables."""
    make_table(
        "interview",
        sa.Column("interview_id", RECORD_ID, primary_key=True),
        _staff(),
        sa.Column("scheduled_at", Moment(), nullable=False),
        sa.Column("title", TITLE, nullable=False),
        sa.Column("notes", LONG_TEXT, nullable=False),
        sa.Column(
            "state",
            _one_of("interview_state", "scheduled", "held", "approved", "cancelled"),
            nullable=False,
            server_default="scheduled",
        ),
        sa.Column("approved_by", TEXT_ID),
        sa.Column("approved_at", Moment()),
        *_made(),
    )
    make_table(
        "notification",
        sa.Column("notification_id", RECORD_ID, primary_key=True),
        sa.Column("category", WORD, nullable=False),
        sa.Column("priority", WORD, nullable=False),
        sa.Column("title", TITLE, nullable=False),
        sa.Column("body", LONG_TEXT, nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        *_made(),
    )
    make_table(
        "notification_recipient",
        sa.Column(
            "notification_id",
            RECORD_ID,
            sa.ForeignKey("notification.notification_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        _staff(primary_key=True),
    )
    op.create_index("idx_recipient_staff", "notification_recipient", ["staff_id"])
    make_table(
        "evaluation",
        sa.Column("evaluation_id", RECORD_ID, primary_key=True),
        _staff(),
        sa.Column("completed_at", Moment(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("comment", LONG_TEXT, nullable=False),
        sa.Column("source_system", _one_of("evaluation_source", "medical", "voicedrive"), nullable=False),
        *_made(),
    )
    for table, indexes in INDEXES.items():
        for name, columns in indexes.items():
            op.create_index(f"idx_{table}_{name}", table, columns)


def downgrade() -> None:
    """Drop the tables."""
    for name in ("evaluation", "notification_recipient", "notification", "interview"):
        op.drop_table(name)


def _staff(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "staff_id",
        TEXT_ID,
        sa.ForeignKey("unified_staff_master.staff_id"),
        primary_key=primary_key,
        nullable=False,
    )


def _made() -> tuple[sa.Column[str], sa.Column[object]]:
    return sa.Column("batch_id", RECORD_ID), sa.Column("created_at", Moment(), nullable=False)


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, create_constraint=True)
