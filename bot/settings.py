"""The settings, from the environment and a `.env` file. The only place that reads either.

Every fault is one line that names the variable and the heading of `docs/operations.md` where it is explained. A value
is never repeated in it: it may be a secret, pasted into the wrong variable.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

Role = Literal["discord", "slack", "worker"]
ROLES: tuple[Role, ...] = ("discord", "slack", "worker")
OURS = "MATCHMENTOR_"
DATABASE_FILE = "matchmentor.db"

HEADINGS = {
    "DISCORD_TOKEN": "Discord",
    "DISCORD_API_BASE": "Discord",
    "DISCORD_GATEWAY_URL": "Discord",
    "SLACK_BOT_TOKEN": "Slack over Socket Mode",
    "SLACK_APP_TOKEN": "Slack over Socket Mode",
    "SLACK_SIGNING_SECRET": "Slack over HTTP",
    "SLACK_API_BASE": "Slack over Socket Mode",
    "DATABASE_URL": "PostgreSQL",
}
"""Variable -> the heading that explains it; the others are in the table under "Settings"."""


class SettingsError(Exception):
    """What the operator has to put right, a line for each fault. `message` is the text of it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def see(variable: str) -> str:
    """Where to read on about a variable."""
    return f"See docs/operations.md, heading '{HEADINGS.get(variable, 'Settings')}'."


def _roles(value: object) -> object:
    if not isinstance(value, str):
        return value
    named = [part.strip().lower() for part in value.split(",") if part.strip()]
    if not named or any(name not in ROLES for name in named):
        raise ValueError(f"is a list of {', '.join(ROLES)}, with commas between them")
    return frozenset(named)


def _matching(pattern: str, told: str) -> AfterValidator:
    def check(value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not re.fullmatch(pattern, text):
            raise ValueError(told)
        return value

    return AfterValidator(check)


def _folder(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError("names a folder that is not there")
    return value


def _address(value: str) -> str:
    if split_address(value) is None:
        raise ValueError("is a host and a port, such as 127.0.0.1:8080")
    return value


def split_address(text: str) -> tuple[str, int] | None:
    """`host:port`, `[::1]:port`, `:port` or `port` -> host and port; None when it is none of these."""
    found = re.fullmatch(r"(?:(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]*):)?(?P<port>\d{1,5})", text)
    if found is None or int(found["port"]) > 65535:
        return None
    return (found["host"] or "127.0.0.1").strip("[]"), int(found["port"])


_Http = _matching(r"https?://[^\s/]\S*", "is an address that begins with https:// or http://")
_Socket = _matching(r"wss?://[^\s/]\S*", "is an address that begins with wss:// or ws://")
_Line = _matching(r"\S+", "has a space or a line break in it; copy it again")


class Settings(BaseSettings):
    """What an installation is told. A platform is on when its tokens are set and its role is ours.

    `Settings.load()` reads the environment; `Settings(data_dir=...)` takes only what it is given.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True, validate_default=False
    )

    database: SecretStr | None = Field(None, alias="DATABASE_URL")
    data_dir: Path = Field(Path("data"), alias="MATCHMENTOR_DATA_DIR")
    key: SecretStr | None = Field(None, alias="MATCHMENTOR_KEY")
    content_dir: Annotated[Path, AfterValidator(_folder)] | None = Field(None, alias="MATCHMENTOR_CONTENT_DIR")
    roles: Annotated[frozenset[Role], BeforeValidator(_roles), NoDecode] = Field(
        frozenset(ROLES), alias="MATCHMENTOR_ROLES"
    )
    http: Annotated[str, AfterValidator(_address)] | None = Field(None, alias="MATCHMENTOR_HTTP")
    log: Literal["human", "json", "debug"] = Field("human", alias="MATCHMENTOR_LOG")
    slack_prefix: Annotated[
        str, _matching(r"[a-z0-9_-]{0,16}", "has up to 16 small letters, digits, hyphens or underscores")
    ] = Field("", alias="MATCHMENTOR_SLACK_PREFIX")
    discord_token: Annotated[SecretStr, _Line] | None = Field(None, alias="DISCORD_TOKEN")
    slack_bot_token: (
        Annotated[SecretStr, _matching(r"xoxb-\S+", "is not a bot token, which begins with xoxb-")] | None
    ) = Field(None, alias="SLACK_BOT_TOKEN")
    slack_app_token: (
        Annotated[SecretStr, _matching(r"xapp-\S+", "is not an app-level token, which begins with xapp-")] | None
    ) = Field(None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: Annotated[SecretStr, _Line] | None = Field(None, alias="SLACK_SIGNING_SECRET")
    discord_api_base: Annotated[str, _Http] | None = Field(None, alias="DISCORD_API_BASE")
    discord_gateway_url: Annotated[str, _Socket] | None = Field(None, alias="DISCORD_GATEWAY_URL")
    slack_api_base: Annotated[str, _Http] | None = Field(None, alias="SLACK_API_BASE")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings in `environ`; without it those of the process and of `.env` here, the process's first.

        An empty value counts as not set. Raises `SettingsError` with a line for each fault.
        """
        given = _environment() if environ is None else environ
        known = variables()
        unknown = [name for name in given if name.startswith(OURS) and name not in known]
        faults = [_unknown(name, known) for name in sorted(unknown)]
        try:
            settings = cls.model_validate({name: given[name] for name in known if given.get(name, "").strip()})
        except ValidationError as error:
            faults += [_fault(item["loc"], item["type"], item["msg"], item.get("ctx", {})) for item in error.errors()]
        if faults:
            raise SettingsError("\n".join(faults))
        return settings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing is read behind the caller's back: `load` hands over what counts."""
        return (init_settings,)

    @model_validator(mode="after")
    def _slack_is_whole(self) -> Self:
        if self.slack_bot_token is None and (self.slack_app_token or self.slack_signing_secret):
            raise ValueError(f"SLACK_BOT_TOKEN is not set, but other Slack settings are. {see('SLACK_BOT_TOKEN')}")
        if self.slack_bot_token is not None and not (self.slack_app_token or self.slack_signing_secret):
            raise ValueError(
                "SLACK_APP_TOKEN is not set. Set it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP. "
                + see("SLACK_APP_TOKEN")
            )
        if self.slack_over_http and "slack" in self.roles and self.http is None:
            raise ValueError(
                "MATCHMENTOR_HTTP is not set, and Slack over HTTP needs an address to listen on. "
                + see("SLACK_SIGNING_SECRET")
            )
        return self

    @property
    def database_url(self) -> str:
        """Where the data is: `DATABASE_URL`, else a SQLite file in the data folder. It may hold a password."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{self.data_dir / DATABASE_FILE}"

    @property
    def discord_on(self) -> bool:
        """Whether this process talks to Discord: it connects, or delivers as a worker."""
        return self.discord_token is not None and bool(self.roles & {"discord", "worker"})

    @property
    def slack_on(self) -> bool:
        """Whether this process talks to Slack: it listens, or delivers as a worker."""
        return self.slack_bot_token is not None and bool(self.roles & {"slack", "worker"})

    @property
    def slack_over_http(self) -> bool:
        """Whether Slack calls us. With an app token Socket Mode is used, also when there is a signing secret."""
        return self.slack_signing_secret is not None and self.slack_app_token is None

    @property
    def http_address(self) -> tuple[str, int] | None:
        """Host and port of health, metrics and Slack over HTTP; None: they are off."""
        return None if self.http is None else split_address(self.http)

    @property
    def log_json(self) -> bool:
        """Whether the log is JSON, a line an event."""
        return self.log == "json"

    @property
    def log_level(self) -> str:
        """The least level that is logged."""
        return "DEBUG" if self.log == "debug" else "INFO"

    def need_a_platform(self) -> None:
        """Raise `SettingsError` when there is nobody to talk to."""
        if self.discord_token is None and self.slack_bot_token is None:
            raise SettingsError(
                "DISCORD_TOKEN is not set, and neither are SLACK_BOT_TOKEN with SLACK_APP_TOKEN or "
                "SLACK_SIGNING_SECRET: set those of one platform. See docs/operations.md, heading 'Discord' or 'Slack "
                "over Socket Mode'."
            )
        if not (self.discord_on or self.slack_on):
            raise SettingsError(
                f"MATCHMENTOR_ROLES leaves out every platform that has a token. {see('MATCHMENTOR_ROLES')}"
            )


def variables() -> tuple[str, ...]:
    """The names of all settings, as they stand in the environment."""
    return tuple(str(field.alias) for field in Settings.model_fields.values())


def _environment() -> dict[str, str]:
    try:
        written = DotEnvSettingsSource(Settings, env_file=".env", case_sensitive=True).env_vars
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"The file .env cannot be read as text. {see('')}") from None
    return {name: value for name, value in {**written, **os.environ}.items() if value is not None}


def _unknown(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, [other for other in known if other.startswith(OURS)], n=1, cutoff=0.0)
    return f"{name} is not a setting. Is {near[0]} meant? {see(name)}"


def _fault(loc: tuple[int | str, ...], kind: str, message: str, context: Mapping[str, Any]) -> str:
    told = message.removeprefix("Value error, ")
    if not loc:
        return told
    name = str(loc[0])
    if kind == "literal_error":
        told = f"is one of {context.get('expected', '')}"
    return f"{name} {told[:1].lower()}{told[1:]}. {see(name)}"
