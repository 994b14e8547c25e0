"""The settings: what counts, what is refused, and that no fault repeats a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, split_address, variables

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def refused(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as fault:
        Settings.load(environ)
    assert str(fault.value) == fault.value.message
    return fault.value.message


def test_without_anything_data_goes_to_a_sqlite_file_and_no_platform_is_on() -> None:
    settings = Settings.load({})
    assert settings.database_url == "sqlite:///data/matchmentor.db"
    assert not settings.discord_on
    assert not settings.slack_on
    with pytest.raises(SettingsError, match=r"DISCORD_TOKEN.*SLACK_BOT_TOKEN.*docs/operations.md, heading 'Discord'"):
        settings.need_a_platform()


def test_a_platform_is_on_when_its_tokens_are_set() -> None:
    settings = Settings.load({"DISCORD_TOKEN": "t", **SLACK})
    assert (settings.discord_on, settings.slack_on, settings.slack_over_http) == (True, True, False)
    settings.need_a_platform()


def test_roles_choose_what_a_process_does() -> None:
    settings = Settings.load({"DISCORD_TOKEN": "t", **SLACK, "MATCHMENTOR_ROLES": "Discord"})
    assert settings.roles == {"discord"}
    assert (settings.discord_on, settings.slack_on) == (True, False)
    alone = Settings.load({"DISCORD_TOKEN": "t", "MATCHMENTOR_ROLES": "slack"})
    with pytest.raises(SettingsError, match="MATCHMENTOR_ROLES"):
        alone.need_a_platform()


def test_an_empty_value_counts_as_not_set() -> None:
    assert Settings.load(dict.fromkeys(variables(), " ")) == Settings.load({})


def test_the_environment_goes_before_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DISCORD_TOKEN=file\nMATCHMENTOR_LOG=json\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("DISCORD_TOKEN", "process")
    settings = Settings.load()
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "process"
    assert settings.log_json
    (tmp_path / ".env").write_text("MATCHMENTOR_LGO=json\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="MATCHMENTOR_LOG"):
        Settings.load()


def test_direct_construction_reads_nothing_from_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "process")
    assert Settings(data_dir=tmp_path).discord_token is None


def test_an_unknown_name_of_ours_is_an_error_that_names_the_nearest() -> None:
    assert refused({"MATCHMENTOR_ROLE": "x"}).startswith("MATCHMENTOR_ROLE is not a setting. Is MATCHMENTOR_ROLES")


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"MATCHMENTOR_ROLES": "discord,tinker"}, "MATCHMENTOR_ROLES"),
        ({"MATCHMENTOR_HTTP": "somewhere"}, "MATCHMENTOR_HTTP"),
        ({"MATCHMENTOR_HTTP": "host:99999"}, "MATCHMENTOR_HTTP"),
        ({"MATCHMENTOR_LOG": "loud"}, "MATCHMENTOR_LOG"),
        ({"MATCHMENTOR_SLACK_PREFIX": "No Spaces"}, "MATCHMENTOR_SLACK_PREFIX"),
        ({"MATCHMENTOR_CONTENT_DIR": "/nowhere/at/all"}, "MATCHMENTOR_CONTENT_DIR"),
        ({"DISCORD_TOKEN": "two words"}, "DISCORD_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xapp-hidden", "SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, "MATCHMENTOR_HTTP"),
        ({"DISCORD_API_BASE": "discord"}, "DISCORD_API_BASE"),
        ({"DISCORD_GATEWAY_URL": "https://x"}, "DISCORD_GATEWAY_URL"),
        ({"SLACK_API_BASE": "ftp://x"}, "SLACK_API_BASE"),
    ],
)
def test_a_bad_value_is_one_line_that_names_it_and_the_docs(environ: dict[str, str], named: str) -> None:
    message = refused(environ)
    assert message.startswith(named)
    assert "See docs/operations.md, heading '" in message
    assert "\n" not in message
    assert not [value for value in environ.values() if value in message and len(value) > 8]


def test_every_fault_is_told_at_once() -> None:
    lines = refused({"MATCHMENTOR_LOG": "loud", "MATCHMENTOR_HTTP": "?", "MATCHMENTOR_X": "1"}).splitlines()
    assert len(lines) == 3


def test_no_secret_is_shown() -> None:
    settings = Settings.load({"DISCORD_TOKEN": "s3cret", "DATABASE_URL": "postgresql://u:s3cret@h/d", **SLACK})
    assert "s3cret" not in repr(settings)
    assert "xoxb-1" not in repr(settings)
    assert settings.database_url == "postgresql://u:s3cret@h/d"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        ("[::1]:80", ("::1", 80)),
        (":8080", ("127.0.0.1", 8080)),
        ("8080", ("127.0.0.1", 8080)),
        ("a:b", None),
        ("", None),
    ],
)
def test_addresses(text: str, meant: tuple[str, int] | None) -> None:
    assert split_address(text) == meant
