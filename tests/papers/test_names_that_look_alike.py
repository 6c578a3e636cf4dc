"""A child's name in letters that look like it is the child's name, in a letter and in words that are told (UK GDPR)."""

from __future__ import annotations

import random
import unicodedata

from people import audit

from bot.papers.letters.data_minimisation import carries, names_of_a_child, suspects
from bot.papers.letters.free_text import Children

UNICODE = {
    "A": "ΑА", "B": "ΒВ", "C": "ϹС", "E": "ΕЕ", "F": "Ϝ", "G": "Ԍ", "H": "ΗН", "J": "ͿЈ", "K": "ΚК", "M": "ΜϺМ",
    "N": "Ν", "O": "ΟОՕ", "P": "ΡР", "S": "ЅՏ", "T": "ΤТ", "U": "Ս", "V": "Ѵ", "W": "Ԝ", "X": "ΧХ", "Y": "ΥУҮϒ",
    "Z": "Ζ", "a": "αаɑ", "b": "Ь", "c": "ϲсᴄ", "d": "ԁ", "e": "еҽ", "f": "ք", "g": "ցɡ", "h": "һհ",
    "i": "ιіꙇӏɩɪı", "j": "ϳј", "n": "ոռ", "o": "οσоօᴏ", "p": "ρрϱ", "q": "ԛգզ", "r": "гᴦ", "s": "ѕꜱ",
    "u": "υսʋᴜ", "v": "νѵᴠ", "w": "ѡԝաᴡ", "x": "х", "y": "γуүɣʏ", "z": "ᴢ",
}  # fmt: skip
"""What confusables.txt gives for a Latin letter in Greek, Cyrillic, Armenian and Latin."""
NAMES = (
    "Robin Example", "Kezia Fairbrother", "Javier Quinn", "Yusuf Haddow", "Zara Whitcombe", "Gwen Oxbridge",
    "Maxim Devlin", "Phoebe Lacey", "Tyrone Buckle", "Sebastian Wolfe",
)  # fmt: skip


def other_styles(letter: str) -> str:
    """The full-width and two mathematical letters."""
    number = ord(letter.upper()) - ord("A")
    small = letter.islower()
    return chr(ord(letter) + 0xFEE0) + "".join(
        chr(begin + 26 * small + number) for begin in (0x1D400, 0x1D5A0)
    )


def disguised(name: str, chance: random.Random) -> str:
    """The name with some of its letters changed for others that look alike, at least one."""
    while True:
        found = "".join(
            chance.choice(UNICODE.get(sign, "") + other_styles(sign))
            if sign.isalpha() and chance.random() < 0.4
            else sign
            for sign in name
        )
        if found != name:
            return found


def test_five_hundred_names_in_letters_that_look_alike_are_found_and_left_out() -> None:
    chance = random.Random(20260302)
    missed = []
    for _ in range(500):
        name = chance.choice(NAMES)
        text = f"We saw {disguised(name, chance)} at home."
        forbidden = names_of_a_child(name)
        left = Children([audit(1, child_name=name)]).left_out(text)
        if not (carries(text, forbidden) and suspects(text, "", forbidden) and left == "We saw … at home."):
            missed.append((name, text, left))
    assert missed == []


def test_initials_in_other_letters_are_the_childs() -> None:
    assert carries("R.Е. is well", names_of_a_child("Robin Example"))
    assert carries("Ｒ.Ｅ. is well", names_of_a_child("Robin Example"))


def test_another_name_is_not_taken_for_the_childs() -> None:
    for other in ("Rоbert Exаmple", "Rubin Sаmple", "Ρhoebe"):
        assert not carries(f"We saw {other}.", ("Robin Example",))


def test_an_accented_letter_of_another_alphabet_is_seen_through_too() -> None:
    for sign in ("ό", "ѐ", "ё"):
        assert unicodedata.decomposition(sign)
    assert carries("Rόbin Еxamplё", ("Robin Example",))
