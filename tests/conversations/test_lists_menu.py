"""Several lists: the menu, starting another, opening one by a word, and the three steps that matter this week."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from commands.actions import encode
from commands.checklist.drawing import overview
from commands.checklist.naming import WORDS, named
from commands.outcomes import Choices, Direct, Reply
from commands.ui import Button, Select
from content.plans import Checklist as Template
from storage.checklists import Checklist
from storage.db import Database
from storage.profiles import About
from tests.chat import Chat, core_catalog

LETTERS = "Letters of recommendation"
USCE = "US clinical experience"
EVERY = tuple(core_catalog().checklists.values())


@pytest.fixture
def database(paired: Database) -> Database:
    """Both databases, see `paired`."""
    return paired


async def with_lists(chat: Chat, *templates: str) -> Chat:
    """Somebody who has started these lists."""
    for template in templates:
        await chat.say(f"/checklist {template}")
    return chat


async def lists(chat: Chat) -> tuple[Checklist, ...]:
    """The living lists as they are kept."""
    person = await chat.known()
    assert person is not None
    async with chat.world.database.read() as uow:
        return await uow.checklists.of(person.id)


async def test_without_a_list_the_first_one_is_started(chat: Chat) -> None:
    await chat.say("/checklist")
    assert [each.template for each in await lists(chat)] == ["strategy"]
    assert chat.direct.last.title.startswith("Application strategy: 0 of")


async def test_the_only_list_is_opened_whichever_it_is(chat: Chat) -> None:
    await with_lists(chat, "letters")
    await chat.say("/checklist")
    assert [each.template for each in await lists(chat)] == ["letters"]
    assert chat.last.says(f"{LETTERS} has one message")


async def test_of_several_lists_there_is_a_menu_with_how_far_each_is(chat: Chat) -> None:
    await with_lists(chat, "usce", "letters")
    await chat.say("/checklist")
    assert chat.last.title == "Your 2 lists"
    assert chat.last.says("0 of 16 done")
    assert chat.last.says("Next:")
    await chat.press(f"Open: {LETTERS}")
    assert chat.last.title.startswith(f"{LETTERS}: 0 of")


async def test_another_list_is_started_from_what_there_is(chat: Chat) -> None:
    await with_lists(chat, "letters", "usce")
    await chat.say("/checklist")
    await chat.press("Start another list")
    assert chat.last.says("Not started yet")
    assert not chat.last.says("Start: Letters")
    await chat.press("On to page 2")
    assert chat.last.says("You have these")
    await chat.press("Back to page 1")
    await chat.press("Start: Application strategy")
    assert {each.template for each in await lists(chat)} == {"letters", "usce", "strategy"}


async def test_lists_that_are_not_for_a_person_are_not_offered_and_said_to_be_hidden(chat: Chat) -> None:
    await chat.say("hi")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        await uow.profiles.save(person.id, About(visa="none"))
    shown = ""
    await chat.say("/checklist new")
    shown += chat.card.plain()
    assert chat.last.says("Not shown by what you told in /profile: 1.")
    await chat.press("On to page 2")
    shown += chat.card.plain()
    assert "Start: SOAP" in shown
    assert "Visa paperwork" not in shown


@pytest.mark.parametrize(
    ("typed", "template"),
    [
        ("usce", "usce"),
        ("start usce", "usce"),
        ("Letters of Recommendation", "letters"),
        ("letter", "letters"),
        ("rank list", "rank-list"),
        ("open personal statement", "personal-statement"),
        ("soap", "soap"),
    ],
)
async def test_a_list_is_opened_by_its_name(chat: Chat, typed: str, template: str) -> None:
    outcome = await chat.say(f"/checklist {typed}")
    assert isinstance(outcome, Direct)
    assert [each.template for each in await lists(chat)] == [template]


async def test_a_word_that_names_nothing_starts_nothing(chat: Chat) -> None:
    await chat.say("/checklist zebra husbandry")
    assert chat.last.title == "I do not know that word"
    assert not chat.last.says("zebra")
    assert await lists(chat) == ()
    await chat.press("Choose from all lists")
    assert chat.last.title == "Choose a list"


def test_no_list_has_the_name_of_a_word() -> None:
    catalog = core_catalog()
    assert not set(WORDS) & set(catalog.checklists)
    for template in EVERY:
        assert named(template.title, catalog.checklists).template == template.id


async def test_discord_suggests_the_words_and_the_lists_opened_or_started(chat: Chat) -> None:
    await with_lists(chat, "letters")

    async def suggested(typed: str) -> dict[str, str]:
        asked = chat.invocation("complete", "checklist", options={"show": typed})
        outcome = await chat.world.boundary.run(asked)
        assert isinstance(outcome, Choices)
        return {value: label for label, value in outcome.items}

    everything = await suggested("")
    assert set(WORDS) < set(everything)
    assert everything["letters"] == f"Open: {LETTERS}"
    assert everything["usce"] == f"Start: {USCE}"
    assert next(iter(await suggested("lett"))) == "letters"
    assert next(iter(await suggested("progr"))) == "progress"


async def test_what_is_next_comes_from_all_lists_with_its_list_and_why_now(chat: Chat) -> None:
    await with_lists(chat, "letters", "myeras", "usce")
    outcome = await chat.say("/checklist next")
    assert isinstance(outcome, Reply)
    assert chat.last.title == "What's next: three for this week"
    found = [
        button for button in chat.card.buttons() if isinstance(button, Button) and "checklist.step" in button.action
    ]
    assert len(found) == 3
    assert chat.last.says("was due") or chat.last.says("due ")
    await chat.press(found[0].label)
    assert chat.last.title.endswith(found[0].label.removeprefix("Open: "))


async def test_what_is_due_in_months_is_not_for_this_week(chat: Chat) -> None:
    await with_lists(chat, "email-habits")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        (mine,) = await uow.checklists.of(person.id)
        for row in mine.steps:
            await uow.checklists.set_state(person.id, row.id, "done", chat.clock.now())
        for day in (date(2026, 9, 24), date(2027, 2, 1), date(2027, 3, 1)):
            await uow.checklists.add_own(person.id, mine.id, f"Due {day}", chat.clock.now(), due_on=day)
        await uow.checklists.add_own(person.id, mine.id, "Call the clinic", chat.clock.now())
    await chat.say("/checklist next")
    assert chat.last.title == "What's next: three steps"
    assert chat.messages[-1].labels[1] == "Open: Call the clinic", "before what is due in months"


async def test_what_is_late_is_told_kindly_and_first(chat: Chat) -> None:
    chat.clock.set(datetime(2026, 9, 30, 12, tzinfo=UTC))
    await with_lists(chat, "usce", "letters")
    chat.clock.set(datetime(2027, 2, 1, 12, tzinfo=UTC))
    await chat.say("/checklist next")
    assert chat.last.says("it can still be done")
    assert not chat.last.says("overdue")
    assert not chat.last.says("failed")


async def test_two_steps_of_the_same_title_have_two_buttons(chat: Chat) -> None:
    await with_lists(chat, "letters", "usce", "strategy")
    person = await chat.known()
    assert person is not None
    title = "تذكير 👩‍⚕️ <@U1> & ask *her* " * 10
    async with chat.world.database.write() as uow:
        for each in await uow.checklists.of(person.id):
            for row in each.steps:
                await uow.checklists.set_state(person.id, row.id, "done", chat.clock.now())
            await uow.checklists.add_own(person.id, each.id, title, chat.clock.now())
    await chat.say("/checklist next")
    assert len(set(chat.messages[-1].labels)) == len(chat.messages[-1].labels) == 5
    await chat.say("/checklist lists")
    assert chat.last.title == "Your 3 lists"


async def test_in_a_channel_only_the_person_sees_what_is_next(chat: Chat) -> None:
    await with_lists(chat, "letters", "usce")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        first = (await uow.checklists.of(person.id))[0]
        await uow.checklists.add_own(person.id, first.id, "Ask Dr. Secret", chat.clock.now(), due_on=date(2026, 1, 5))
    chat.where = "channel"
    for word in ("next", "progress", "lists", "archived"):
        outcome = await chat.say(f"/checklist {word}")
        assert isinstance(outcome, Reply)
        assert outcome.private
        assert "Secret" not in outcome.card.preview
    await chat.say("/checklist next")
    assert chat.last.says("Ask Dr. Secret")


async def test_when_all_is_closed_it_says_so(chat: Chat) -> None:
    await with_lists(chat, "email-habits")
    person = await chat.known()
    assert person is not None
    async with chat.world.database.write() as uow:
        for row in (await uow.checklists.of(person.id))[0].steps:
            await uow.checklists.set_state(person.id, row.id, "done", chat.clock.now())
    await chat.say("/checklist next")
    assert chat.last.says("Nothing waits for you")
    await chat.say("/checklist lists")
    assert chat.last.says("Every step is closed")


async def test_somebody_without_lists_gets_a_way_to_start_from_every_word(chat: Chat) -> None:
    for word in ("next", "progress", "lists"):
        await chat.say(f"/checklist {word}")
        assert chat.last.says("You have no list yet")
        await chat.press("Choose a list to start")
        assert chat.last.says("Start: Application strategy")
    assert await lists(chat) == ()


async def test_every_list_of_the_pack_at_once_fits(chat: Chat) -> None:
    await with_lists(chat, *(each.id for each in EVERY))
    await chat.say("/checklist")
    assert chat.last.title == f"Your {len(EVERY)} lists"
    await chat.press("On to page 2")
    (menu,) = [block for block in chat.card.blocks if isinstance(block, Select)]
    assert len(menu.options) == len(EVERY) - 8
    await chat.act(encode("lists.menu", 99))
    assert chat.last.says("Page 2 of 2")


async def test_the_home_tab_tells_all_lists_and_what_is_next(chat: Chat) -> None:
    await with_lists(chat, *(each.id for each in EVERY))
    await chat.act("home", what="home")
    assert chat.last.says(f"{LETTERS}: □□□□□□□□□□ 0 of 16 done")
    assert chat.last.says(f"And {len(EVERY) - 8} more")
    assert chat.last.says("What's next")
    await chat.press("Show my progress as a picture")
    assert chat.last.title == "Your progress"


@pytest.mark.parametrize("template", EVERY, ids=[each.id for each in EVERY])
def test_a_title_fits_every_button_that_carries_it(template: Template) -> None:
    card = overview.unknown_card([template], "next", ())
    assert f"Start: {template.title}" in [button.label for button in card.buttons()]
