"""The page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bench.delivery.figures import Scenario, markdown, missed
from bench.report import machine

INTRO = """\
A nudge must come once: not lost when a worker dies between two steps, not doubled when another one takes over. The
engine proves it here: planner, ledger, outbox, dispatcher, settling and carrier are the real ones; the words of a
message are a placeholder. Each figure stands beside its goal, and a goal that was missed says so, with the cause below
its table."""
LIMITS = """\
## What this does not show

- The real Discord and Slack: their latency, and limits that they do not publish. The loopback ones hold to the
  documented limits and remember what the documentation says that they remember.
- A power cut: a killed process leaves its writes with the operating system. The tests' PostgreSQL does not wait for the
  disk; a real one does, and is slower by that.
- A person who deletes a message from their direct messages before a dead worker's lease is taken over: the look-up
  cannot find it, and they get it again.
- A process that is stopped exactly between its last look at its lease and the first byte of its request, for longer
  than the lease: on Discord the nonce recognises the second message, on Slack nothing does. The stops above are at
  random moments and many at that one; a gap of a few milliseconds can still be missed by all of them.
"""


def document(played: Sequence[Scenario], day: date, load: float, *, quick: bool) -> str:
    """The whole of `docs/delivery.md`."""
    goals = [one for scenario in played for one in scenario.figures if one.met is not None]
    short = missed(played)
    minutes = sum(scenario.seconds for scenario in played) / 60
    size = " **Quick: small sizes, so the figures of speed say little.**" if quick else ""
    head = (
        "# Delivery: never lost, never twice\n\n"
        f"Written by `make prove-delivery` (`.venv/bin/python -m bench.delivery --write docs/delivery.md`) on "
        f"{day:%Y-%m-%d}: {machine()}. The machine's load was {load:.1f} before it began; it took {minutes:.0f} "
        f"minutes.{size}\n\n{INTRO}\n\n**{len(goals) - len(short)} of {len(goals)} goals are met.**"
    )
    if short:
        names = "".join(f"- {one.what} ({one.database}): {one.value}\n" for one in short)
        head += f" Missed:\n\n{names}".rstrip()
    return "\n\n".join([head, *(markdown(scenario).rstrip() for scenario in played), LIMITS])
