"""What every command of the command line shares: data on standard output, everything for people on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, NoReturn

import typer
from typer.core import TyperGroup

WELL, FAULT, WRONG_USE = 0, 1, 2
"""Exit codes: all is well; a fault was found or the thing failed; the command was used wrongly."""


def data(text: str) -> None:
    """A line of data."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def as_json(value: object) -> str:
    """One line of JSON in ASCII, so that no terminal and no locale can spoil it."""
    return json.dumps(value, default=str)


def wrong_use(text: str) -> NoReturn:
    """Say how the command is used, and end with 2."""
    tell(text)
    raise typer.Exit(WRONG_USE)


def answer_lines(answer: Callable[[dict[str, Any]], dict[str, Any]], lines: Iterable[bytes] | None = None) -> None:
    """JSON Lines from standard input, one line out for each, in the same order, a broken one answered by "error"."""
    source: Iterable[bytes] | BinaryIO = sys.stdin.buffer if lines is None else lines
    for line in source:
        data(as_json(_answer(line, answer)))


def _answer(line: bytes, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {"error": "the line is not JSON in UTF-8"}
    if not isinstance(value, dict):
        return {"error": "the line is not a JSON object"}
    return answer(value)


class Commands(TyperGroup):
    """Ends with one plain line for what an operator can put right, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a fault becomes its line on standard error and exit code 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader has seen enough. Python would complain once more when it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except KeyboardInterrupt:
            tell("Stopped.")
        except Exception as fault:
            if not _is_told(fault):
                raise
        raise typer.Exit(FAULT)


def _is_told(fault: Exception) -> bool:
    """Say what went wrong in a line; False for what typer and click answer themselves."""
    from bot.settings import SettingsError

    if isinstance(fault, typer.Exit | typer.Abort) or type(fault).__module__.split(".")[0] in ("click", "typer"):
        return False
    if isinstance(fault, SettingsError) or _is_known(fault):
        tell(str(fault))
        return True
    from bot.logs import safe_traceback

    tell("The program failed. Please report these lines; no message and no data is in them:")
    tell(safe_traceback(fault))
    return True


def _is_known(fault: Exception) -> bool:
    """Whether its text is written for the operator. By name, so that a quick command need not import the database."""
    names = {kind.__name__ for kind in type(fault).__mro__}
    return bool(names & {"StorageError", "PackFaults"})
