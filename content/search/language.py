"""Whether a text is English at all, told by its letters and its small words."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"[^\W\d_]+")


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FOREIGN = _words_of(
    "el la los las una unos que de del en con por para como cómo pero muy está estoy tengo "
    "necesito hola gracias qué cuál dónde cuándo soy ser hacer mi mis yo não uma um você vocês "
    "obrigado estou tenho preciso meu minha com isso como fazer il lo gli che di sono ho un per "
    "come ciao grazie le les des une et est je suis pas que pour avec dans vous nous mon ma sur "
    "ai j ne quoi bonjour merci der die das und ist ich nicht ein eine mit für auf wie zu bin "
    "habe kann was wo wann guten bir ve için ne nasıl ben çok yok var mı mi merhaba bu saya "
    "yang dan tidak untuk apa ini itu bagaimana hai hain ka ki ke kya nahi nahin mein mujhe "
    "mera meri kaise kab kyun aap tum bhai acha karna karo hoga raha rahi "
)
"""Small words of Spanish, Portuguese, Italian, French, German, Turkish, Indonesian, and romanised Hindi
and Urdu, without those that are English words too."""

_ENGLISH = _words_of(
    "i my me the a an and or of to in is are was do does did how what when where why which can "
    "could should will would have has had not no for with on at it this that they them you your "
    "we from if but so need want "
)


def is_foreign(text: str) -> bool:
    """Whether most of the text is in another language or script. Names and single loan words do not count."""
    words = _WORDS.findall(text.lower())
    letters = "".join(words)
    if not letters:
        return False
    other = sum(1 for letter in letters if not unicodedata.name(letter, "").startswith("LATIN"))
    if other / len(letters) > 0.5:
        return True
    foreign = sum(1 for word in words if word in _FOREIGN)
    english = sum(1 for word in words if word in _ENGLISH)
    accented = sum(1 for word in words if not word.isascii())
    return foreign + accented >= 2 and foreign + accented > english and (foreign + accented) / len(words) > 0.25
