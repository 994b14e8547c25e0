"""What a handler may answer. A small closed set; adapters match on it and end with `assert_never`."""

from __future__ import annotations

from dataclasses import dataclass

from commands.ui import Card, Form


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer with a card. Private is the default everywhere: ephemeral in channels, ordinary in a direct message."""

    card: Card
    private: bool = True


@dataclass(frozen=True, slots=True)
class Update:
    """Replace the message whose button was pressed, or whose form was opened from it."""

    card: Card


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Open a form. It must be the first response on both platforms, so such handlers are declared `opens_form`."""

    form: Form


@dataclass(frozen=True, slots=True)
class FormErrors:
    """What is wrong with a sent form, by field name; `again` is the form with the person's values in it.

    Slack shows the errors beside the inputs. Discord has closed the window by then: a private card lists them, with
    a button whose action (`retry`) opens the form again from the draft.
    """

    errors: tuple[tuple[str, str], ...]
    again: Form
    retry: str


@dataclass(frozen=True, slots=True)
class Direct:
    """Send `card` to the person's direct messages and answer in place with `note`.

    When the direct messages are closed, `card` is shown privately in place with how to open them. In a direct message
    only `card` is shown.

    `living` names what a message shows that lives on ("list:7"): where it stands is then told by the event "placed".
    `edit` is where it stands already ("channel:message"): that message is changed, a new one sent only when it is
    gone, and `note` is the answer in place, in the direct messages too.
    """

    card: Card
    note: Card
    living: str = ""
    edit: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Answers of an autocomplete: (label, value) pairs, 25 at most."""

    items: tuple[tuple[str, str], ...]


Outcome = Reply | Update | OpenForm | FormErrors | Direct | Choices
