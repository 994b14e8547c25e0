"""What a person did that cannot be done, and what to do instead.

    UserError
    ├── NotFound        an id that is unknown, or not theirs: the same answer for both
    ├── OutOfDate       a button or form from an earlier version of its message
    ├── NotAllowed      a command for mentors or admins
    └── BadInput        something typed that we cannot use; names the field when it came from a form

A `UserError` is an answer, not a fault: it is shown as a friendly card and never logged with a traceback. Its text
is written for the person who sees it.
"""

from __future__ import annotations


class UserError(Exception):
    """Base of all refusals. `title` says what happened; `advice` says what to do next."""

    title = "That did not work"
    advice = "Please try again, or send `/matchmentor` for help."

    def __init__(self, advice: str | None = None, *, title: str | None = None) -> None:
        super().__init__(type(self).__name__)
        self.title = title or type(self).title
        self.advice = advice or type(self).advice


class NotFound(UserError):
    """An unknown id and somebody else's id look the same from outside."""

    title = "I could not find that"
    advice = "It may have been deleted, or it belongs to somebody else. Nothing was changed."


class OutOfDate(UserError):
    """A button whose meaning this version no longer knows."""

    title = "This button is out of date"
    advice = "The message is from an earlier version. Nothing was changed. Use the fresh button below."


class NotAllowed(UserError):
    """Asked for by somebody whose role does not include it."""

    title = "This is not for everyone"
    advice = "Only mentors or admins of this community can use it. Ask one of them if you need it."


class BadInput(UserError):
    """Typed words that we cannot use. `field` names the form field, if there is one."""

    title = "I could not use that"

    def __init__(self, advice: str, *, title: str | None = None, field: str | None = None) -> None:
        super().__init__(advice, title=title)
        self.field = field
