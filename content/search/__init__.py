"""A person's words -> the pages they are about, or none."""

from content.search.finding import Finding, Hit
from content.search.lines import answer_question_line
from content.search.searcher import Searcher

__all__ = ["Finding", "Hit", "Searcher", "answer_question_line"]
