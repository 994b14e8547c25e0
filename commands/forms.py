"""Forms that come back with errors: nothing that a person typed is lost.

Slack keeps the window open and shows the errors in it. Discord has closed the window, so the values wait in a draft
row and "Edit again" opens them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from commands import wire
from commands.actions import Ref, encode
from commands.context import Ctx
from commands.errors import NotFound
from commands.outcomes import FormErrors, OpenForm
from commands.registry import Feature
from commands.ui import Form

feature = Feature("forms")


async def refused(ctx: Ctx, form: Form, values: Mapping[str, str], errors: Mapping[str, str]) -> FormErrors:
    """The form with the person's values in it, kept as a draft, and what is wrong with each field."""
    fields = tuple(replace(field, value=values.get(field.name, "")[: field.max_length]) for field in form.fields)
    filled = replace(form, fields=fields)
    draft = await ctx.uow.drafts.save(ctx.person.id, "form", wire.form_to_json(filled), ctx.now)
    return FormErrors(tuple(errors.items()), filled, encode("forms.again", draft))


@feature.action("forms.again", opens_form=True)
async def again(ctx: Ctx, draft_id: Ref) -> OpenForm:
    """Open a refused form with what was typed."""
    draft = await ctx.uow.drafts.get(ctx.person.id, draft_id)
    if draft is None:
        raise NotFound("What you typed here is no longer kept. Please open the form again from its message.")
    return OpenForm(wire.form_from_json(dict(draft.values)))
