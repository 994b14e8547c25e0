"""Logs that operators can read and nobody needs to fear: what happened, never what a person typed.

An exception is logged as its chain of class names with files and lines. Its message and the source lines are left
out, for a message often quotes the value that it could not use, and here values are people's words.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog


def configure(*, json: bool, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Set up structlog, and the library logs of discord.py, Bolt and others through it.

    Logs go to standard error, or to `stream`.
    """
    renderer: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _safe_exception,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Standard error as it is when the line is written: somebody may have put another stream in its place.
        logger_factory=lambda *_: structlog.PrintLogger(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = _Current(stream)
    handler.setFormatter(_LibraryFormatter(shared, renderer))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def safe_traceback(error: BaseException) -> str:
    """Class names and places of an exception and its causes, one line each, without messages or source lines."""
    lines: list[str] = []
    current: BaseException | None = error
    while current is not None:
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        frames = traceback.extract_tb(current.__traceback__)
        lines.extend(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(lines)


def _safe_exception(_logger: object, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info if isinstance(info, BaseException) else None
    if info is True:
        error = sys.exc_info()[1]
    if error is not None:
        event["error"] = safe_traceback(error)
    return event


class _Current(logging.StreamHandler[TextIO]):
    """Writes library records to a stream, or to standard error as it is at that moment."""

    def __init__(self, stream: TextIO | None) -> None:
        logging.Handler.__init__(self)
        self._given = stream

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Where the next record goes."""
        return self._given or sys.stderr


class _LibraryFormatter(logging.Formatter):
    """A library's record in our form. Its arguments are dropped: they may quote payloads."""

    def __init__(self, processors: list[Any], renderer: Any) -> None:
        super().__init__()
        self._processors = processors
        self._renderer = renderer

    def format(self, record: logging.LogRecord) -> str:
        event: MutableMapping[str, Any] = {"event": str(record.msg), "logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            error: tuple[type[BaseException], BaseException, TracebackType | None] = record.exc_info
            event["exc_info"] = error
        for processor in self._processors:
            event = processor(None, record.levelname.lower(), event)
        return str(self._renderer(None, record.levelname.lower(), event))
