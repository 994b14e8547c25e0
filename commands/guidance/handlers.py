"""`/redflag` and `/guide`: words or a topic in, a page or an honest answer out."""

from __future__ import annotations

import asyncio
from typing import cast, get_args

from commands.arguments import Argument
from commands.context import Ctx
from commands.errors import NotAllowed, NotFound, OutOfDate
from commands.guidance import answers
from commands.guidance.pages import ANSWERS, page_card
from commands.outcomes import Choices, Reply, Update
from commands.registry import Feature
from commands.ui import Card
from content.schema import Part, Topic

feature = Feature("guidance")


async def suggest(ctx: Ctx, typed: str) -> Choices:
    """Autocomplete: the topics whose names are nearest to what is being typed."""
    topics = ctx.catalog.nearest(typed, 25)
    return Choices(tuple((topic.title, topic.id) for topic in topics))


WORDS = Argument(
    "words",
    "A topic, or your own words: what happened",
    complete=suggest,
)


@feature.command(
    "redflag",
    "How to explain a red flag, in your own words or by topic",
    task="Explain a red flag",
    examples=("/redflag I failed step 1 and passed later", "/redflag old graduate, need a visa", "/redflag"),
    arguments=(WORDS,),
    reads=True,
)
async def redflag(ctx: Ctx, words: str | None) -> Reply:
    """The page for a topic or a person's own words; without words the menu of groups."""
    return Reply(await _answer(ctx, words, "redflag"))


@feature.command(
    "guide",
    "How to do the work: letters, USCE, emails, programs",
    task="Learn how to do one part of the application",
    examples=("/guide how to ask for a letter", "/guide usce", "/guide"),
    arguments=(WORDS,),
    reads=True,
)
async def guide(ctx: Ctx, words: str | None) -> Reply:
    """The same for strategy pages."""
    return Reply(await _answer(ctx, words, "guide"))


@feature.action("guidance.menu", reads=True)
async def menu(ctx: Ctx, command: str = "redflag") -> Reply:
    """The groups of one command."""
    if command not in answers.COMMANDS:
        raise OutOfDate
    return Reply(answers.groups_menu(ctx.catalog, command))


@feature.action("guidance.group", reads=True)
async def open_group(ctx: Ctx, group_id: str) -> Update:
    """The pages of one group."""
    group = next((group for group in ctx.catalog.groups if group.id == group_id), None)
    if group is None:
        raise OutOfDate
    return Update(answers.group_menu(ctx.catalog, group.id, group.title, group.command))


@feature.action("guidance.page", reads=True)
async def open_page(ctx: Ctx, topic_id: str, part: str = "overview") -> Update:
    """One part of a page, in place of the message whose button was pressed."""
    return Update(_page(ctx, topic_id, part))


@feature.action("guidance.open", reads=True)
async def open_picked(ctx: Ctx, topic_id: str) -> Update:
    """A page picked from a menu."""
    return Update(_page(ctx, topic_id, "overview"))


@feature.action("guidance.read", reads=True)
async def read_beside(ctx: Ctx, topic_id: str, part: str = "overview") -> Reply:
    """A page beside the message whose button was pressed: a checklist or a nudge stays where it is."""
    return Reply(_page(ctx, topic_id, part))


@feature.action("guidance.none", reads=True)
async def none_fits(ctx: Ctx) -> Update:
    """None of the suggested pages fits."""
    return Update(answers.none_of_these())


@feature.action("guidance.helped")
async def helped(ctx: Ctx, topic_id: str, answer: str) -> Reply:
    """Was this the right page? Counted by page, never by person; a "no" offers the neighbours."""
    topic = ctx.catalog.topic(topic_id)
    if topic is None or answer not in ANSWERS:
        raise OutOfDate
    await ctx.uow.feedback.add(topic.id, answer)
    return Reply(answers.thanks(topic, answer, ctx.catalog))


@feature.action("guidance.counts", reads=True)
async def counts(ctx: Ctx) -> Reply:
    """For admins: how often each page was right, wrong or incomplete. No names, no words."""
    if not ctx.is_admin:
        raise NotAllowed
    return Reply(answers.counts(await ctx.uow.feedback.totals(), ctx.catalog))


async def look_up(ctx: Ctx, words: str) -> Card:
    """The card for a person's own words: a page, several, a question, or an honest no."""
    finding = await asyncio.to_thread(ctx.catalog.find, words)
    if finding.distress:
        return answers.distress(ctx.catalog.support)
    if finding.harm:
        return answers.harm()
    named = [topic for name in finding.issues if (topic := ctx.catalog.topic(name))]
    if len(named) > 1:
        return answers.several(named[:3])
    topics = [topic for hit in finding.topics if (topic := ctx.catalog.topic(hit.id))][:3]
    if not topics:
        return answers.no_page(ctx.catalog)
    if finding.sure:
        return _drawn(ctx, topics[0], "overview")
    return answers.do_you_mean(topics)


async def _answer(ctx: Ctx, words: str | None, command: str) -> Card:
    if words is None:
        return answers.groups_menu(ctx.catalog, command)
    topic = ctx.catalog.by_alias(words)
    if topic is not None:
        return _drawn(ctx, topic, "overview")
    return await look_up(ctx, words)


def _page(ctx: Ctx, topic_id: str, part: str) -> Card:
    topic = ctx.catalog.topic(topic_id)
    if part not in get_args(Part):
        raise OutOfDate
    if topic is None:
        raise NotFound("This page is no longer in the collection. Send `/redflag` to see what there is.")
    return _drawn(ctx, topic, cast("Part", part))


def _drawn(ctx: Ctx, topic: Topic, part: Part) -> Card:
    """The page for this person."""
    return page_card(topic, part, ctx.catalog, ctx.now.date(), ctx.person.about)
