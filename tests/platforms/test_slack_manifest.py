"""The manifest names every command once, few scopes, and one way in."""

from __future__ import annotations

import yaml

from bot.slack_adapter.manifest import EVENTS, SCOPES, command_name, manifest, to_yaml, typed_name
from tests.platforms.discord_desk import Desk

REGISTRY = Desk().registry
NEEDS = {"message.im": "im:history", "user_change": "users:read"}


def test_every_command_is_there_with_its_arguments() -> None:
    made = manifest(REGISTRY)["features"]["slash_commands"]
    assert [one["command"] for one in made] == [f"/{name}" for name in REGISTRY.commands]
    assert {one["command"]: one.get("usage_hint") for one in made}["/guide"] == "[size] [topic]"
    assert all(one["description"] for one in made)
    assert all("url" not in one for one in made)


def test_socket_mode_without_an_address_and_http_with_one() -> None:
    by_socket = manifest(REGISTRY)["settings"]
    assert by_socket["socket_mode_enabled"]
    assert "request_url" not in by_socket["interactivity"]
    url = "https://bot.example/slack/events"
    by_http = manifest(REGISTRY, http_url=url)
    assert not by_http["settings"]["socket_mode_enabled"]
    assert by_http["settings"]["interactivity"]["request_url"] == url
    assert by_http["settings"]["event_subscriptions"]["request_url"] == url
    assert {one["url"] for one in by_http["features"]["slash_commands"]} == {url}


def test_each_event_has_its_scope_and_both_tabs_are_on() -> None:
    made = manifest(REGISTRY)
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert made["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert {scope for event, scope in NEEDS.items() if event in EVENTS} <= set(SCOPES)
    assert "files:read" in SCOPES, "without it Slack opens no form that takes a file"
    home = made["features"]["app_home"]
    assert home == {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}


def test_a_prefix_renames_the_commands_and_is_read_back() -> None:
    made = manifest(REGISTRY, prefix="mm-")["features"]["slash_commands"]
    assert made[0]["command"] == "/mm-step"
    assert command_name(typed_name("step", "mm-"), "mm-") == "step"
    assert command_name("/step", "") == "step"


def test_the_text_is_yaml() -> None:
    made = manifest(REGISTRY)
    assert yaml.safe_load(to_yaml(made)) == made
