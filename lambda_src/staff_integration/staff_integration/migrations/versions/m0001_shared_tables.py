"""The tables that are shared with the medical system: staff, accounts, log of synchronisations."""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import BIG_ID, TEXT_ID, Moment
from staff_integration.migrations.making import make_table

revision, down_revision = "0001", None
NOW = sa.text("CURRENT_TIMESTAMP")
NOW_ON_UPDATE = sa.text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP")


def upgrade() -> None:
    """Make the tables."""
    on_mysql = op.get_bind().dialect.name != "sqlite"
    _make_staff(on_mysql=on_mysql)
    _make_accounts()
    _make_log()
    if not on_mysql:
        op.execute(
            "CREATE TRIGGER staff_updated_at AFTER UPDATE ON unified_staff_master FOR EACH ROW "
            "WHEN NEW.updated_at IS OLD.updated_at BEGIN UPDATE unified_staff_master "
            "SET updated_at = CURRENT_TIMESTAMP WHERE staff_id = NEW.staff_id; END"
        )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("sync_log")
    op.drop_table("account_integration")
    op.drop_table("unified_staff_master")


def _make_staff(*, on_mysql: bool) -> None:
    make_table(
        "unified_staff_master",
        sa.Column("staff_id", TEXT_ID, primary_key=True),
        sa.Column("employee_number", sa.String(10), nullable=False, unique=True),
        sa.Column("full_name", sa.String(100), nullable=False),
        sa.Column("facility_id", TEXT_ID),
        sa.Column("department_id", TEXT_ID),
        sa.Column("position_id", TEXT_ID),
        sa.Column("email", sa.String(100), unique=True),
        sa.Column("medical_system_id", sa.String(50)),
        sa.Column("voicedrive_id", sa.String(50)),
        sa.Column("created_at", Moment(timestamp=True), nullable=True, server_default=NOW),
        sa.Column(
            "updated_at",
            Moment(timestamp=True),
            nullable=True,
            server_default=NOW_ON_UPDATE if on_mysql else NOW,
        ),
        sa.Column(
            "sync_status", _one_of("sync_status", "synced", "pending", "error"), server_default="pending"
        ),
        sa.Column("left_at", Moment(timestamp=True), nullable=True),
    )
    for column in ("facility", "department"):
        op.create_index(f"idx_{column}", "unified_staff_master", [f"{column}_id"])
    op.create_index("idx_sync_status", "unified_staff_master", ["sync_status"])


def _make_accounts() -> None:
    make_table(
        "account_integration",
        sa.Column("integration_id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("staff_id", TEXT_ID, sa.ForeignKey("unified_staff_master.staff_id"), nullable=False),
        sa.Column("medical_username", sa.String(50)),
        sa.Column("voicedrive_username", sa.String(50), unique=True),
        sa.Column("sso_token", sa.String(500)),
        sa.Column("token_expires_at", Moment(timestamp=True), nullable=True),
        sa.Column("auto_created", sa.Boolean(), server_default=sa.text("0")),
        sa.Column("created_at", Moment(timestamp=True), nullable=True, server_default=NOW),
        sa.Column("request_id", sa.String(36), nullable=False),
        sa.Column("initial_password", sa.LargeBinary(500)),
        sa.Column("delivered_at", Moment()),
        sa.Column("login_url", sa.String(200)),
    )
    op.create_index("idx_staff", "account_integration", ["staff_id"], unique=True)
    op.create_index("idx_token_expiry", "account_integration", ["token_expires_at"])


def _make_log() -> None:
    make_table(
        "sync_log",
        sa.Column("log_id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column(
            "sync_type", _one_of("sync_type", "staff", "interview", "notification", "report"), nullable=False
        ),
        sa.Column("source_system", _one_of("source_system", "medical", "voicedrive"), nullable=False),
        sa.Column("target_system", _one_of("target_system", "medical", "voicedrive"), nullable=False),
        sa.Column("record_count", sa.Integer(), server_default=sa.text("0")),
        sa.Column("status", _one_of("status", "success", "partial", "failed"), nullable=False),
        sa.Column("error_message", sa.Text()),
        sa.Column("started_at", Moment(timestamp=True), nullable=True, server_default=NOW),
        sa.Column("completed_at", Moment(timestamp=True), nullable=True),
    )
    for name, column in (("sync_type", "sync_type"), ("status", "status"), ("started", "started_at")):
        op.create_index(f"idx_{name}", "sync_log", [column])


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, create_constraint=True)
