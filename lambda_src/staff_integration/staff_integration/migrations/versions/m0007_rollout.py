"""The tables of the rollout."""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import BIG_ID, TEXT_ID, Moment
from staff_integration.migrations.making import make_table

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """Make the tables."""
    make_table(
        "rollout_cohort",
        sa.Column("cohort_id", TEXT_ID, primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("expected", sa.Integer()),
        sa.Column("opened_at", Moment()),
    )
    make_table(
        "rollout_rule",
        sa.Column(
            "cohort_id",
            TEXT_ID,
            sa.ForeignKey("rollout_cohort.cohort_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("value", TEXT_ID, primary_key=True),
    )
    make_table(
        "rollout_kpi",
        sa.Column("name", sa.String(50), primary_key=True),
        sa.Column("hours", sa.Integer(), nullable=False),
    )
    make_table(
        "rollout_change",
        sa.Column("change_id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("cohort_id", TEXT_ID, nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("rollout_change", "rollout_kpi", "rollout_rule", "rollout_cohort"):
        op.drop_table(name)
