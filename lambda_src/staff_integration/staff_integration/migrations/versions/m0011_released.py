"""When the cohort of an entry of the outbox was opened, if it has waited for that."""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import Moment

revision, down_revision = "0011", "0010"


def upgrade() -> None:
    """Add the column."""
    op.add_column("outbox", sa.Column("released_at", Moment()))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("outbox", "released_at")
