"""Makes tables as all of them are."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def make_table(name: str, *parts: sa.Column[Any] | sa.UniqueConstraint) -> None:
    """Make a table; on MySQL with all of Unicode, and with transactions.

    One that has just these columns is there already: it was made by a run that ended in the middle.
    """
    found = sa.inspect(op.get_bind())
    wanted = {each.name for each in parts if isinstance(each, sa.Column)}
    if not found.has_table(name) or {each["name"] for each in found.get_columns(name)} != wanted:
        op.create_table(name, *parts, mysql_charset="utf8mb4", mysql_engine="InnoDB")
