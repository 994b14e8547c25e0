"""Who is who: communities, persons, accounts, memberships; and which deliveries were processed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _person()
    _community()
    _account()
    _membership()
    _seen()


def downgrade() -> None:
    op.drop_table("seen")
    op.drop_table("membership")
    op.drop_table("account")
    op.drop_table("community")
    op.drop_table("person")


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("zone_confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("welcomed_at", INSTANT, nullable=True),
        sa.Column("frozen_at", INSTANT, nullable=True),
        sa.Column("nudge_time", sa.Text(), server_default="09:00", nullable=False),
        sa.Column("quiet_start", sa.Text(), server_default="21:00", nullable=False),
        sa.Column("quiet_end", sa.Text(), server_default="08:00", nullable=False),
        sa.Column("nudges_paused_at", INSTANT, nullable=True),
        sa.Column("nudges_paused_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sqlite_autoincrement=True,
    )


def _community() -> None:
    op.create_table(
        "community",
        sa.Column("id", ID, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("installed_by", ID, nullable=True),
        sa.Column("installed_at", INSTANT, nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["installed_by"], ["person.id"], name="fk_community_installed_by_person", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_community"),
        sa.UniqueConstraint("platform", "external_id", name="uq_community_platform_external_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_community_installed_by", "community", ["installed_by"], unique=False)


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("dm_channel", sa.Text(), nullable=True),
        sa.Column("dm_closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_account_person_id_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("platform", "team", "user_id", name="uq_account_platform_team_user_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_account_person_id", "account", ["person_id"], unique=False)


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_membership_community_id_community", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_membership_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("person_id", "community_id", name="uq_membership_person_id_community_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_membership_community_id", "membership", ["community_id"], unique=False)


def _seen() -> None:
    op.create_table(
        "seen",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_seen"),
    )
    op.create_index("ix_seen_at", "seen", ["at"], unique=False)
