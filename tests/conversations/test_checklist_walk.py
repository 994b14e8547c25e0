"""Every list that is shipped, from its first to its last step, by pressing what is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.actions import encode
from commands.card_rule import fullest
from commands.checklist.drawing.lists import Around, list_card, pages_offered
from commands.checklist.drawing.step import step_card
from commands.checklist.model.state import OWN_SECTION
from commands.ui import Button
from tests.chat import Chat, core_catalog
from tests.drawn import check_card

TEMPLATES = sorted(core_catalog().checklists)


def labels(chat: Chat) -> list[str]:
    """What the buttons of the newest card say."""
    return [button.label for button in chat.card.buttons()]


@pytest.mark.parametrize("template", TEMPLATES)
async def test_each_list_can_be_walked_from_the_first_to_the_last_step(chat: Chat, template: str) -> None:
    await chat.act(encode("checklist.start", template))
    pressed = 0
    while "Open my next step" in labels(chat):
        await chat.press("Open my next step")
        assert chat.last.says("What to do")
        await chat.press("Done:")
        pressed += 1
        assert pressed <= len(core_catalog().checklists[template].steps), "a step came twice"
    assert chat.last.says("Every step is closed")
    title = core_catalog().checklists[template].title
    assert chat.last.title == f"{title}: {pressed} of {pressed} done"
    assert pressed > len(core_catalog().checklists[template].steps) // 2


@pytest.mark.parametrize("template", ["email-habits", "letters"])
async def test_each_page_and_step_can_be_opened_by_its_own_button(chat: Chat, template: str) -> None:
    await chat.act(encode("checklist.start", template))
    number, seen = 1, 0
    while True:
        if f"Open step {number}" not in labels(chat):
            if "Show later steps" not in labels(chat):
                break
            await chat.press("Show later steps")
            continue
        await chat.press(f"Open step {number}")
        assert chat.last.title.startswith(f"{number}. ")
        await chat.press("Back to the list")
        number, seen = number + 1, seen + 1
    assert chat.last.title.endswith(f"of {seen} done")


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_fullest_form_of_each_list_fits_on_both_platforms(template: str) -> None:
    full = fullest(core_catalog().checklists[template])
    undo = Button("Undo: marked as done (step 1)", encode("checklist.undo", 1, 1))
    for page in range(full.pages):
        check_card(list_card(full, page, Around("Done.", undo, offer_nudges=True)))
    for item in full.items:
        check_card(step_card(full, item))


@pytest.mark.parametrize("own", [1, 8, 16, 300])
@pytest.mark.parametrize("mixed", [False, True])
def test_a_list_with_own_steps_among_the_others_fits_on_each_page(own: int, mixed: bool) -> None:
    full = fullest(core_catalog().checklists["strategy"])
    row = full.items[0].row
    mine = [replace(full.items[0], title="Call", step=None, section=OWN_SECTION, row=replace(row, id=100 + number),
                    number=17 + number, tracked=None, waits_for=()) for number in range(own)]  # fmt: skip
    items = [*full.items, *mine]
    if mixed:
        items = [replace(item, section=f"Section {number}") for number, item in enumerate(items)]
    long = replace(full, items=tuple(items))
    undo = Button("Undo: marked as done (step 1)", encode("checklist.undo", 1, 1))
    for page in range(long.pages):
        assert page in pages_offered(long.pages, page)
        check_card(list_card(long, page, Around("Done.", undo, offer_nudges=True)))
