"""Where the pack that comes with the program is."""

from pathlib import Path

CORE_PACK = Path(__file__).parent / "packs" / "core"
"""The folder of the core pack."""
