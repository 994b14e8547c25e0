"""A list is taken along as a file, and a file brings it back, without overwriting anything unasked."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from icalendar import Calendar
from sqlalchemy import select

from commands.actions import encode
from commands.forms import NotTaken
from commands.outcomes import Direct
from commands.ui import Attachment
from content.catalog import CatalogHolder
from storage.checklists import Checklist
from storage.db import Database
from storage.tables import draft
from tests.chat import Chat, core_catalog
from tests.shown import Window

LETTERS = "Letters of recommendation"
NOTE = '@everyone ask Dr. Ünal 👩‍⚕️ "soon" & <!channel>'


@pytest.fixture
def database(paired: Database) -> Database:
    """Both databases, see `paired`."""
    return paired


async def kept(chat: Chat) -> tuple[Checklist, ...]:
    """The living lists."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return await uow.checklists.of(person.id)


async def with_letters(chat: Chat, note: str = NOTE) -> Checklist:
    """The list of letters with something done, a note, a step of the person's own and a letter writer."""
    chat.zone = "Asia/Karachi"
    await chat.say("/checklist letters")
    person = await chat.known()
    assert person is not None
    (mine,) = await kept(chat)
    now = chat.clock.now()
    async with chat.world.database.write() as uow:
        await uow.checklists.set_state(person.id, mine.steps[0].id, "done", now)
        await uow.checklists.set_note(person.id, mine.steps[1].id, note, now)
        await uow.checklists.add_own(person.id, mine.id, "=HYPERLINK(1)", now)
        await uow.checklists.add_line(person.id, mine.id, "letters", "Dr. Secret", "asked", now)
    return mine


async def file(chat: Chat, label: str) -> Attachment:
    """The file that a button of the list's card gives."""
    await chat.say("/checklist export")
    outcome = await chat.press(label)
    assert isinstance(outcome, Direct)
    (found,) = outcome.card.files
    return found


async def bringing(chat: Chat, text: str) -> None:
    """Send a file with this text."""
    await chat.say("/checklist import")
    await chat.press("Choose the file")
    await chat.submit({"file": text})


def told(mine: Checklist) -> list[tuple[str, str, str | None, str | None]]:
    """What a list says, whatever its rows are called."""
    return sorted((row.step, row.state, row.note, row.title) for row in mine.steps)


async def test_text_to_read(chat: Chat) -> None:
    await with_letters(chat)
    found = await file(chat, "Save: Text to read or print")
    assert found.name == "matchmentor-letters-2026-09-23.md"
    assert "Dr\\. Secret: Asked" in found.data.decode()
    assert "- [x] " in found.data.decode()


async def test_a_table_in_which_nothing_runs(chat: Chat) -> None:
    await with_letters(chat)
    found = await file(chat, "Save: Table for Excel")
    rows = list(csv.reader(io.StringIO(found.data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Number", "Section", "Step", "State"]
    assert "'=HYPERLINK(1)" in [row[2] for row in rows]


async def test_a_calendar_of_the_days_without_private_notes(chat: Chat) -> None:
    await with_letters(chat)
    found = await file(chat, "Save: Dates for my calendar")
    events = Calendar.from_ical(found.data).walk("VEVENT")
    assert events
    assert "Ünal" not in found.data.decode()
    assert chat.last.says("Your notes are not in it")


async def test_a_list_without_days_says_that_there_is_nothing_for_a_calendar(chat: Chat) -> None:
    core = core_catalog()
    plan = core.checklists["strategy"]
    steps = tuple(step.model_copy(update={"due": None, "late": None}) for step in plan.steps)
    undated = replace(core, checklists={"strategy": plan.model_copy(update={"steps": steps})})
    chat.world.boundary.holder = CatalogHolder(lambda: undated)
    await chat.say("/checklist strategy")
    await chat.say("/checklist export")
    await chat.press("Save: Dates for my calendar")
    assert chat.last.says("nothing for a calendar")
    assert not chat.card.files
    await chat.press("Open the list")
    assert chat.last.title.startswith("Application strategy: 0 of")


async def test_a_file_goes_to_the_direct_messages_only(chat: Chat) -> None:
    mine = await with_letters(chat)
    chat.where = "channel"
    outcome = await chat.act(encode("checklist.export", mine.id, "json"))
    assert isinstance(outcome, Direct)
    assert not outcome.note.files
    assert chat.last.title == "Your file is in your direct messages"
    assert chat.direct.last.card.files


async def test_an_unknown_kind_of_file_is_out_of_date(chat: Chat) -> None:
    mine = await with_letters(chat)
    await chat.act(encode("checklist.export", mine.id, "exe"))
    assert chat.last.title == "This button is out of date"


async def test_of_several_lists_one_is_picked(chat: Chat) -> None:
    await with_letters(chat)
    await chat.say("/checklist usce")
    await chat.say("/checklist export")
    await chat.choose(LETTERS)
    assert chat.last.title == LETTERS


async def test_a_file_gives_the_same_list_to_somebody_else(chat: Chat) -> None:
    mine = await with_letters(chat)
    text = (await file(chat, "Save: Copy to bring back")).data.decode()
    other = chat.person("b")
    await bringing(other, text)
    assert other.last.title == "Your list is back"
    (back,) = await kept(other)
    (mine,) = await kept(chat)
    assert told(back) == told(mine)
    person = await other.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        assert [line.words for line in await uow.checklists.lines_of(person.id, [back.id])] == ["Dr. Secret"]
    await other.press(f"Open: {LETTERS}")
    assert other.last.title.startswith(f"{LETTERS}: 1 of")


async def test_a_long_file_comes_whole(chat: Chat) -> None:
    await with_letters(chat, "word " * 199)
    (mine,) = await kept(chat)
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        for row in mine.steps[2:9]:
            await uow.checklists.set_note(person.id, row.id, "a long note " * 83, chat.clock.now())
    text = (await file(chat, "Save: Copy to bring back")).data.decode()
    assert len(text) > 6_000
    other = chat.person("b")
    await bringing(other, text)
    (mine,) = await kept(chat)
    assert told((await kept(other))[0]) == told(mine)


async def test_a_list_that_is_there_is_replaced_only_when_asked(chat: Chat) -> None:
    mine = await with_letters(chat)
    text = (await file(chat, "Save: Copy to bring back")).data.decode()
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        await uow.checklists.set_state(person.id, mine.steps[2].id, "done", chat.clock.now())
    await bringing(chat, text)
    assert chat.last.title == "Replace the list that you have?"
    assert (await kept(chat))[0].id == mine.id
    await chat.press("Keep my list as it is")
    assert (await kept(chat))[0].id == mine.id
    await bringing(chat, text)
    await chat.press("Replace my list with the file's")
    (back,) = await kept(chat)
    assert back.id != mine.id
    assert [row.state for row in back.steps].count("done") == 1
    await chat.again()
    assert (await kept(chat))[0].id == back.id
    await chat.say("/checklist archived")
    assert chat.last.says("2 of 17 done")


async def test_the_question_is_answered_only_by_whom_it_was_put_to(chat: Chat) -> None:
    await with_letters(chat)
    text = (await file(chat, "Save: Copy to bring back")).data.decode()
    await bringing(chat, text)
    action = next(action for action in chat.card.actions() if "checklist.replace" in action)
    other = chat.person("b")
    await other.say("hi")
    await other.act(action)
    assert other.last.title == "I could not find that"
    assert await kept(other) == ()


@pytest.mark.parametrize(
    "text",
    [" ", "hello", "{", "[]", '{"format":"matchmentor-checklist-1"}', "\x00", "{" * 9_000, json.dumps({"a": 1}),
     *NotTaken],
)  # fmt: skip
async def test_what_is_not_a_file_of_ours_is_refused_and_asked_for_again(chat: Chat, text: str) -> None:
    await bringing(chat, text)
    if chat.world.platform == "discord":
        await chat.press("Edit again")
    assert isinstance(chat.last, Window)
    assert [item.kind for item in chat.last.form.fields] == ["file"]
    assert await kept(chat) == ()


async def test_the_text_waits_for_the_answer_and_is_then_forgotten(chat: Chat) -> None:
    async def drafts() -> int:
        async with chat.world.database.read() as uow:
            return len((await uow.connection.execute(select(draft))).all())

    await with_letters(chat)
    await bringing(chat, (await file(chat, "Save: Copy to bring back")).data.decode())
    assert await drafts() == 1
    await chat.press("Keep my list as it is")
    assert await drafts() == 0
