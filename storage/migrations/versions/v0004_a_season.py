"""Checklists for a season (lines, own steps, acts), dates, nudges one by one, and posts to channels.

What people have been sent moves from `nudge_sent` to `nudge` and back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLES = (
    "own_date",
    "living_message",
    "checklist_line",
    "checklist_act",
    "step_author",
    "rule_offer",
    "nudge",
    "community_date",
    "channel_post",
)
COLUMNS = {
    "checklist_step": ("title", "due_on", "position"),
    "person": ("nudge_cap", "workdays_only"),
    "outbox": ("try_at",),
    "rule": ("words", "paused_until"),
}


def upgrade() -> None:
    op.add_column("checklist_step", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("checklist_step", sa.Column("due_on", sa.Text(), nullable=True))
    op.add_column("checklist_step", sa.Column("position", sa.Integer(), nullable=True))
    op.add_column("person", sa.Column("nudge_cap", sa.Integer(), server_default="3", nullable=False))
    op.add_column("person", sa.Column("workdays_only", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("outbox", sa.Column("try_at", INSTANT, nullable=True))
    op.add_column("rule", sa.Column("words", sa.Text(), nullable=True))
    op.add_column("rule", sa.Column("paused_until", INSTANT, nullable=True))
    _own_date()
    _living_message()
    _checklist_line()
    _checklist_act()
    _step_author()
    _rule_offer()
    _nudge()
    _community_date()
    _channel_post()
    op.execute(
        "INSERT INTO nudge (person_id, key, kind, item, slot_at, due_at, state, sent_at, answer) "
        "SELECT person_id, 'sent:' || id, kind, text_id, sent_at, sent_at, 'sent', sent_at, answer FROM nudge_sent"
    )
    op.drop_table("nudge_sent")


def downgrade() -> None:
    _nudge_sent()
    op.execute(
        "INSERT INTO nudge_sent (person_id, kind, text_id, sent_at, answer) "
        "SELECT person_id, kind, item, max(coalesce(sent_at, due_at)), max(answer) FROM nudge "
        "WHERE state = 'sent' AND item IS NOT NULL GROUP BY person_id, kind, item"
    )
    # The older version knows no such kinds, and the words of a reminder go with their column.
    op.execute("DELETE FROM rule WHERE kind = 'season' OR kind LIKE 'own:%'")
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)


def _own_date() -> None:
    op.create_table(
        "own_date",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("whole_day", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_own_date_person_id_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_own_date"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_own_date_person_id", "own_date", ["person_id"], unique=False)


def _living_message() -> None:
    op.create_table(
        "living_message",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("shown_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_living_message_account_id_account", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_living_message_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_living_message"),
        sa.UniqueConstraint("person_id", "account_id", "key", name="uq_living_message_person_id_account_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_living_message_account_id", "living_message", ["account_id"], unique=False)


def _checklist_line() -> None:
    op.create_table(
        "checklist_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("checklist_id", ID, nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pair_id", ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist.id"], name="fk_checklist_line_checklist_id_checklist", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["checklist_line.id"], name="fk_checklist_line_pair_id_checklist_line", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checklist_line"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checklist_line_checklist_id", "checklist_line", ["checklist_id"], unique=False)
    op.create_index("ix_checklist_line_pair_id", "checklist_line", ["pair_id"], unique=False)


def _checklist_act() -> None:
    op.create_table(
        "checklist_act",
        sa.Column("id", ID, nullable=False),
        sa.Column("checklist_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist.id"], name="fk_checklist_act_checklist_id_checklist", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checklist_act"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checklist_act_checklist_id", "checklist_act", ["checklist_id"], unique=False)


def _step_author() -> None:
    op.create_table(
        "step_author",
        sa.Column("id", ID, nullable=False),
        sa.Column("step_id", ID, nullable=False),
        sa.Column("added_by", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["person.id"], name="fk_step_author_added_by_person", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["checklist_step.id"], name="fk_step_author_step_id_checklist_step", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_step_author"),
        sa.UniqueConstraint("step_id", name="uq_step_author_step_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_step_author_added_by", "step_author", ["added_by"], unique=False)


def _rule_offer() -> None:
    op.create_table(
        "rule_offer",
        sa.Column("id", ID, nullable=False),
        sa.Column("rule_id", ID, nullable=False),
        sa.Column("proposed_by", ID, nullable=True),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name="fk_rule_offer_proposed_by_person", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name="fk_rule_offer_rule_id_rule", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_offer"),
        sa.UniqueConstraint("rule_id", name="uq_rule_offer_rule_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rule_offer_proposed_by", "rule_offer", ["proposed_by"], unique=False)


def _nudge() -> None:
    op.create_table(
        "nudge",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("rule_id", ID, nullable=True),
        sa.Column("outbox_id", ID, nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("slot_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("told_day", sa.Text(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_nudge_outbox_id_outbox", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_nudge_person_id_person", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name="fk_nudge_rule_id_rule", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_nudge"),
        sa.UniqueConstraint("key", name="uq_nudge_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_nudge_history", "nudge", ["person_id", "kind", "due_at"], unique=False)
    op.create_index("ix_nudge_outbox_id", "nudge", ["outbox_id"], unique=False)
    op.create_index("ix_nudge_rule_id", "nudge", ["rule_id"], unique=False)


def _community_date() -> None:
    op.create_table(
        "community_date",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("whole_day", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_community_date_community_id_community", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_community_date"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_community_date_community_id", "community_date", ["community_id"], unique=False)


def _channel_post() -> None:
    op.create_table(
        "channel_post",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("mention", sa.Text(), nullable=True),
        sa.Column("spec", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_channel_post_account_id_account", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name="fk_channel_post_community_id_community", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_channel_post_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_channel_post"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_post_account_id", "channel_post", ["account_id"], unique=False)
    op.create_index("ix_channel_post_community_id", "channel_post", ["community_id"], unique=False)
    op.create_index("ix_channel_post_due", "channel_post", ["enabled", "next_at"], unique=False)
    op.create_index("ix_channel_post_person_id", "channel_post", ["person_id"], unique=False)


def _nudge_sent() -> None:
    op.create_table(
        "nudge_sent",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text_id", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_nudge_sent_person_id_person", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_nudge_sent"),
        sa.UniqueConstraint("person_id", "kind", "text_id", name="uq_nudge_sent_person_id_kind_text_id"),
        sqlite_autoincrement=True,
    )
