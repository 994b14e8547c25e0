"""Filling in a form by its labels, and reading what the app says to it."""

from __future__ import annotations

from typing import Any

from tests.peers.slack import blocks as kit
from tests.peers.slack.answers import Submitted
from tests.peers.slack.inspector import Inspector
from tests.peers.slack.records import View
from tests.peers.slack.specs import Json
from tests.peers.slack.state import World
from tests.peers.slack.views import STACK_MAX

Filled = dict[tuple[str, str], Any]


def fill(view: View, values: dict[str, Any]) -> Filled:
    """Values by "block/action", action id, block id or label -> by (block id, action id).

    Raises NotThereError for a field that the form does not have.
    """
    filled: Filled = {}
    for name, value in values.items():
        control = kit.find(view.blocks, name)
        filled[control.block["block_id"], control.element.get("action_id", "")] = value
    return filled


def complaints(view: View, filled: Filled) -> dict[str, str]:
    """Block id -> why Slack's client would not send the form."""
    found = {}
    for control in kit.controls(view.blocks):
        if control.is_input:
            key = (control.block["block_id"], control.element.get("action_id", ""))
            value = filled[key] if key in filled else kit.first_value(control.element)
            if (why := kit.complaint(control, value)) is not None:
                found[key[0]] = why
    return found


def conclude(world: World, inspector: Inspector, view: View, result: Submitted, cause: str) -> None:
    """Carry out the app's answer to a form: close, show errors, update, push or clear."""
    if not result.ack.ok:
        return
    body: Json = result.ack.body if isinstance(result.ack.body, dict) else {}
    match body.get("response_action"):
        case "errors":
            result.ending, result.errors = "errors", _errors(inspector, view, body)
        case "update" | "push" as doing:
            _show(world, inspector, view, result, body.get("view") or {}, doing, cause)
        case "clear":
            result.ending = "cleared"
            world.views.close_all(view.owner)
        case None if not result.ack.body:
            result.ending = "closed"
            world.views.close(view)
        case other:
            inspector.note("view_submission", f"no such response_action: {other!r} in {str(result.ack.body)[:80]!r}")


def _errors(inspector: Inspector, view: View, body: Json) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    errors = body.get("errors") or {}
    if not errors:
        inspector.note("view_submission", "response_action errors without errors")
    for block_id, text in errors.items():
        if block_id not in inputs:
            inspector.note("view_submission", f"an error for {block_id!r}, which is no input block of the form")
        if not text:
            inspector.note("view_submission", f"an empty error for {block_id!r}")
    return dict(errors)


def _show(world: World, inspector: Inspector, view: View, result: Submitted, content: Json, doing: str,
          cause: str) -> None:  # fmt: skip
    if inspector.view("view_submission", content):
        return
    if doing == "update":
        world.views.change(view, content, cause)
        result.ending = "updated"
    elif world.views.depth(view.owner) >= STACK_MAX:
        inspector.note("view_submission", "push_limit_reached: three modals lie on top of each other already")
    else:
        world.views.push(view.owner, content, cause)
        result.ending = "pushed"
