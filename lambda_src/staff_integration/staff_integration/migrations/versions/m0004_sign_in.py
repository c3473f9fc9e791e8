"""The tables of sign-in."""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import BIG_ID, TEXT_ID, Moment
from staff_integration.migrations.making import make_table

revision, down_revision = "0004", "0003"
SHA256 = sa.String(64)
SYSTEM = sa.String(20)


def upgrade() -> None:
    """Make the tables."""
    make_table(
        "signing_key",
        sa.Column("key_id", sa.String(36), primary_key=True),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(6000), nullable=False),
        sa.Column("active_at", Moment(), nullable=False),
    )
    make_table(
        "staff_credential",
        sa.Column("staff_id", TEXT_ID, sa.ForeignKey("unified_staff_master.staff_id"), primary_key=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
    )
    make_table(
        "system_client",
        sa.Column("system_id", SYSTEM, primary_key=True),
        sa.Column("secret_hash", sa.String(200), nullable=False),
    )
    make_table(
        "sign_in_attempts",
        sa.Column("subject", SHA256, primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("blocked_until", Moment()),
    )
    make_table(
        "sso_hand_over",
        sa.Column("code", SHA256, primary_key=True),
        sa.Column("target_system", SYSTEM, nullable=False),
        sa.Column("refresh_token", sa.LargeBinary(500), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
    )
    make_table(
        "audit_log",
        sa.Column("audit_id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("event", sa.String(30), nullable=False),
        sa.Column("staff_id", TEXT_ID),
        sa.Column("system_id", SYSTEM),
        sa.Column("address", sa.String(45)),
    )
    op.create_index("idx_audit_staff", "audit_log", ["staff_id", "audit_id"])


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "audit_log",
        "sso_hand_over",
        "sign_in_attempts",
        "system_client",
        "staff_credential",
        "signing_key",
    ):
        op.drop_table(name)
