"""Cards and forms that show every block, the fullest budget and people's worst words. Both renderers draw them all."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from commands import markup
from commands.actions import encode
from commands.ui import (
    BUTTON_LABEL,
    CARD_TITLE,
    FIELD_LABEL,
    INPUT,
    OPTION_LABEL,
    OPTIONS,
    PREVIEW,
    TEXT_IN_BLOCK,
    Attachment,
    Button,
    Buttons,
    Card,
    Divider,
    Field,
    Fields,
    Form,
    LinkButton,
    Option,
    Picture,
    Row,
    Select,
    Text,
)

NASTY = (
    "@everyone @here <@1> <@&2> <#3> <!channel> <!here> <@U1> <#C1|x> <t:0:F> <:smile:1> </redflag:1> <id:browse>",
    "https://evil.example/a_b?c=*d* <https://evil.example|bank> [bank](https://evil.example) <mailto:a@b.example>",
    "# big\n## less\n-# small\n> quote\n>>> long quote\n- item\n+ item\n* item\n1. one\n23. more",
    "**bold** __under__ *it* _it_ ~~gone~~ ||spoiler|| `code` ```py\nblock\n``` \\*back\\* \\",
    ":smile: :skull: 9:00 a::b :) &amp; &lt;b&gt; <b>x</b> {name} %s $(ls)",
    "\u202eright to left\u202c zero\u200bwidth \u0645\u0631\u062d\u0628\u0627 \U0001f468\u200d\U0001f469",
    "first\n\n\n\nlast \t tab \r\n windows\u2028line",
)
"""What people type, by accident or not. It must show as typed, and nothing of it may be live."""

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NINE = datetime(2026, 9, 23, 13, 0, tzinfo=UTC)

FORMATTED = (
    "A paragraph with **bold**, *italic*, `/code` and [a link](https://www.ecfmg.org/path_(x)).\n"
    "Its second line.\n\n- first\n- **second**: *more*\n\n1. one\n2. two\n\n"
    f"Due {markup.when(NINE)}, that is {markup.when(NINE, 'relative')}: "
    f"{markup.when(NINE, 'date')} at {markup.when(NINE, 'time')}. **Now***not later*."
)


def _button(number: int, label: str = "") -> Button:
    return Button((label or f"Done: step {number}")[:BUTTON_LABEL], encode("checklist.set", number, True))


def _every_block() -> Card:
    return Card(
        "Every block there is",
        (
            Text(FORMATTED),
            Fields((("Zone", "Asia/Karachi"), ("Next", markup.when(NINE)), ("Note", "**your** words"))),
            Row("**Ask for a letter**: two months ahead", _button(1, "Done: ask for the letter")),
            Divider(),
            Buttons(
                (
                    Button("Go on", encode("golden.next", "page-2"), "primary"),
                    Button("Delete everything", encode("golden.delete"), "danger"),
                    LinkButton("Open ECFMG", "https://www.ecfmg.org/?a=1&b=2"),
                )
            ),
            Select(
                "Pick a topic",
                encode("golden.pick"),
                (Option("Step failure", "step-failure", "A failed attempt"), Option("Visa", "visa-need")),
            ),
            Picture(PNG, "A timeline from June to March with three points"),
        ),
        tone="success",
        footer="Checked on 1 July 2026. [Source](https://www.nrmp.org/)",
    )


def _most_text() -> Card:
    full = markup.escape("*_~`" * 2000)
    letters = TEXT_IN_BLOCK
    while markup.cost(full[:letters]) > TEXT_IN_BLOCK - 12:
        letters -= 2
    rest = "word " * 160
    return Card("Long text " * 11, (Text(full[:letters]), Text(rest)), preview="p" * PREVIEW, tone="danger")


def _most_parts() -> Card:
    rows = tuple(
        Row(f"**Step {number}** " + "long " * 25, _button(number, f"Done: step {number} " + "x" * BUTTON_LABEL))
        for number in range(8)
    )
    options = tuple(
        Option(f"{number} ".ljust(OPTION_LABEL, "o"), f"value-{number}", "n" * OPTION_LABEL)
        for number in range(OPTIONS)
    )
    navigation = Buttons(tuple(Button(f"Page {number}", encode("golden.page", number)) for number in range(5)))
    return Card(
        "T" * CARD_TITLE,
        (*rows, navigation, Select("P" * BUTTON_LABEL, encode("golden.pick"), options), Divider(), Divider()),
        footer="Small print",
    )


GOLDEN: dict[str, Card] = {
    "plain": Card("A title", (Text("One sentence."),)),
    "every_block": _every_block(),
    "most_text": _most_text(),
    "most_parts": _most_parts(),
    "files": Card("Your data", (Text("Everything I keep."),), files=(Attachment("your data (1).json", b"{}"),)),
    "nested_list": Card(
        "Lists", (Text("Do:\n\n- one\n  - inner\n  - inner two\n- two\n\nThen rest."),), tone="warning"
    ),
} | {
    f"nasty_{number}": Card(
        words.splitlines()[0][:100],
        (
            Text(markup.escape(words)),
            Text(f"You wrote: **{markup.escape(words.splitlines()[0])}**"),
            Fields((("Your note", markup.escape(words)),)),
            Row(markup.escape(words), _button(number)),
            Select("Pick one", encode("golden.pick"), (Option(words[:OPTION_LABEL], "a", words[:OPTION_LABEL]),)),
        ),
        footer=markup.escape(words),
    )
    for number, words in enumerate(NASTY)
}
"""By name. `nasty_*` hold people's words in every place where they can stand."""

FORMS: dict[str, Form] = {
    "one_line": Form("Add a note", (Field("note", "Your note"),), encode("golden.save")),
    "with_note": Form(
        "Who are you?",
        (
            Field("name", "Name", required=True, value="Dr. A", max_length=80, hint="As on your certificate"),
            Field(
                "visa",
                "Visa",
                "choice",
                options=(Option("J-1", "j1", "Sponsored by ECFMG"), Option("H-1B", "h1b")),
                value="h1b",
            ),
        ),
        encode("golden.save", 7),
        note="Only you see this. **Leave out** what you do not want kept.",
    ),
    "fullest": Form(
        "F" * 24,
        tuple(
            Field(f"f{number}", "L" * FIELD_LABEL, "paragraph", True, INPUT, "v" * INPUT, "h" * 100)
            for number in range(5)
        ),
        encode("golden.save", "x" * 80),
    ),
    "files": Form(
        "Bring it back",
        (
            Field("copy", "Your file", "file", required=True, hint="The copy that you saved"),
            Field("more", "One more file", "file"),
        ),
        encode("golden.save"),
        note="Choose the file.",
    ),
    "must_choose": Form(
        "Choose",
        (
            Field(
                "many",
                "One of many",
                "choice",
                required=True,
                options=tuple(Option(f"{number}", f"v{number}") for number in range(OPTIONS)),
            ),
        ),
        encode("golden.save"),
    ),
}
"""By name."""
