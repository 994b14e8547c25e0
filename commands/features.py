"""The registry of all features, in the order in which help shows them. A new feature is one line here."""

from __future__ import annotations

from commands import (
    channels,
    checklist,
    community,
    forms,
    guidance,
    help,
    living,
    nudges,
    privacy,
    profile,
    remindme,
    season,
)
from commands.registry import Registry

REGISTRY = Registry(
    (
        guidance.feature,
        checklist.feature,
        nudges.feature,
        remindme.feature,
        season.feature,
        profile.feature,
        privacy.feature,
        help.feature,
        forms.feature,
        community.feature,
        channels.feature,
        living.feature,
    )
)
