"""The tables of the organisation: corporation, facilities, departments, positions, roles, permissions."""

import sqlalchemy as sa
from alembic import op

from staff_integration.columns import TEXT_ID
from staff_integration.migrations.making import make_table

revision, down_revision = "0003", "0002"
NAME = sa.String(100)
PERMISSIONS = ("view_all_staff", "edit_all_staff", "view_department", "approve_interviews", "access_reports")


def upgrade() -> None:
    """Make the tables."""
    make_table("corporation", sa.Column("corporation_id", TEXT_ID, primary_key=True), _name())
    make_table(
        "facility",
        sa.Column("facility_id", TEXT_ID, primary_key=True),
        _name(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("beds", sa.Integer()),
    )
    make_table("department", sa.Column("department_id", TEXT_ID, primary_key=True), _name())
    make_table(
        "system_role",
        sa.Column("role_id", TEXT_ID, primary_key=True),
        sa.Column("level", sa.Integer(), nullable=False, unique=True),
        _name(),
        sa.Column("data_scope", sa.String(10), nullable=False),
    )
    make_table(
        "staff_position",
        sa.Column("position_id", TEXT_ID, primary_key=True),
        _name(),
        sa.Column("level", sa.Integer(), nullable=False),
    )
    make_table(
        "permission_matrix",
        sa.Column("role_id", TEXT_ID, sa.ForeignKey("system_role.role_id"), primary_key=True),
        *(sa.Column(f"can_{each}", sa.Boolean(), server_default=sa.text("0")) for each in PERMISSIONS),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "permission_matrix",
        "staff_position",
        "system_role",
        "department",
        "facility",
        "corporation",
    ):
        op.drop_table(name)


def _name() -> sa.Column[str]:
    return sa.Column("name", NAME, nullable=False)
