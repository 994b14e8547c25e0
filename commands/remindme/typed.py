"""What was typed for a reminder, and what it means: kept as a draft until the person has said yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from commands.errors import NotFound
from commands.markup import clean, cost, escape
from scheduler.dates import Order
from scheduler.dates.finding import Found, find_when, nothing_found
from scheduler.dates.repeats import Unclear, read_rule
from scheduler.moving import repeat
from scheduler.recurrence import Rule
from storage.nudges import Rule as Stored

LONGEST = 1_000
"""Characters of a reminder's words."""
DEAREST = 2_400
"""The same as both platforms count them: some characters are written as several."""
MOST_READINGS = 4
"""More than these are not offered as buttons: the person is asked to write it anew."""
TOO_LONG = f"A reminder has at most {LONGEST:,} characters. Yours is kept here: please shorten it."
NO_WORDS = "What shall I remind you of? Please add a few words."


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand it: these words, then."""

    words: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed. `line` is one line in which both stand; else `what` and `when` are apart.

    `readings`: one when it is clear, several to choose from, none when `problem` says what is missing. `rule_id` is the
    reminder that is being changed, and `same` its present rule, which stays when `when` still says `as_shown`.
    """

    what: str = ""
    when: str = ""
    line: str = ""
    readings: tuple[Reading, ...] = ()
    problem: str = ""
    rule_id: int | None = None
    as_shown: str = ""
    same: Rule | None = None

    def read(self, now: datetime, tz: str, order: Order | None = None) -> Typed:
        """The same with its readings, for a person on clocks in `tz` (IANA) at `now` (aware) who writes in `order`."""
        if self.line:
            return self._from_line(now, tz, order)
        if not self.what:
            return replace(self, readings=(), problem=NO_WORDS)
        if too_long(self.what):
            return replace(self, readings=(), problem=TOO_LONG)
        if self.same is not None and self.when == self.as_shown:
            return replace(self, readings=(Reading(self.what, self.same),), problem="")
        try:
            rules: tuple[Rule, ...] = (read_rule(self.when, now=now, tz=tz, order=order),)
            problem = ""
        except Unclear as unclear:
            rules, problem = unclear.readings, unclear.message
        return replace(self, readings=tuple(Reading(self.what, rule) for rule in rules), problem=problem)

    def _from_line(self, now: datetime, tz: str, order: Order | None) -> Typed:
        found = find_when(self.line, now=now, tz=tz, order=order)
        if not found:
            problem = nothing_found(self.line, now=now, tz=tz, order=order)
            return replace(self, what=self.line, line="", problem=problem)
        if len(found) == 1:
            apart = replace(self, what=found[0].words, when=found[0].when, line="")
            return apart.read(now, tz, order)
        readings = [Reading(each.words, rule) for each in found for rule in each.readings if _keeps(each)]
        many = not 2 <= len(readings) <= MOST_READINGS
        apart = replace(self, what=self.line, line="", problem="I read more than one time in that.")
        return apart if many else replace(apart, readings=tuple(readings))

    def to_json(self) -> dict[str, Any]:
        """For a draft row."""
        return {
            "what": self.what,
            "when": self.when,
            "line": self.line,
            "readings": [{"words": each.words, "rule": each.rule.to_json()} for each in self.readings],
            "problem": self.problem,
            "rule_id": self.rule_id,
            "as_shown": self.as_shown,
            "same": self.same.to_json() if self.same else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Typed:
        """What `to_json` wrote."""
        readings = tuple(Reading(each["words"], Rule.from_json(each["rule"])) for each in stored["readings"])
        same = Rule.from_json(stored["same"]) if stored["same"] else None
        return cls(**{**stored, "readings": readings, "same": same})


def from_command(what: str | None, when: str | None, line: str | None) -> Typed | None:
    """What `/remindme` was given: two options, or (`line`) one line of text. None when that is nothing."""
    if line is not None or not (what and when):
        text = clean(line if line is not None else what or when or "").strip()
        return Typed(line=text) if text else None
    return Typed(what=clean(what).strip(), when=clean(when).strip())


def rule_of(stored: Stored) -> Rule:
    """The repeat of a saved reminder. Raises `NotFound` when its time cannot be read any more."""
    rule = repeat(stored)
    if rule is None:
        raise NotFound("I can no longer read when this one comes. Please send `/remindme` and write it again.")
    return rule


def too_long(words: str) -> bool:
    """Whether these words do not fit into a message on one of the platforms."""
    return len(words) > LONGEST or cost(escape(words)) > DEAREST


def _keeps(found: Found) -> bool:
    return bool(found.words) and not too_long(found.words)
