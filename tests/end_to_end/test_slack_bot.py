"""The Slack adapter on a loopback Slack, over HTTP and in Socket Mode alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.settings import SettingsError
from bot.slack_adapter import SlackAdapter
from tests.end_to_end.slack_stage import Stage, opened
from tests.peers.slack import SlackPeer, User, samples, specs
from tests.peers.slack.records import Signature

pytestmark = pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())


@pytest.fixture(params=["http", "socket"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with opened(request.param) as made:
        yield made


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[SlackAdapter]:
    async with stage.running() as adapter:
        yield adapter


@pytest.fixture
async def amina(stage: Stage, bot: SlackAdapter) -> User:
    return stage.peer.user("amina", tz="Asia/Karachi", admin=True)


# Commands


async def test_a_quick_answer_stands_in_the_acknowledgement(stage: Stage, amina: User) -> None:
    answer = await amina.slash("/step", channel="general")
    assert answer.private.says("To do", "Step 1")
    assert answer.ack.body["response_type"] == "ephemeral"
    assert stage.peer.calls("response_url") == []
    seen = stage.desk.seen[-1]
    assert (seen.platform, seen.where, seen.community) == ("slack", "channel", seen.team)
    assert (seen.zone, seen.is_admin, bool(seen.delivery)) == ("Asia/Karachi", True, True)


async def test_words_arrive_as_typed_and_are_split(stage: Stage, amina: User) -> None:
    answer = await amina.slash("/guide", "short failed step 1", channel="general")
    assert answer.says("short and failed step 1")
    await amina.slash("/guide", "full a &lt;b&gt; &amp; c", channel="general")
    assert stage.desk.seen[-1].options == {"": "full a <b> & c"}


async def test_a_slow_answer_follows_the_acknowledgement(stage: Stage) -> None:
    stage.desk.gate = asyncio.Event()
    async with stage.running(patience=0.02):
        answer = await stage.peer.user("amina").slash("/step", channel="general", silent=True)
        assert answer.ack.body in (None, "")
        stage.desk.gate.set()
        await answer.until(lambda seen: seen.private.says("Step 1"))


async def test_for_all_and_in_the_direct_messages(amina: User) -> None:
    assert (await amina.slash("/tell", channel="general")).message.only_for is None
    answer = await amina.slash("/step")
    assert answer.direct.says("Step 1")


async def test_an_unknown_command_and_one_with_a_prefix(stage: Stage) -> None:
    async with stage.running(prefix="mm-"):
        amina = stage.peer.user("amina")
        assert (await amina.slash("/mm-step", channel="general")).says("Step 1")
        assert (await amina.slash("/mm-stop", channel="general")).says("I do not know that command")


async def test_a_link_needs_no_answer(stage: Stage, amina: User) -> None:
    answer = await amina.slash("/links", channel="general")
    before = len(stage.desk.seen)
    assert (await amina.press(answer.message, "Open ECFMG", silent=True)).ack.ok
    assert len(stage.desk.seen) == before


async def test_a_replay_changes_nothing_and_is_taken(stage: Stage, amina: User) -> None:
    answer = await amina.slash("/step", channel="general")
    stage.desk.replays = True
    assert (await stage.peer.redeliver(answer.sent, retry=0)).ack.ok
    assert stage.desk.seen[-1].delivery == stage.desk.seen[-2].delivery
    assert len(answer.messages) == 1


async def test_our_own_failure_is_told(stage: Stage, amina: User) -> None:
    stage.desk.fails = True
    assert (await amina.slash("/step", channel="general")).says("I could not show you the answer")


# Buttons and menus


@pytest.mark.parametrize("channel", ["general", None])
async def test_presses_change_the_message_in_place(amina: User, channel: str | None) -> None:
    first = await amina.slash("/step", channel=channel)
    pressed = await amina.press(first.message, "Done: step")
    assert pressed.updated.says("Done", "Undo: step")
    picked = await amina.choose(pressed.updated, "Pick a topic", "Visa")
    assert picked.updated.says("Picked", "visa-need")
    assert len(amina.sees(channel)) == 1


@pytest.mark.parametrize("channel", ["general", None])
async def test_a_reply_to_a_press_is_a_new_message(amina: User, channel: str | None) -> None:
    first = await amina.slash("/step", channel=channel)
    answer = await amina.press(first.message, "Where am I?")
    assert answer.says("channel" if channel else "dm")
    assert len(amina.sees(channel)) == 2


async def test_an_answer_that_comes_too_late_goes_to_the_direct_messages(stage: Stage, amina: User) -> None:
    first = await amina.slash("/step", channel="general")
    stage.desk.gate = asyncio.Event()
    answer = await amina.press(first.message, "Where am I?", silent=True)
    stage.peer.clock.forward(1_900)
    stage.desk.gate.set()
    await stage.peer.until(lambda: amina.inbox, "a direct message")
    assert amina.inbox[0].says("channel")
    assert answer.ack.ok


# Forms


@pytest.mark.parametrize("channel", ["general", None])
async def test_a_form_is_corrected_and_changes_its_message(stage: Stage, amina: User, channel: str | None) -> None:
    first = await amina.slash("/step", channel=channel)
    view = (await amina.press(first.message, "Add a note")).view
    refused = await amina.submit(view, {"Your note": " "})
    assert refused.errors == {"note": "Please write a word."}
    sent = await amina.submit(view, {"Your note": "*call* <@U1>", "Kind": "Task"})
    assert sent.closed
    await sent.until(lambda _: "call" in amina.sees(channel)[0].words)
    assert amina.sees(channel)[0].says("*call* <@U1>", "task")
    assert stage.desk.seen[-1].values == {"note": "*call* <@U1>", "kind": "task"}


async def test_a_form_of_a_command_answers_beside_it(amina: User) -> None:
    view = (await amina.slash("/form", channel="general")).view
    sent = await amina.submit(view, {"Your note": "call"})
    assert sent.closed
    await asyncio.wait_for(_seen(amina, "Saved"), 5)


async def test_errors_that_come_late_are_a_message(stage: Stage) -> None:
    async with stage.running(patience=0.02):
        amina = stage.peer.user("amina")
        first = await amina.slash("/step", channel="general")
        await first.heard()
        view = (await amina.press(first.message, "Add a note")).view
        stage.desk.gate = asyncio.Event()
        sent = await amina.submit(view, {"Your note": " "})
        assert sent.closed
        stage.desk.gate.set()
        await _seen(amina, "Not saved yet")


async def test_a_form_that_slack_no_longer_opens(stage: Stage, amina: User) -> None:
    stage.peer.faults.fail("views.open", "expired_trigger_id")
    first = await amina.slash("/step", channel="general")
    assert (await amina.press(first.message, "Add a note")).says("Please press that once more")


# Direct messages and the Home tab


async def test_a_card_for_the_direct_messages_and_a_note_in_place(amina: User) -> None:
    answer = await amina.slash("/send", channel="general")
    await answer.until(lambda seen: seen.private.says("Sent to you"))
    assert amina.inbox[0].says("Step 3")


async def test_closed_direct_messages_are_told_in_place(stage: Stage, amina: User) -> None:
    stage.peer.faults.fail("conversations.open", "user_not_found")
    answer = await amina.slash("/send", channel="general")
    await answer.until(lambda seen: seen.says("Step 3", "Your direct messages are closed to me"))
    assert stage.desk.events()[-1] == "dm_closed"
    assert stage.desk.seen[-1].user == amina.id


async def test_plain_words_are_answered_and_our_own_are_not(stage: Stage, amina: User) -> None:
    answer = await amina.say("hi &amp; hello <https://a.example|a.example>")
    assert answer.direct.says("31 characters".replace("31", str(len("hi & hello https://a.example"))))
    assert (await stage.peer.hear_itself(answer.direct)).ack.ok
    assert len(amina.inbox) == 1


async def test_the_home_tab_is_shown_and_changed(stage: Stage, amina: User) -> None:
    view = await amina.open_home()
    assert view.says("Step 7")
    assert stage.desk.seen[-1].where == "home"
    await (await amina.press(view, "Done: step", silent=True)).until(
        lambda _: amina.home is not None and amina.home.says("Undo: step")
    )
    assert amina.home is not None
    assert (await amina.press(amina.home, "Where am I?")).direct.says("home")
    form = (await amina.press(amina.home, "Add a note")).view
    await (await amina.submit(form, {"Your note": "x"})).until(
        lambda _: amina.home is not None and amina.home.says("Saved")
    )
    assert (await amina.open_messages(silent=True)).ack.ok


# Coming and going


async def test_the_start_a_deactivation_and_a_removal_are_reported(
    stage: Stage, bot: SlackAdapter, amina: User
) -> None:
    installed = next(one for one in stage.desk.seen if one.name == "installed")
    assert installed.options == {"community": stage.peer.world.identity.team_id, "installer": ""}
    await amina.deactivate()
    await stage.desk.heard("user_gone")
    assert stage.desk.seen[-1].options == {"user": amina.id}
    await stage.peer.uninstall()
    await stage.desk.heard("removed")
    assert stage.desk.seen[-1].options == {"community": stage.peer.world.identity.team_id}
    await asyncio.wait_for(bot.ended.wait(), 5)
    assert "removed the app" in bot.health().detail


async def test_a_changed_zone_is_known_at_once(stage: Stage, amina: User) -> None:
    await amina.slash("/step", channel="general")
    await amina.change(tz="Europe/Berlin")
    await amina.slash("/step", channel="general")
    assert stage.desk.seen[-1].zone == "Europe/Berlin"
    assert len(stage.peer.calls("users.info")) == 1


async def test_a_refused_token_is_one_line(stage: Stage) -> None:
    with pytest.raises(SettingsError, match=r"^SLACK_BOT_TOKEN: .*invalid_auth.*docs/operations.md"):
        await stage.adapter(bot_token="xoxb-wrong").start()
    if stage.peer.mode == "socket":
        with pytest.raises(SettingsError, match=r"^SLACK_APP_TOKEN: "):
            await stage.adapter(app_token="xapp-wrong").start()


async def test_every_sample_of_slack_is_taken(stage: Stage, bot: SlackAdapter) -> None:
    for sample in samples():
        if sample.kind == "event":
            assert (await stage.peer.sample(sample)).ack.ok, sample.name


async def test_a_proxy_of_the_environment_is_not_for_loopback(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with stage.running():
        amina = stage.peer.user("amina")
        answer = await amina.slash("/step", channel="general")
        assert (await amina.press(answer.message, "Where am I?")).says("channel")


async def test_slack_may_ask_to_wait(stage: Stage, amina: User) -> None:
    answer = await amina.slash("/step", channel="general")
    stage.peer.faults.throttle("views.open", retry_after=0)
    assert (await amina.press(answer.message, "Add a note")).view.says("Your note")


async def test_what_we_did_not_ask_for_is_a_short_line_in_the_log(
    stage: Stage, bot: SlackAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    stage.peer.wait_for_acks(0.2)
    shortcut = {"type": "message_action", "callback_id": "x", "message": {"text": "a secret of mine"}}
    assert not (await stage.peer.deliver("interactive", shortcut)).ack.ok
    assert caplog.text == ""
    stage.peer.violations.clear()


async def _seen(user: User, words: str, channel: str = "general") -> None:
    await user._peer.until(lambda: any(words in one.words for one in user.sees(channel)), words)


# What only one way in has


@pytest.mark.parametrize("signature", ["wrong", "old", "missing"])
async def test_what_slack_did_not_sign_is_refused(signature: Signature) -> None:
    async with opened("http") as stage, stage.running():
        answer = await stage.peer.user("amina").slash("/step", signature=signature)
        assert answer.ack.status == 401
        assert [one.what for one in stage.desk.seen] == ["event"]


async def test_slacks_question_for_the_address_is_answered() -> None:
    async with opened("http") as stage, stage.running():
        assert "c123" in str((await stage.peer.verify_url("c123")).body)


async def test_a_deaf_connection_is_replaced() -> None:
    async with opened("socket") as stage, stage.running() as bot:
        await stage.peer.socket.ping(timeout=2)
        assert bot.health().ok
        stage.peer.socket.deafen(answers_close=False)
        assert not await bot.look()
        stage.ticks.seconds += 61
        assert not bot.health().ok
        assert await bot.look()
        await stage.peer.ready(opened=2)
        assert (await stage.peer.user("amina").slash("/step", channel="general")).says("Step 1")
        assert bot.health().ok
        assert not await bot.look()


async def test_over_http_nothing_is_taken_without_a_secret() -> None:
    async with SlackPeer("http") as peer:
        stage = Stage(peer)
        worker = stage.adapter(signing_secret=None)
        assert not worker.health().ok
        await worker.start()
        assert worker.health().ok
        assert (await worker.handle_http({}, ""))[0] == 404
        assert stage.desk.seen == []
        await worker.stop()
