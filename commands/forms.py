"""Forms that come back with errors: nothing that a person typed is lost.

Slack keeps the window open and shows the errors in it. Discord has closed the window, so the values wait in a draft
row and "Edit again" opens them.

A file is the exception: neither platform can fill one in again, and none is ever kept in a draft. The value of a field
of kind "file" is the text of the file, "" when none was chosen; `file_text` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from commands import wire
from commands.actions import Ref, encode
from commands.context import Ctx
from commands.errors import BadInput, NotFound
from commands.outcomes import FormErrors, OpenForm
from commands.registry import Feature
from commands.ui import Field, Form

feature = Feature("forms")

LARGEST_FILE = 1_000_000
"""Bytes of a file that is sent with a form."""


class NotTaken(StrEnum):
    """What an adapter puts in the place of a file's text when there is none. No text that it hands over has a NUL."""

    TOO_LARGE = "\0too large"
    NOT_TEXT = "\0not text"
    NOT_FETCHED = "\0not fetched"


_ADVICE: Mapping[str, str] = {
    NotTaken.TOO_LARGE: "This file is too large. I take files of up to 1 MB. Please send a smaller one.",
    NotTaken.NOT_TEXT: (
        "I cannot read this file, because it is not plain text in UTF-8. Please send it just as you saved it, "
        "and not as a PDF, a Word document or a zip."
    ),
    NotTaken.NOT_FETCHED: "I could not get the file just now. Please choose it again and send the form once more.",
}


def file_text(values: Mapping[str, str], name: str) -> str:
    """The text of the file in field `name`, "" when none was chosen. Raises `BadInput` when it could not be taken."""
    text = values.get(name, "")
    if text in _ADVICE:
        raise BadInput(_ADVICE[text], field=name)
    return text


async def refused(ctx: Ctx, form: Form, values: Mapping[str, str], errors: Mapping[str, str]) -> FormErrors:
    """The form with the person's values in it, kept as a draft, and what is wrong with each field."""
    filled = replace(form, fields=tuple(_filled(field, values) for field in form.fields))
    draft = await ctx.uow.drafts.save(ctx.person.id, "form", wire.form_to_json(filled), ctx.now)
    return FormErrors(tuple(errors.items()), filled, encode("forms.again", draft))


def _filled(field: Field, values: Mapping[str, str]) -> Field:
    if field.kind == "file":
        return field
    return replace(field, value=values.get(field.name, "")[: field.max_length])


@feature.action("forms.again", opens_form=True)
async def again(ctx: Ctx, draft_id: Ref) -> OpenForm:
    """Open a refused form with what was typed."""
    draft = await ctx.uow.drafts.get(ctx.person.id, draft_id)
    if draft is None:
        raise NotFound("What you typed here is no longer kept. Please open the form again from its message.")
    return OpenForm(wire.form_from_json(dict(draft.values)))
