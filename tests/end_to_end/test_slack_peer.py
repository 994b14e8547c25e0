"""The loopback Slack, proven with a real Bolt app over real sockets: the same suite over HTTP and Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError

from tests.end_to_end.bare_bolt import BareBolt, button, goal_form, section
from tests.peers.slack import NoAnswerError, NotThereError, SlackPeer, User, specs
from tests.peers.slack.server import Mode


@pytest.fixture(params=["http", "socket"])
async def peer(request: pytest.FixtureRequest) -> AsyncIterator[SlackPeer]:
    mode: Mode = request.param
    async with SlackPeer(mode) as peer:
        yield peer


@pytest.fixture
async def bolt(peer: SlackPeer) -> AsyncIterator[BareBolt]:
    async with BareBolt(peer).running(peer) as bolt:
        yield bolt


@pytest.fixture
def amina(peer: SlackPeer, bolt: BareBolt) -> User:
    return peer.user("amina", tz="Asia/Karachi")


async def test_a_slash_command_is_answered_in_the_ack(peer: SlackPeer, amina: User) -> None:
    answer = await amina.slash("/mentor", "help", channel="general")
    assert answer.ack.ok
    assert answer.private.says("hello *help*")
    assert answer.private.only_for == amina.id
    assert peer.channel_messages("general") == ()
    assert peer.violations == []


async def test_a_response_url_answers_and_replaces_the_ephemeral_message(peer: SlackPeer, amina: User) -> None:
    answer = await amina.slash("/mentor", "later", channel="general")
    assert answer.message.labels == ("Swap",)
    first = answer.message
    swapped = await amina.press(first, "Swap")
    assert swapped.updated.text == "swapped"
    assert [message.words for message in amina.sees("general")] == ["swapped"]
    with pytest.raises(NotThereError, match="does not see"):
        await peer.user("bilal").press(first, "Swap")


async def test_an_ephemeral_message_by_method_needs_the_bot_in_the_channel(peer: SlackPeer, amina: User) -> None:
    peer.channel("cohort", bot=True)
    assert (await amina.slash("/mentor", "whisper", channel="cohort")).private.text == "only you"
    await amina.slash("/mentor", "whisper", channel="general", silent=True)
    await peer.until(lambda: peer.refused, "a refusal")
    assert peer.refused[0].error == "not_in_channel"


async def test_an_ephemeral_message_is_not_in_the_payload_of_its_button(bolt: BareBolt, amina: User) -> None:
    answer = await amina.slash("/mentor", "later")
    await amina.press(answer.message, "Swap")
    assert "message" not in bolt.bodies[-1]
    assert bolt.bodies[-1]["container"]["is_ephemeral"] is True


async def test_a_direct_message_can_be_pressed_and_changes_in_place(peer: SlackPeer, amina: User) -> None:
    answer = await amina.slash("/mentor", "dm", channel="general")
    await answer.until(lambda seen: seen.direct and seen.private)
    checklist = answer.direct
    assert checklist.labels == ("Done: letter", "")
    pressed = await amina.press(checklist, "Done: letter")
    assert pressed.updated.says("~Ask for the letter~")
    await pressed.until(lambda seen: seen.private.says("noted"))
    assert [message.words for message in peer.direct_messages(amina)] == ["~Ask for the letter~"]
    again = await amina.press(checklist, "Done: letter")  # an old screen: the second of two devices
    assert again.updated.ts == checklist.ts
    assert peer.violations == []


async def test_choosing_from_a_menu(amina: User) -> None:
    answer = await amina.slash("/mentor", "dm")
    await answer.until(lambda seen: seen.direct)
    chosen = await amina.choose(answer.direct, "pick", "Monday")
    assert chosen.private.text == "picked monday"
    with pytest.raises(NotThereError, match="'Today', 'Monday'"):
        await amina.choose(answer.direct, "pick", "Friday")


async def test_a_form_shows_errors_then_closes(peer: SlackPeer, amina: User) -> None:
    form = (await amina.slash("/mentor", "modal")).view
    assert form.title == "Add a goal"
    wrong = await amina.submit(form, {"Goal": "ab"})
    assert wrong.errors == {"goal": "Please write three letters or more."}
    assert amina.modal == form
    saved = await amina.submit(form, {"goal/text": "Step 2", "Kind": "Exam"})
    assert saved.closed
    assert amina.modal is None
    await saved.until(lambda seen: seen.direct.says("Saved: Step 2"))
    assert peer.violations == []


async def test_a_form_sends_every_field_as_it_stands(bolt: BareBolt, amina: User) -> None:
    form = (await amina.slash("/mentor", "modal")).view
    await amina.submit(form, {"Goal": "Step 2", "kind": "letter"})
    view = bolt.bodies[-1]["view"]
    assert view["private_metadata"] == "from the form"
    assert view["state"]["values"]["kind"]["kind"]["selected_option"]["value"] == "letter"
    assert view["state"]["values"]["mentor"]["mentor"]["selected_option"] is None


async def test_slacks_client_does_not_send_an_incomplete_form(bolt: BareBolt, amina: User) -> None:
    form = (await amina.slash("/mentor", "modal")).view
    blocked = await amina.submit(form, {})
    assert (blocked.ending, list(blocked.errors)) == ("blocked", ["goal"])
    too_long = await amina.submit(form, {"Goal": "x" * 41})
    assert "no more than 40" in too_long.errors["goal"]
    assert "view_submission" not in bolt.seen


@pytest.mark.parametrize(("word", "ending"), [("update", "updated"), ("push", "pushed"), ("clear", "cleared")])
async def test_a_form_may_be_answered_with_a_view(peer: SlackPeer, amina: User, word: str, ending: str) -> None:
    form = (await amina.slash("/mentor", "modal")).view
    result = await amina.submit(form, {"Goal": word})
    assert result.ending == ending
    shown = amina.modal
    assert (shown.title if shown else None) == (None if word == "clear" else f"After {word}")
    assert peer.violations == []


async def test_pushed_modals_go_three_high_and_close_one_by_one(peer: SlackPeer, amina: User) -> None:
    first = (await amina.slash("/mentor", "modal")).view
    second = (await amina.press(first, "Explain")).view
    assert (second.previous_id, second.root_id) == (first.id, first.id)
    third = (await amina.press(second, "Explain")).view
    await amina.press(third, "Explain", silent=True)
    await peer.until(lambda: peer.refused, "a refusal")
    assert peer.refused[-1].error == "push_limit_reached"
    closed = await amina.close(third)
    assert closed is not None
    assert closed.ok
    assert amina.modal == second


async def test_options_and_shortcuts_come_from_the_app(amina: User) -> None:
    form = (await amina.shortcut("about")).view
    assert form.title == "About"
    options = await amina.suggest(form, "Mentor", "Khan")
    assert [option["value"] for option in options] == ["dr. khan"]


async def test_home_and_plain_messages(peer: SlackPeer, bolt: BareBolt, amina: User) -> None:
    home = await amina.open_home()
    assert home.says("Your checklist")
    assert (await amina.open_home()).id == home.id
    assert bolt.bodies[-1]["event"]["view"]["id"] == home.id
    answer = await amina.say("hi")
    assert answer.direct.text == "you said hi"
    heard = await peer.hear_itself(answer.direct)
    assert heard.ack.ok
    assert [message.text for message in amina.inbox] == ["you said hi"]


async def test_life_of_the_workspace(peer: SlackPeer, bolt: BareBolt, amina: User) -> None:
    peer.channel("cohort")
    deliveries = [await amina.change(tz="Europe/Berlin"), await amina.join_team(), await amina.deactivate()]
    assert (await amina.join("cohort")).ack.lost  # the bot is not there
    deliveries.append(await peer.invite_bot("cohort", amina))
    deliveries += await peer.uninstall()
    assert all(sent.ack.ok for sent in deliveries)
    told = ["user_change", "team_join", "user_change", "member_joined_channel", "tokens_revoked", "app_uninstalled"]
    assert bolt.seen == told
    with pytest.raises(SlackApiError, match="token_revoked"):
        await bolt.client.auth_test()


async def test_nobody_listening_is_a_violation(peer: SlackPeer, bolt: BareBolt, amina: User) -> None:
    peer.wait_for_acks(0.3)
    answer = await amina.slash("/unknown")
    assert not answer.ack.ok
    slow = await amina.slash("/mentor", "slow")
    bolt.gate.set()
    assert slow.ack.timed_out
    first = "HTTP 404" if peer.mode == "http" else "no ack in time"
    texts = [str(violation) for violation in peer.violations]
    assert texts == [f"delivery of /unknown: {first}", "delivery of /mentor: no ack in time"]


async def test_silence_is_told_with_what_came_instead(peer: SlackPeer, amina: User) -> None:
    answer = await amina.slash("/mentor", "help")
    with pytest.raises(NoAnswerError, match="a modal did not come; ack 200, then ephemeral"):
        await answer.until(lambda seen: seen.view, "a modal", timeout=0.01)


async def test_a_trigger_is_good_for_three_seconds_and_once(peer: SlackPeer, bolt: BareBolt, amina: User) -> None:
    await amina.slash("/mentor", "late modal", silent=True)
    peer.clock.forward(3.1)
    bolt.gate.set()
    await peer.until(lambda: peer.calls("views.open"), "views.open")
    assert peer.calls("views.open")[0].error == "expired_trigger_id"
    await amina.slash("/mentor", "modal")
    used = bolt.bodies[-1]["trigger_id"]
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await bolt.client.views_open(trigger_id=used, view=goal_form())
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await bolt.client.views_open(trigger_id="1.2.abc", view=goal_form())


async def test_a_response_url_is_good_for_five_answers_and_half_an_hour(peer: SlackPeer, amina: User) -> None:
    answer = await amina.slash("/mentor", "many")
    await peer.until(lambda: len(peer.calls("response_url")) == 6, "six tries")
    assert [message.text for message in answer.messages] == [f"answer {number}" for number in range(5)]
    assert peer.calls("response_url")[-1].error == "expired_url"
    later = await amina.slash("/mentor", "later")
    peer.clock.forward(30 * 60 + 1)
    await amina.press(later.message, "Swap")  # pressing gives a fresh address
    assert peer.calls("response_url")[-1].error is None


async def test_the_same_delivery_again(peer: SlackPeer, bolt: BareBolt, amina: User) -> None:
    answer = await amina.say("hi")
    same = await peer.redeliver(answer.sent, retry=0)
    assert same.ack.ok
    assert same.envelope_id == answer.sent.envelope_id
    again = await peer.redeliver(answer.sent, retry=2)
    assert again.ack.ok
    assert {body["event_id"] for body in bolt.bodies} == {answer.sent.payload["event_id"]}
    assert bolt.retries[-1:] == ["2"]
    await peer.until(lambda: len(amina.inbox) == 3, "three answers: Bolt does not deduplicate")


async def test_an_event_is_sent_again_until_it_is_taken(peer: SlackPeer, bolt: BareBolt) -> None:
    peer.wait_for_acks(0.3)
    sent = await peer.event({"type": "reaction_added", "user": "U1"}, retries=3)
    assert not sent.ack.ok
    assert bolt.seen == ["reaction_added"] * 4
    assert [number for number in bolt.retries if number != "0"] == ["1", "2", "3"]  # Bolt says 0 in Socket Mode


@pytest.mark.skipif(not specs.available(), reason=specs.missing_notice())
async def test_blocks_that_slack_refuses_are_refused_and_kept_as_violations(peer: SlackPeer, bolt: BareBolt,
                                                                            amina: User) -> None:  # fmt: skip
    two = [section("x"), {"type": "actions", "elements": [button("A", "a"), button("B", "a")]}]
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await bolt.client.chat_postMessage(channel=amina.id, text="x", blocks=two)
    await bolt.client.chat_postMessage(channel=amina.id, text="**x** for <!channel>")
    assert len(amina.inbox) == 1  # Slack takes it; a person should not see it
    assert [violation.where for violation in peer.violations] == ["chat.postMessage"] * 3
