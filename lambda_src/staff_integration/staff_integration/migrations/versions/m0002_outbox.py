"""The outbox, and the triggers that fill it in the transaction of whoever writes a member of staff.

Where binary logging is on, MySQL makes triggers for an ordinary user only with `log_bin_trust_function_creators = 1`.
"""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import BIG_ID, TEXT_ID, Moment
from staff_integration.migrations.making import make_table

revision, down_revision = "0002", "0001"
STAFF = "unified_staff_master"
CARRIED = ("employee_number", "full_name", "facility_id", "department_id", "position_id", "email", "left_at")
"""Columns whose changes VoiceDrive has to learn."""
CREATED = "'staff.created'"
CHANGED = (
    "CASE WHEN OLD.left_at IS NULL AND NEW.left_at IS NOT NULL THEN 'staff.left' ELSE 'staff.updated' END"
)
"""The types of entries, as expressions."""
TRIGGERS = ("entered", "to_sync", "changed_status", "changed", "renumbered")


def upgrade() -> None:
    """Make the table and the triggers."""
    make_table(
        "outbox",
        sa.Column("event_id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("event_type", sa.String(30), nullable=False),
        sa.Column("staff_id", TEXT_ID, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, server_default="pending"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("due_at", Moment()),
        sa.Column("claimed_by", sa.String(36)),
        sa.Column("claimed_until", Moment()),
        sa.Column("last_error", sa.String(500)),
        sa.Column("finished_at", Moment()),
    )
    op.create_index("idx_outbox_due", "outbox", ["state", "due_at"])
    op.create_index("idx_outbox_staff", "outbox", ["staff_id", "state"])
    for statement in _for_sqlite() if op.get_bind().dialect.name == "sqlite" else _for_mysql():
        op.execute(statement)


def downgrade() -> None:
    """Drop the triggers and the table."""
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS staff_{name}")
    op.drop_table("outbox")


def _entry(event: str, now: str) -> str:
    return f"INSERT INTO outbox (event_type, staff_id, created_at) VALUES ({event}, NEW.staff_id, {now})"  # noqa: S608  # constants


def _for_mysql() -> tuple[str, ...]:
    same = " AND ".join(f"NEW.{name} <=> OLD.{name}" for name in CARRIED)
    now = "UTC_TIMESTAMP(6)"
    return (
        f"CREATE TRIGGER staff_to_sync BEFORE INSERT ON {STAFF} FOR EACH ROW SET NEW.sync_status = 'pending'",
        f"CREATE TRIGGER staff_entered AFTER INSERT ON {STAFF} FOR EACH ROW {_entry(CREATED, now)}",
        (
            f"CREATE TRIGGER staff_changed_status BEFORE UPDATE ON {STAFF} FOR EACH ROW BEGIN "  # noqa: S608  # constants
            "IF NEW.staff_id <> OLD.staff_id THEN "
            "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the staff_id of a member of staff never changes'; END IF; "
            f"IF NOT ({same}) THEN SET NEW.sync_status = 'pending'; END IF; END"
        ),
        (
            f"CREATE TRIGGER staff_changed AFTER UPDATE ON {STAFF} FOR EACH ROW BEGIN "
            f"IF NOT ({same}) THEN {_entry(CHANGED, now)}; END IF; END"
        ),
    )


def _for_sqlite() -> tuple[str, ...]:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in CARRIED)
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
    pending = f"UPDATE {STAFF} SET sync_status = 'pending' WHERE staff_id = NEW.staff_id"  # noqa: S608  # constants
    return (
        (
            f"CREATE TRIGGER staff_entered AFTER INSERT ON {STAFF} FOR EACH ROW BEGIN "
            f"{pending}; {_entry(CREATED, now)}; END"
        ),
        (
            f"CREATE TRIGGER staff_renumbered BEFORE UPDATE OF staff_id ON {STAFF} FOR EACH ROW "
            "WHEN NEW.staff_id <> OLD.staff_id "
            "BEGIN SELECT RAISE(ABORT, 'the staff_id of a member of staff never changes'); END"
        ),
        (
            f"CREATE TRIGGER staff_changed AFTER UPDATE ON {STAFF} FOR EACH ROW WHEN {changed} BEGIN "
            f"{pending}; {_entry(CHANGED, now)}; END"
        ),
    )
