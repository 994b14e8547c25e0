"""Modals and Home tabs: at most three modals on top of each other, one Home tab a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.peers.slack import blocks as kit
from tests.peers.slack.records import Doing, Effect, View
from tests.peers.slack.specs import Json

STACK_MAX = 3

_OPTIONAL: Json = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
}


class Views:
    """All views of the workspace."""

    def __init__(self, log: Callable[[Effect], None], serial: Callable[[], int]) -> None:
        self._log = log
        self._serial = serial
        self._views: dict[str, View] = {}
        self._homes: dict[str, str] = {}
        self._stacks: dict[str, list[str]] = {}

    def get(self, view_id: str) -> View | None:
        """The view as it stands; a closed modal is gone."""
        return self._views.get(view_id)

    def by_external_id(self, external_id: str) -> View | None:
        """The view to which the app gave this id of its own."""
        hits = [view for view in self._views.values() if view.content.get("external_id") == external_id]
        return hits[0] if external_id and hits else None

    def home(self, user: str) -> View | None:
        """What the person's Home tab shows, None before anything was published."""
        return self._views.get(self._homes.get(user, ""))

    def modal(self, user: str) -> View | None:
        """The modal on top, None when none is open."""
        stack = self._stacks.get(user)
        return self._views[stack[-1]] if stack else None

    def depth(self, user: str) -> int:
        """How many modals lie on top of each other."""
        return len(self._stacks.get(user, ()))

    def open(self, user: str, content: Json, cause: str | None) -> View:
        """Show a modal; one that was open already goes."""
        self.close_all(user)
        view = self._keep(user, content)
        self._stacks[user] = [view.id]
        return self._tell("opened", view, cause)

    def push(self, user: str, content: Json, cause: str | None) -> View:
        """Put a modal on top of the one that is open."""
        stack = self._stacks[user]
        view = self._keep(user, content, root_id=stack[0], previous_id=stack[-1])
        stack.append(view.id)
        return self._tell("pushed", view, cause)

    def change(self, view: View, content: Json, cause: str | None) -> View:
        """Put other content into a view that is shown."""
        changed = replace(view, content=self._filled(content), hash=self._hash())
        self._views[view.id] = changed
        return self._tell("changed", changed, cause)

    def publish(self, user: str, content: Json) -> View:
        """Put content into a person's Home tab, which keeps its id."""
        old = self.home(user)
        if old:
            view = replace(old, content=self._filled(content), hash=self._hash())
            self._views[view.id] = view
        else:
            view = self._keep(user, content)
            self._homes[user] = view.id
        return self._tell("published", view, None)

    def close(self, view: View) -> None:
        """Take this modal, and what lies on it, away."""
        stack = self._stacks.get(view.owner, [])
        while view.id in stack:
            self._views.pop(stack.pop())

    def close_all(self, user: str) -> None:
        """Take all of a person's modals away."""
        for view_id in self._stacks.pop(user, []):
            self._views.pop(view_id)

    def _keep(self, user: str, content: Json, *, root_id: str = "", previous_id: str | None = None) -> View:
        view_id = f"V0VIEW{self._serial():05d}"
        view = View(view_id, user, self._filled(content), self._hash(), root_id or view_id, previous_id)
        self._views[view_id] = view
        return view

    def _filled(self, content: Json) -> Json:
        return {**_OPTIONAL, **content, "blocks": list(kit.stamped(content["blocks"], self._serial()))}

    def _hash(self) -> str:
        return f"{self._serial()}.h"

    def _tell(self, doing: Doing, view: View, cause: str | None) -> View:
        self._log(Effect(doing, view.owner, view=view, cause=cause))
        return view
