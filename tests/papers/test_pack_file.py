"""A pack tells whatever was changed in it, and whoever has it can check it without the bot."""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.papers.reports.pack_file import SUMS, pack_faults, packed, seal_of

FILES = {
    "Audit trail of FSP-2026-03-001.docx": b"the index" * 50,
    "documents/01 FSP-2026-03-001 auditor's part.docx": b"what the auditor wrote" * 30,
    "documents/02 FSP-2026-03-001 moderator's part.docx": b"what the moderator wrote" * 30,
}
FIRST, SECOND = list(FILES)[1:]
PACK = packed(FILES, date(2026, 4, 30))


def faults(data: bytes) -> list[str]:
    return pack_faults(io.BytesIO(data))


def contents(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        return [(entry.filename, pack.read(entry)) for entry in pack.infolist()]


def zipped(entries: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for name, data in entries:
            pack.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def test_a_pack_as_it_was_made_has_no_fault_and_its_own_seal() -> None:
    assert faults(PACK) == []
    assert seal_of(io.BytesIO(PACK)) == hashlib.sha256(dict(contents(PACK))[SUMS]).hexdigest()
    assert packed(FILES, date(2026, 4, 30)) == PACK, "the same files give the same bytes"


def test_a_pack_that_somebody_unpacked_and_packed_again_is_still_whole() -> None:
    assert faults(zipped([("documents/", b""), *reversed(contents(PACK))])) == []


def test_coreutils_check_the_list_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(PACK)) as pack:
        pack.extractall(tmp_path)
    asked = ["sha256sum", "--check", "--strict", SUMS]
    assert subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / FIRST).write_bytes(b"something else")
    assert subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_an_altered_byte_of_a_document_names_the_document() -> None:
    held = [(n, b"W" + d[1:] if n == FIRST else d) for n, d in contents(PACK)]
    assert faults(zipped(held)) == [f"“{FIRST}” was changed."]


def test_whatever_byte_of_the_file_is_altered_it_is_told_or_every_document_is_as_it_was() -> None:
    """A zip has bytes that say nothing, such as the time of a file; all others are noticed."""
    drawn, told = random.Random(1), 0
    for at in range(0, len(PACK), 3):
        altered = bytearray(PACK)
        altered[at] ^= 1 << drawn.randrange(8)
        if faults(bytes(altered)):
            told += 1
        else:
            assert contents(bytes(altered)) == contents(PACK), at
    assert told > len(PACK) / 6


def test_an_added_file_is_named() -> None:
    assert faults(zipped([*contents(PACK), ("documents/03 more.docx", b"more")])) == [
        "“documents/03 more.docx” was added."
    ]


def test_a_removed_file_is_named() -> None:
    assert faults(zipped([each for each in contents(PACK) if each[0] != SECOND])) == [
        f"“{SECOND}” is missing."
    ]


def test_a_renamed_file_is_named_with_both_names() -> None:
    held = [("documents/other.docx" if n == FIRST else n, d) for n, d in contents(PACK)]
    assert faults(zipped(held)) == [f"“{FIRST}” was renamed; it is there as “documents/other.docx”."]


def test_two_files_that_changed_places_are_two_changes() -> None:
    held = dict(contents(PACK))
    held[FIRST], held[SECOND] = held[SECOND], held[FIRST]
    assert faults(zipped([*held.items()])) == [f"“{FIRST}” was changed.", f"“{SECOND}” was changed."]


def test_a_file_that_stands_twice_is_told_for_one_hides_the_other() -> None:
    out = io.BytesIO(PACK)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as pack:
        pack.writestr(FIRST, FILES[FIRST])
    assert faults(out.getvalue()) == [f"“{FIRST}” is in it 2 times."]


@pytest.mark.parametrize(
    "name",
    ["../outside.docx", "/etc/outside", "documents/../../x", "C:/x.docx", "a\\..\\b", "~/x", "a//b", "./x"],
)
def test_a_name_that_leads_out_of_the_folder_is_told_first(name: str) -> None:
    told = faults(zipped([*contents(PACK), (name, b"x")]))
    assert told[0] == f"“{name}” is a name that leads out of the folder: do not unpack this pack."
    assert f"“{name}” was added." in told


def test_a_listed_name_that_leads_out_of_the_folder_is_no_line_of_ours() -> None:
    line = f"{hashlib.sha256(b'x').hexdigest()}  ../x"
    held = [(n, d + line.encode() + b"\n" if n == SUMS else d) for n, d in contents(PACK)]
    assert faults(zipped(held)) == [f"{SUMS} has a line that is none of its own: “{line}”."]


def test_who_changes_the_list_with_the_file_is_known_by_the_seal_alone() -> None:
    other = packed({**FILES, FIRST: b"something else"}, date(2026, 4, 30))
    assert faults(other) == []
    assert seal_of(io.BytesIO(other)) != seal_of(io.BytesIO(PACK))


@pytest.mark.parametrize("data", [b"", b"no zip", PACK[:-30], PACK[: len(PACK) // 2]])
def test_what_is_no_zip_is_told_in_a_sentence(data: bytes) -> None:
    (told,) = faults(data)
    assert told.startswith("This is no pack, or it is damaged")
    assert seal_of(io.BytesIO(data)) == ""


def test_a_pack_without_its_list_is_told() -> None:
    assert faults(zipped([each for each in contents(PACK) if each[0] != SUMS])) == [
        f"{SUMS}, the list of its files, is missing or cannot be read."
    ]
