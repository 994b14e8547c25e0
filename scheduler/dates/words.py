"""From what a person typed to plain lower-case text with digits: "In Twenty–five mins" -> "in 25 mins"."""

import re
import unicodedata

from scheduler.dates.problems import refuse

LONGEST = 160

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
_VALUES = (
    {word: value for value, word in enumerate(_ONES + _TEENS)}
    | {word: 10 * value for value, word in enumerate(_TENS, start=2)}
    | {"fourty": 40, "dozen": 12, "hundred": 100, "thousand": 1000}
)
_ORDINAL_VALUES = {word: value for value, word in enumerate(_ORDINALS, start=1)} | {"thirtieth": 30}

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4"), "'") | dict.fromkeys(
    map(ord, ';()[]"\u201c\u201d*`'), " "
)
_FRACTIONS = {ord("½"): " 1/2", ord("¼"): " 1/4", ord("¾"): " 3/4"}
_BREAKS = {0x200B: " "}  # zero-width space: a place where a line may break, so a blank
_INVISIBLE = dict.fromkeys([0xAD, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFE0F, *range(0x202A, 0x202F),
                            *range(0x2066, 0x206A)])  # fmt: skip
_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_PLAIN = _FULL_WIDTH | _DASHES | _QUOTES | _FRACTIONS | _BREAKS | _INVISIBLE

_NUMBER = "(?:" + "|".join(sorted(_VALUES, key=len, reverse=True)) + ")"
_NUMBERS = re.compile(
    rf"(?<![a-z0-9])(?:an? (?=dozen|hundred|thousand))?{_NUMBER}(?:(?: and |[ -]){_NUMBER})*(?![a-z0-9])"
)
_ORDINAL = re.compile(rf"(?<![a-z])(?:(twenty|thirty)[ -])?({'|'.join([*_ORDINALS, 'thirtieth'])})(?![a-z])")
_HALF_OF_DAY = re.compile(r"(?<![a-z])([ap])(?: ?\. ?| )?m(?![a-z])\.?")
_SPOKEN_CLOCK = re.compile(
    rf"(?<![a-z])({'|'.join(_ONES[1:] + _TEENS[:3])})[ -]"
    rf"(oh[ -](?:{'|'.join(_ONES[1:])})|{'|'.join(_TEENS)}"
    rf"|(?:{'|'.join(_TENS[:4])})(?:[ -](?:{'|'.join(_ONES[1:])}))?)"
    r"(?= ?(?:[ap]m(?![a-z])|in the |at night|tonight))"
)
_COUNTS_SECONDS = re.compile(rf"(?:\d|(?<![a-z])(?:an?|half|{_NUMBER}))[ -]?$")


def tidy(text: str) -> str:
    """The text in lower case, single blanks, ASCII digits and dashes, number words as digits.

    Raises `DateProblem` when nothing or too much is left (over 160 characters).
    """
    joined = " ".join(text[: 100 * LONGEST].split())
    if len(joined) > LONGEST or len(text) > 100 * LONGEST:
        refuse("too_long")
    if not joined.isascii():
        joined = "".join(_ascii_digit(char) for char in joined)
    plain = " ".join(joined.translate(_PLAIN).lower().split()).strip("' ")
    if not plain:
        refuse("empty")
    plain = _HALF_OF_DAY.sub(r"\1m ", plain)
    plain = _SPOKEN_CLOCK.sub(_clock_in_digits, plain)
    plain = _NUMBERS.sub(_in_digits, _ORDINAL.sub(_ordinal_in_digits, plain))
    return " ".join(plain.split())


def _ascii_digit(char: str) -> str:
    """The digits of every script are digits; superscripts and the like are not (their category is No)."""
    return str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char


def _clock_in_digits(match: re.Match[str]) -> str:
    minutes = sum(_VALUES[word] for word in re.split("[ -]", match[2].removeprefix("oh").strip(" -")))
    return f"{_VALUES[match[1]]}:{minutes:02}"


def _ordinal_in_digits(match: re.Match[str]) -> str:
    if match[2] == "second" and not match[1] and _COUNTS_SECONDS.search(match.string[: match.start()]):
        return match[0]  # "in a second": the unit
    return f"{_VALUES.get(match[1], 0) + _ORDINAL_VALUES[match[2]]}th"


def _in_digits(match: re.Match[str]) -> str:
    """A run of number words as digits; words that make no one number ("eight thirty") stay several."""
    numbers: list[str] = []
    current: int | None = None
    joined_by_and = False
    for word in re.split("[ -]", match[0]):
        if word in ("a", "an"):
            continue
        if word == "and":
            joined_by_and = True
            continue
        larger = _joined(current, _VALUES[word], joined_by_and)
        if larger is None:
            numbers += [str(current), *(["and"] if joined_by_and else [])]
            larger = _VALUES[word]
        current, joined_by_and = larger, False
    return " ".join([*numbers, str(current)])


def _joined(current: int | None, value: int, joined_by_and: bool) -> int | None:
    """The number so far with one more word, or none when English does not join them."""
    if current is None:
        return value
    if value in (100, 1000, 12):
        low = current % 1000 if value == 100 else current  # "two thousand five hundred"
        multiplied = 0 < low < value and not joined_by_and and value != 12
        return current - low + low * value if multiplied else None
    if current >= 100 and current % 100 == 0:
        return current + value
    in_tens = current % 100 >= 20 and current % 10 == 0
    return current + value if in_tens and 0 < value < 10 and not joined_by_and else None
