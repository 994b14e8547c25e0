"""Collects what the app did wrong; says of a message or view whether Slack would take it."""

from __future__ import annotations

from collections.abc import Iterable

from tests.peers.slack import checks
from tests.peers.slack.records import Violation
from tests.peers.slack.specs import Json


class Inspector:
    """The list of violations. With `active` false messages and views are not looked at, which is quick."""

    def __init__(self, *, active: bool) -> None:
        self.active = active
        self.violations: list[Violation] = []

    def note(self, where: str, text: str) -> None:
        """Add a violation."""
        self.violations.append(Violation(where, text))

    def message(self, where: str, payload: Json) -> tuple[str, ...]:
        """Look at a message; gives the reasons for which Slack refuses it."""
        return self._keep(where, checks.message_faults(payload)) if self.active else ()

    def view(self, where: str, view: Json) -> tuple[str, ...]:
        """Look at a view; gives the reasons for which Slack refuses it."""
        return self._keep(where, checks.view_faults(view)) if self.active else ()

    def _keep(self, where: str, faults: Iterable[checks.Fault]) -> tuple[str, ...]:
        refused = []
        for fault in faults:
            self.note(where, str(fault))
            if fault.refused:
                refused.append(f"[ERROR] {fault.text} [json-pointer:{fault.at}]")
        return tuple(refused)
