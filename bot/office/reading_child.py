"""What the reading room's child does: it reads the files that are handed to it, one after another, and nothing else.

It is started by isolated_reader.py without an environment. Everything it may need is imported before it gives up
opening files (jail.py).
"""

from __future__ import annotations

import contextlib
import email.mime
import encodings
import importlib
import pickle
import pkgutil
import struct
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import BinaryIO, TypeVar

from bot.office.jail import allow_cpu, confine
from bot.papers.forms.answers import Held, Refused, ReturnedAudit
from bot.papers.forms.form_check import FormCheck, form_check
from bot.papers.forms.intake import Admitted, admitted
from bot.papers.forms.questions import Questions, questions
from bot.papers.forms.returned_audit import read
from bot.papers.forms.same_content import content_sha256
from bot.papers.mail.attached_messages import EnclosedFile, enclosed_files
from bot.papers.team_files.letter_from_word import NoLetter, letter_of_word
from bot.papers.word.walk import NotWord
from bot.papers.workbook_read import NotAWorkbook, ReadBook, read_workbook
from bot.programme.reference import REFERENCE

OUT_OF_MEMORY = 3
"""How the child ends when it was given too little to answer at all."""

Found = TypeVar("Found")


def serve(also: str = "") -> None:
    """Answer what comes on standard input on standard output until it ends. `also` is a module whose functions may be
    asked for besides."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    works: dict[str, Callable[..., object]] = {
        "read": read_form, "check": check_form, "enclosed": files_enclosed, "content": content,
        "workbook": workbook, "letter": letter,
    }  # fmt: skip
    if also:
        works |= vars(importlib.import_module(also))
    _import_all()
    measures = confine()
    _put(answers, measures)
    while (size := asked.read(8)) and len(size) == 8:
        work, given = pickle.loads(asked.read(struct.unpack("!Q", size)[0]))
        try:
            allow_cpu()
            _put(answers, works[work](*given))
        except MemoryError:
            sys.exit(OUT_OF_MEMORY)


def _put(answers: BinaryIO, answer: object) -> None:
    data = pickle.dumps(answer)
    answers.write(struct.pack("!Q", len(data)) + data)
    answers.flush()


def _import_all() -> None:
    """Every module that is otherwise imported when it is first needed: the encodings of files and of mail."""
    for package in (encodings, email, email.mime):
        for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if not each.name.endswith((".mbcs", ".oem", ".cp65001")):  # Windows has these alone
                importlib.import_module(each.name)
    for name in ("difflib", "traceback", "quopri", "uu"):
        with contextlib.suppress(ImportError):  # a later Python has no uu
            importlib.import_module(name)


@lru_cache(maxsize=2)
def _questions(text: str, references: str = REFERENCE) -> Questions:
    return replace(questions(text), references=references)


def read_form(
    data: bytes, name: str, questions_text: str, references: str = REFERENCE
) -> ReturnedAudit | Held | Refused:
    """The guard, then the reader."""
    return _looked_at(data, name, lambda found: read(found, _questions(questions_text, references), name))


def check_form(data: bytes, name: str, questions_text: str) -> FormCheck | Held | Refused:
    """The guard, then the check of a form."""
    return _looked_at(data, name, lambda found: form_check(found, _questions(questions_text), name))


def files_enclosed(data: bytes) -> list[EnclosedFile] | Held:
    """An attached message taken apart."""
    try:
        return enclosed_files(data)
    except Exception as fault:
        return Held(f"The attached message cannot be opened ({type(fault).__name__}).")


def content(data: bytes) -> str | Held:
    """The hash of what a file says."""
    try:
        return content_sha256(data)
    except Exception as fault:
        return Held(f"The file cannot be read ({type(fault).__name__}).")


def workbook(data: bytes) -> ReadBook | Held:
    """What stands in an Excel workbook."""
    try:
        return read_workbook(data)
    except NotAWorkbook as fault:
        return Held(f"The workbook cannot be read: {fault}.")
    except Exception as fault:
        return Held(f"The workbook cannot be read ({type(fault).__name__}).")


def letter(data: bytes, name: str) -> str | Held | Refused:
    """The text of a letter that was edited in Word."""
    found = admitted(data, name)
    if not isinstance(found, Admitted):
        return found
    try:
        return letter_of_word(found.parts, found.main)
    except (NoLetter, NotWord) as fault:
        return Held(str(fault))
    except Exception as fault:
        return Held(
            f"it is built in a way the reader does not know ({type(fault).__name__}); save it again in Word."
        )


def _looked_at(data: bytes, name: str, look: Callable[[Admitted], Found]) -> Found | Held | Refused:
    try:
        found = admitted(data, name)
        return look(found) if isinstance(found, Admitted) else found
    except Exception as fault:
        return Held(
            f"The file is built in a way the reader does not know ({type(fault).__name__}). Please open it by hand, "
            "or ask the sender to save it again in Word."
        )
