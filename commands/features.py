"""The registry of all features, in the order in which help shows them. A new feature is one line here."""

from __future__ import annotations

from commands import checklist, community, forms, guidance, help, living, nudges, privacy, profile
from commands.registry import Registry

REGISTRY = Registry(
    (
        guidance.feature,
        checklist.feature,
        nudges.feature,
        profile.feature,
        privacy.feature,
        help.feature,
        forms.feature,
        community.feature,
        living.feature,
    )
)
