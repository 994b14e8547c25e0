"""Every table. What is whose is told by `person_id`; what a person wrote is `EncryptedText`; instants are UTC.

A new table needs a migration and a line in `storage/retention.py`; tests fail when either is missing. Row numbers are
never used twice (`sqlite_autoincrement`): an old button must not find somebody's newer row.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint, text

from storage.columns import EncryptedJson, EncryptedText, Json, RowId, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _owner(*, index: bool = True) -> Column[int]:
    """Whose row it is. Goes with the person. No index of its own where a unique constraint begins with it."""
    return Column("person_id", RowId, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=index)


person = Table(
    "person",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("zone", Text),  # IANA name
    Column("zone_confirmed", Boolean, nullable=False, server_default=text("false")),
    Column("locale", Text),
    Column("welcomed_at", UtcDateTime),
    Column("frozen_at", UtcDateTime),
    Column("nudge_time", Text, nullable=False, server_default="09:00"),  # local "HH:MM", like the two below
    Column("quiet_start", Text, nullable=False, server_default="21:00"),
    Column("quiet_end", Text, nullable=False, server_default="08:00"),
    Column("nudges_paused_at", UtcDateTime),
    Column("nudges_paused_reason", Text),  # a machine word: "unreachable", "asked"
    Column("nudge_cap", Integer, nullable=False, server_default="3"),  # curated nudges in seven days, at most
    Column("workdays_only", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer, nullable=False, server_default="1"),
    sqlite_autoincrement=True,
)

community = Table(
    "community",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("external_id", Text, nullable=False),  # Discord guild, Slack workspace
    Column("installed_by", RowId, ForeignKey("person.id", ondelete="SET NULL"), index=True),
    Column("installed_at", UtcDateTime, nullable=False),
    Column("frozen_at", UtcDateTime),
    UniqueConstraint("platform", "external_id"),
    sqlite_autoincrement=True,
)

account = Table(
    "account",
    metadata,
    Column("id", RowId, primary_key=True),
    _owner(),
    Column("platform", Text, nullable=False),
    Column("team", Text, nullable=False),  # Slack workspace; "" on Discord, whose ids are global
    Column("user_id", Text, nullable=False),
    Column("dm_channel", Text),
    Column("dm_closed_at", UtcDateTime),
    UniqueConstraint("platform", "team", "user_id"),
    sqlite_autoincrement=True,
)

membership = Table(
    "membership",
    metadata,
    Column("id", RowId, primary_key=True),
    _owner(index=False),
    Column("community_id", RowId, ForeignKey("community.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", Text, nullable=False),  # member, mentor, admin
    Column("joined_at", UtcDateTime, nullable=False),
    Column("frozen_at", UtcDateTime),
    UniqueConstraint("person_id", "community_id"),
    sqlite_autoincrement=True,
)

profile = Table(
    "profile",
    metadata,
    Column("person_id", RowId, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("told", EncryptedJson, nullable=False),  # `storage.profiles.About`, only what is known
)

seen = Table(
    "seen",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
)

checklist = Table(
    "checklist",
    metadata,
    Column("id", RowId, primary_key=True),
    _owner(),
    Column("template", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("archived_at", UtcDateTime),
    Index(
        "uq_checklist_living",
        "person_id",
        "template",
        unique=True,
        sqlite_where=text("archived_at IS NULL"),
        postgresql_where=text("archived_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

checklist_step = Table(
    "checklist_step",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("checklist_id", RowId, ForeignKey("checklist.id", ondelete="CASCADE"), nullable=False),
    Column("step", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="todo"),  # todo, done, skipped, notforme, gone
    Column("reason", EncryptedText),
    Column("note", EncryptedText),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("title", EncryptedText),  # of a step of the person's own, whose `step` is "own:" and a number
    Column("due_on", Text),  # a day that the person set, ISO
    Column("position", Integer),  # where the person put it; none: where the template has it
    UniqueConstraint("checklist_id", "step"),
    sqlite_autoincrement=True,
)

step_author = Table(  # who added a step, where it was not the person: a mentor
    "step_author",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("step_id", RowId, ForeignKey("checklist_step.id", ondelete="CASCADE"), nullable=False),
    Column("added_by", RowId, ForeignKey("person.id", ondelete="SET NULL"), index=True),
    UniqueConstraint("step_id"),
    sqlite_autoincrement=True,
)

checklist_line = Table(
    "checklist_line",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("checklist_id", RowId, ForeignKey("checklist.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("track", Text, nullable=False),
    Column("words", EncryptedText, nullable=False),
    Column("state", Text, nullable=False),
    Column("pair_id", RowId, ForeignKey("checklist_line.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
    sqlite_autoincrement=True,
)

checklist_act = Table(
    "checklist_act",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("checklist_id", RowId, ForeignKey("checklist.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("what", Text, nullable=False),  # a machine word
    Column("before", EncryptedJson, nullable=False),  # the rows as they were
    sqlite_autoincrement=True,
)

living_message = Table(
    "living_message",
    metadata,
    Column("id", RowId, primary_key=True),
    _owner(index=False),
    Column("account_id", RowId, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key", Text, nullable=False),  # "list:7"
    Column("ref", Text, nullable=False),  # "channel:message"
    Column("shown_at", UtcDateTime, nullable=False),
    UniqueConstraint("person_id", "account_id", "key"),
    sqlite_autoincrement=True,
)

own_date = Table(
    "own_date",
    metadata,
    Column("id", RowId, primary_key=True),
    _owner(),
    Column("kind", Text, nullable=False),  # a milestone of kind "own"
    Column("words", EncryptedText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("zone", Text, nullable=False),
    Column("whole_day", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

draft = Table(
    "draft",
    metadata,
    Column("id", RowId, primary_key=True),
    _owner(),
    Column("form", Text, nullable=False),
    Column("values", EncryptedJson, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    sqlite_autoincrement=True,
)

rule = Table(
    "rule",
    metadata,
    Column("id", RowId, primary_key=True),
    _owner(index=False),
    Column("kind", Text, nullable=False),
    Column("spec", Json, nullable=False),  # `scheduler.recurrence.Rule`
    Column("zone", Text, nullable=False),
    Column("next_at", UtcDateTime),  # none: the rule has ended
    Column("enabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("words", EncryptedText),  # of a reminder of the person's own, whose kind is "own:" and a number
    Column("paused_until", UtcDateTime),
    UniqueConstraint("person_id", "kind"),
    Index("ix_rule_due", "enabled", "next_at"),
    sqlite_autoincrement=True,
)

rule_offer = Table(  # a rule that a mentor proposed: off until the person accepts it
    "rule_offer",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("rule_id", RowId, ForeignKey("rule.id", ondelete="CASCADE"), nullable=False),
    Column("proposed_by", RowId, ForeignKey("person.id", ondelete="SET NULL"), index=True),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("accepted", Boolean),
    UniqueConstraint("rule_id"),
    sqlite_autoincrement=True,
)

nudge = Table(  # each nudge that was planned for a person, and what became of it
    "nudge",
    metadata,
    Column("id", RowId, primary_key=True),
    _owner(index=False),
    Column("rule_id", RowId, ForeignKey("rule.id", ondelete="SET NULL"), index=True),
    Column("outbox_id", RowId, ForeignKey("outbox.id", ondelete="SET NULL"), index=True),
    Column("key", Text, nullable=False),  # one slot of one rule: never planned twice
    Column("kind", Text, nullable=False),
    Column("item", Text),  # the text, or the milestone and its distance
    Column("season", Integer),
    Column("slot_at", UtcDateTime, nullable=False),  # by the rule
    Column("due_at", UtcDateTime, nullable=False),  # moved by quiet hours, spread, snooze
    Column("state", Text, nullable=False, server_default="planned"),  # sent, unsaid, dropped, cancelled, failed
    Column("reason", Text),  # a machine word
    Column("told_day", Text),  # the day of the milestone that was told, ISO
    Column("sent_at", UtcDateTime),
    Column("answer", Text),  # a machine word: "done", "snoozed", "less", "stopped"
    Column("answered_at", UtcDateTime),
    UniqueConstraint("key"),
    Index("ix_nudge_history", "person_id", "kind", "due_at"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    _owner(),
    Column("account_id", RowId, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("rule_id", RowId, ForeignKey("rule.id", ondelete="SET NULL"), index=True),
    Column("dedupe_key", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("compose", Text, nullable=False),
    Column("payload", EncryptedJson),
    Column("due_at", UtcDateTime, nullable=False),  # as planned; later tries do not move it
    Column("try_at", UtcDateTime),  # put off until then: after a failure, or for quiet hours
    Column("expires_at", UtcDateTime),
    Column("state", Text, nullable=False, server_default="pending"),  # sent, dead, expired, cancelled
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_by", Text),
    Column("lease_until", UtcDateTime),
    Column("last_error", Text),  # a machine word, never a person's text
    Column("sent_ref", Text),
    Column("sent_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("dedupe_key"),
    Index("ix_outbox_due", "state", "due_at", "id"),
    sqlite_autoincrement=True,
)

community_date = Table(
    "community_date",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("community_id", RowId, ForeignKey("community.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("title", EncryptedText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("zone", Text, nullable=False),
    Column("whole_day", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

channel_post = Table(  # what a community's bot says in a channel, on a schedule
    "channel_post",
    metadata,
    Column("id", RowId, primary_key=True),
    # The admin who set it up. None: they are gone, and it is off until another one turns it on.
    Column("person_id", RowId, ForeignKey("person.id", ondelete="CASCADE"), index=True),
    Column("account_id", RowId, ForeignKey("account.id", ondelete="CASCADE"), index=True),
    Column("community_id", RowId, ForeignKey("community.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),  # "own", a nudge kind, or "season"
    Column("words", EncryptedText),
    Column("mention", Text),  # a role (Discord) or user group (Slack) that the admin chose
    Column("spec", Json, nullable=False),
    Column("zone", Text, nullable=False),
    Column("next_at", UtcDateTime),
    Column("enabled", Boolean, nullable=False),
    Column("said", Integer, nullable=False, server_default="0"),  # how many times
    Column("last_error", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_channel_post_due", "enabled", "next_at"),
    sqlite_autoincrement=True,
)

page_feedback = Table(
    "page_feedback",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("topic", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("count", Integer, nullable=False, server_default="0"),
    UniqueConstraint("topic", "answer"),
    sqlite_autoincrement=True,
)
