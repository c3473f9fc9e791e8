"""Makes tables as all of them are."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def make_table(name: str, *parts: sa.Column[Any] | sa.UniqueConstraint) -> None:
    """Make a table; on MySQL with all of Unicode, and with transactions."""
    op.create_table(name, *parts, mysql_charset="utf8mb4", mysql_engine="InnoDB")
