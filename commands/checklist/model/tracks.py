"""What a step asks of a track: how many lines have come far enough, and which are stuck or without a partner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.plans import StepTrack, Track
from storage.checklists import LineRow, plan_key


@dataclass(frozen=True, slots=True)
class Tracked:
    """The lines behind a step.

    `counted` of `enough` lines have come far enough; `since` is when the last one that was needed did, if so. `stuck`:
    lines that have not moved for too long, each with what the content says to that. `unpaired`: lines without a
    partner and without a plan of the person's own.
    """

    track: Track
    name: str
    lines: tuple[LineRow, ...]
    counted: int
    enough: int
    since: datetime | None
    stuck: tuple[tuple[LineRow, str], ...]
    unpaired: tuple[LineRow, ...]

    @property
    def satisfied(self) -> bool:
        """Whether the step counts as done by itself."""
        return self.counted >= self.enough


def tracked(
    wanted: StepTrack, track: Track, all_lines: Sequence[LineRow], plans: Collection[str], now: datetime
) -> Tracked:
    """The lines of the list that the step is about. `plans`: the keys of the list's own steps."""
    lines = tuple(line for line in all_lines if line.track == wanted.of)
    alone = unpaired(track, lines, all_lines, plans)
    if wanted.paired:
        enough = max(1, len(lines))
        counted = [line for line in lines if line not in alone]
    else:
        enough = wanted.enough
        states = [state.id for state in track.states]
        reached = states[states.index(wanted.until) if wanted.until in states else -1 :]
        counted = [line for line in lines if line.state in reached]
    moments = sorted(line.changed_at for line in counted)
    since = moments[enough - 1] if len(moments) >= enough else None
    return Tracked(track, wanted.of, lines, len(counted), enough, since, stuck(track, lines, now), alone)


def unpaired(
    track: Track, lines: Sequence[LineRow], all_lines: Sequence[LineRow], plans: Collection[str]
) -> tuple[LineRow, ...]:
    """The lines that nothing answers yet; none where the track has no partner."""
    if track.pairs_with is None:
        return ()
    there = {line.id for line in all_lines}
    return tuple(line for line in lines if line.pair_id not in there and plan_key(line.id) not in plans)


def stuck(track: Track, lines: Sequence[LineRow], now: datetime) -> tuple[tuple[LineRow, str], ...]:
    """The lines that have been in one state for longer than the content finds good, with its advice."""
    states = {state.id: state for state in track.states}
    found = []
    for line in lines:
        state = states.get(line.state)
        if state is None or state.stuck is None or state.stuck_after is None:
            continue
        if now - line.changed_at >= timedelta(days=state.stuck_after):
            found.append((line, state.stuck))
    return tuple(found)
