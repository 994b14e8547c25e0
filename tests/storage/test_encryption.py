from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator

from storage.cipher import Cipher
from storage.columns import EncryptedJson, EncryptedText
from storage.db import BadKey, Database
from storage.people import Person
from storage.tables import metadata
from tests.databases import Kind, make_address
from tests.storage.people import NOW, WORDS, arrive, fill, waiting
from tests.storage.remains import everything

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()

WRITTEN_BY_US = {
    "platform", "external_id", "zone", "locale", "nudge_time", "quiet_start", "quiet_end", "nudges_paused_reason",
    "team", "user_id", "dm_channel", "role", "key", "template", "step", "state", "form", "kind", "text_id", "answer",
    "dedupe_key", "compose", "lease_by", "last_error", "sent_ref", "topic", "due_on", "track", "what",
    "ref", "item", "reason", "told_day", "channel", "mention",
}  # fmt: skip
"""Text columns that hold ids and words of the program's own. Everything else a person may have typed."""


async def _words(database: Database, person: Person) -> tuple[Any, ...]:
    async with database.read() as uow:
        (mine,) = await uow.checklists.of(person.id)
        draft = await uow.drafts.get(person.id, 1)
        (row,) = await waiting(uow, person.id)
        assert draft is not None
        return mine.steps[0].reason, mine.steps[1].note, draft.values, row.payload


EXPECTED = (f"{WORDS} reason", f"{WORDS} note", {"note": f"{WORDS} draft"}, {"text": f"{WORDS} payload"})


async def test_with_a_key_no_word_is_readable_in_the_database(kind: Kind) -> None:
    async with make_address(kind) as url:
        database = Database(url, key=NEW)
        person = await arrive(database)
        await fill(database, person)
        assert await _words(database, person) == EXPECTED
        assert WORDS.encode() not in await everything(database)
        await database.dispose()
        assert WORDS.encode() not in await everything(database)


async def test_without_a_key_words_are_kept_as_they_are(database: Database) -> None:
    person = await arrive(database)
    await fill(database, person)
    assert await _words(database, person) == EXPECTED
    assert WORDS.encode() in await everything(database)


async def test_a_key_that_is_set_or_changed_later_still_reads_what_was_there(address: str) -> None:
    for keys in (None, OLD, f"{NEW}, {OLD}"):
        database = Database(address, key=keys)
        person = await arrive(database, user=f"U-{keys}")
        async with database.write() as uow:
            await uow.drafts.save(person.id, "note", {"note": f"by {person.id}"}, NOW)
            drafts = [await uow.drafts.get(number, number) for number in range(1, person.id + 1)]
        assert [draft.values["note"] for draft in drafts if draft] == [f"by {n}" for n in range(1, person.id + 1)]
        await database.dispose()


@pytest.mark.parametrize("key", [None, OLD], ids=["none", "another"])
async def test_without_the_right_key_it_is_said_which_setting_is_wrong(address: str, key: str | None) -> None:
    right, wrong = Database(address, key=NEW), Database(address, key=key)
    person = await arrive(right)
    await fill(right, person)
    with pytest.raises(BadKey, match="MATCHMENTOR_KEY"):
        await _words(wrong, person)
    await right.dispose()
    await wrong.dispose()


def test_a_key_that_is_none_is_refused_without_showing_it() -> None:
    with pytest.raises(BadKey, match=r"Fernet\.generate_key") as caught:
        Cipher("correct horse battery staple")
    assert "horse" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "fernet:abc", "plain:abc", "plain:fernet:", "שלום 👩‍👩‍👧 ​", "x" * 10_000])
@pytest.mark.parametrize("keys", [None, NEW], ids=["plain", "sealed"])
def test_every_text_comes_back_as_it_was(text: str, keys: str | None) -> None:
    cipher = Cipher(keys)
    assert cipher.open(cipher.seal(text)) == text


def test_two_engines_with_different_keys_do_not_mix() -> None:
    one, two = Cipher(OLD), Cipher(NEW)
    with pytest.raises(BadKey):
        two.open(one.seal("mine"))


def test_every_column_for_a_persons_words_is_encrypted() -> None:
    """A new text column is either encrypted or put on the list above, on purpose."""
    for table in metadata.tables.values():
        for column in table.c:
            if isinstance(column.type, Text) and not isinstance(column.type, TypeDecorator):
                assert column.name in WRITTEN_BY_US, f"{table.name}.{column.name}"
    sealed = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, EncryptedText | EncryptedJson)
    }
    assert sealed == {
        "checklist_step.reason", "checklist_step.note", "checklist_step.title", "checklist_line.words",
        "checklist_act.before", "own_date.words", "rule.words", "community_date.title", "channel_post.words",
        "draft.values", "outbox.payload", "profile.told",
    }  # fmt: skip
