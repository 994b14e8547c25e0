"""The Discord side over real sockets: every way to ask, every way an answer can be late or lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.end_to_end.discord_stage import Stage, opened
from tests.peers.discord import Answer


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened() as stage:
        yield stage


async def test_from_a_command_to_a_sent_form(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running():
        answer = await amina.slash("step", place="guild")
        assert answer.ephemeral
        assert "To do" in answer.text
        pressed = await amina.press(answer.message, "Done: step")
        assert pressed.updated
        assert "Done" in answer.text
        chosen = await amina.choose(answer.message, "m1:desk.pick", ["Visa"])
        assert "visa-need" in chosen.text
        again = await amina.slash("step")
        assert not again.ephemeral
        form = (await amina.press(again.message, "Add a note")).modal
        assert form.labels == ("Your note", "Kind")
        sent = await amina.submit(form, {"Your note": "@everyone <@1>", "Kind": "Task"})
        assert sent.updated
        assert "1: \\@everyone \\<\\@1\\> as task" in sent.text
    assert stage.desk.seen[-1].values == {"note": "@everyone <@1>", "kind": "task"}


async def test_wrong_fields_come_back_with_a_way_into_the_form(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running():
        card = (await amina.slash("step", place="guild")).message
        form = (await amina.press(card, "Add a note")).modal
        refused = await amina.submit(form, {"Your note": " "})
        assert refused.ephemeral
        assert "Please write a word." in refused.text
        again = (await amina.press(refused.message, "Edit again")).modal
        saved = await amina.submit(again, {"Your note": "better"})
        assert saved.updated
        assert "better as nothing" in saved.text


async def test_suggestions_choices_and_a_form_from_a_command(stage: Stage) -> None:
    amina = stage.peer.user("amina", locale="de")
    async with stage.running():
        suggested = await amina.autocomplete("guide", "topic", "ga", {"size": "short"})
        assert [choice.value for choice in suggested] == ["topic-ga"]
        assert "full and my gap" in (await amina.slash("guide", {"size": "full", "topic": "my gap"})).text
        form = (await amina.slash("form", place="guild")).modal
        assert "hi as nothing" in (await amina.submit(form, {"Your note": "hi"})).text
    assert stage.desk.seen[0].locale == "de"


async def test_who_runs_the_community_is_told_by_their_permissions(stage: Stage) -> None:
    async with stage.running():
        assert "admin" in (await stage.peer.user("owner").slash("settings", place="guild")).text
        await stage.peer.user("amina").slash("step", place="guild")
    assert [invocation.is_admin for invocation in stage.desk.seen] == [True, False]


async def test_a_command_of_an_older_version_is_answered(stage: Stage) -> None:
    async with stage.running():
        stage.peer.commands.append({**stage.peer.commands[0], "id": "77", "name": "stepp", "options": []})
        answer = await stage.peer.user("amina").slash("stepp", place="guild")
        assert answer.ephemeral
        assert "/step" in answer.text


async def test_a_button_of_an_older_version_is_answered(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running():
        card = (await amina.slash("step", place="guild")).message
        row = next(part for part in card.parts if part.get("label") == "Where am I?")
        row["custom_id"] = "m1:gone.for_ever"
        answer = await amina.press(card, "m1:gone.for_ever")
        assert answer.ephemeral
        assert "out of date" in answer.text


async def test_a_plain_direct_message_is_answered_once(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running():
        await amina.say("what about my gap?")
        message = await amina.direct_message()
        assert "18 characters" in message.text
        await amina.slash("step")
    assert [invocation.what for invocation in stage.desk.seen] == ["text", "command"]


async def test_a_direct_answer_is_sent_before_it_is_announced(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running():
        answer = await amina.slash("send", place="guild")
        assert answer.ephemeral
        assert "Sent to you" in answer.text
        assert "Step 3" in amina.direct_messages[0].text


async def test_closed_direct_messages_are_explained_in_place(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    stage.peer.close_dms(amina)
    async with stage.running():
        answer = await amina.slash("send", place="guild")
        await stage.peer.until(lambda: answer.followups)
        assert "Step 3" in answer.text
        assert "Your direct messages are closed" in answer.followups[0].text
        assert answer.ephemeral
        assert answer.followups[0].ephemeral
    assert stage.desk.events() == ["dm_closed"]
    assert stage.desk.seen[-1].user == amina.id


@pytest.mark.parametrize("command", ["step", "send"])
async def test_a_slow_answer_is_announced_first(stage: Stage, command: str) -> None:
    gate = stage.desk.gate = asyncio.Event()
    async with stage.running(patience=0.01):
        answer = await stage.peer.user("amina").slash(command, place="guild", until="acknowledged")
        assert answer.deferred
        assert answer.ephemeral
        gate.set()
        await answer.wait()
        assert "To do" in answer.text or "Sent to you" in answer.text
        assert answer.followups == ()


async def test_a_slow_press_is_announced_without_touching_its_message(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    gate = stage.desk.gate = asyncio.Event()
    gate.set()
    async with stage.running(patience=0.01):
        card = (await amina.slash("step", place="guild")).message
        gate.clear()
        pressed = await amina.press(card, "Done: step", until="acknowledged")
        assert pressed.deferred
        assert "To do" in pressed.text
        gate.set()
        await stage.peer.until(lambda: "Done" in pressed.text)


async def test_a_handler_that_opens_a_form_is_never_announced(stage: Stage) -> None:
    gate = stage.desk.gate = asyncio.Event()
    async with stage.running(patience=0.0):
        answer = await stage.peer.user("amina").slash("form", place="guild", until="sent")
        await stage.desk.arrived.wait()
        assert not answer.acknowledged
        gate.set()
        await answer.wait()
        assert answer.modal.title == "Add a note"


async def _ask_too_late(stage: Stage, seconds: float, patience: float) -> Answer:
    gate = stage.desk.gate = asyncio.Event()
    amina = stage.peer.user("amina")
    async with stage.running(patience=patience):
        waits = "acknowledged" if patience < 1 else "sent"
        answer = await amina.slash("step", place="guild", until=waits)  # type: ignore[arg-type]
        stage.peer.clock.forward(seconds)
        gate.set()
        await amina.direct_message()
    return answer


async def test_an_answer_after_three_seconds_goes_to_the_direct_messages(stage: Stage) -> None:
    answer = await _ask_too_late(stage, 4, patience=5.0)
    assert not answer.acknowledged
    assert [message.labels[0] for message in stage.peer.user("amina").direct_messages] == ["Done: step"]


async def test_an_answer_after_fifteen_minutes_goes_to_the_direct_messages_once(stage: Stage) -> None:
    await _ask_too_late(stage, 16 * 60, patience=0.01)
    assert len(stage.peer.user("amina").direct_messages) == 1


def _callbacks(stage: Stage) -> list[int]:
    """Statuses of the answered callbacks."""
    return [request.status for request in stage.peer.requests if "/callback" in request.path and request.status]


async def test_a_lost_callback_is_not_answered_twice(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    amina = stage.peer.user("amina")
    async with stage.running():
        at_once = asyncio.sleep
        monkeypatch.setattr("discord.webhook.async_.asyncio.sleep", lambda _seconds: at_once(0))
        stage.peer.fail("POST /interactions/*/*/callback", 500, after=True)
        answer = await amina.slash("step", place="guild")
        await stage.peer.until(lambda: len(_callbacks(stage)) == 2)
        monkeypatch.undo()
        assert "To do" in answer.text
        assert answer.refusals == ("400 40060 Interaction has already been acknowledged.",)
    assert amina.direct_messages == ()


async def test_a_replayed_press_is_taken_silently_and_a_replayed_command_not_at_all(stage: Stage) -> None:
    amina = stage.peer.user("amina")
    async with stage.running():
        card = (await amina.slash("step", place="guild")).message
        stage.desk.replays = True
        pressed = await amina.press(card, "Done: step", until="acknowledged")
        assert pressed.deferred
        assert pressed.followups == ()
        command = await amina.slash("step", place="guild", until="sent")
        await amina.press(card, "Done: step", until="acknowledged")
        assert not command.acknowledged
    assert "To do" in pressed.text


async def test_stopping_lets_answers_under_way_finish_and_takes_no_new_ones(stage: Stage) -> None:
    gate = stage.desk.gate = asyncio.Event()
    adapter = stage.adapter(patience=0.01)
    await adapter.start()
    amina = stage.peer.user("amina")
    answer = await amina.slash("step", place="guild", until="acknowledged")
    stopping = asyncio.create_task(adapter.stop())
    late = await amina.slash("step", place="guild", until="sent")
    gate.set()
    await stopping
    assert "To do" in answer.text
    assert not late.acknowledged
    assert not adapter.health().ok
