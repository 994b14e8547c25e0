"""What a person told about themselves, so that pages fit them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "profile",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_profile_person_id_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name="pk_profile"),
    )


def downgrade() -> None:
    op.drop_table("profile")
