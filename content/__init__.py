"""Content packs: the pages, checklists and nudges, their checks, and the search over them."""

from content.catalog import Catalog, CatalogHolder
from content.documents import Contents, Fault, PackFaults
from content.lint import Report, lint, lint_path
from content.loader import load_pack
from content.paths import CORE_PACK
from content.search import Finding, Hit, answer_question_line

__all__ = [
    "CORE_PACK",
    "Catalog",
    "CatalogHolder",
    "Contents",
    "Fault",
    "Finding",
    "Hit",
    "PackFaults",
    "Report",
    "answer_question_line",
    "lint",
    "lint_path",
    "load_pack",
]
