"""The folder of the site's library in which the Audit Team edits letters, rules, closure days and forms; and what of it
is kept on this machine, beside the ledger.

    team files/fetched/…     what was fetched last, by its eTag, so that nothing is fetched twice
    team files/sets/….zip    the sets that are used or offered, each whole, by the code of its contents
    team files/in force.txt  the code of the set in force; the ledger's word counts, where it has one
    team files/in use/…      a set laid out over the files of this machine, for those who read files

Each set lies in the library as well (“Kept by the audit bot”), so a machine that is made anew finds it again; it counts
only where its contents have the code the ledger names.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingsError
from bot.office.library import KeptFile, Library
from bot.papers.team_files.set_file import NoSet, packed, unpacked
from bot.programme.team_files.known_files import TeamFile, code_of

BY_THE_BOT = "Kept by the audit bot"
FOLDER, IN_FORCE = "team files", "in force.txt"
NOT_OURS = ("~$", ".")  # what Word and SharePoint themselves put beside a file


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lies in the folder: known files with their bytes (None: far too large), and the names of the others."""

    files: tuple[tuple[TeamFile, bytes | None], ...]
    unknown: tuple[str, ...]


class KeptHere:
    """What is kept on this machine. `folder` lies beside the ledger."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def put_set(self, files: Mapping[str, bytes]) -> str:
        """Keep a set; its code. Raises SettingsError where it cannot be written."""
        code = code_of(files)
        self._write(self._set(code), packed(files))
        return code

    def a_set(self, code: str) -> dict[str, bytes] | None:
        """The files of a set, None where it is not here or is not what it was."""
        try:
            found = unpacked(self._set(code).read_bytes())
        except (OSError, NoSet):
            return None
        return found if code_of(found) == code else None

    def forget_sets(self, but: Collection[str]) -> None:
        for file in (self._folder / "sets").glob("*.zip"):
            if file.stem not in but:
                file.unlink(missing_ok=True)

    def note_in_force(self, code: str) -> None:
        """Remember which set is in force, for a ledger that is lost."""
        if self.noted_in_force() != code:
            self._write(self._folder / IN_FORCE, code.encode())

    def noted_in_force(self) -> str:
        try:
            return (self._folder / IN_FORCE).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def _set(self, code: str) -> Path:
        return self._folder / "sets" / f"{code}.zip"

    def fetched(self, etag: str) -> bytes | None:
        try:
            return self._by_etag(etag).read_bytes()
        except OSError:
            return None

    def put_fetched(self, etag: str, data: bytes) -> None:
        self._write(self._by_etag(etag), data)

    def forget_fetched(self, but: Collection[str]) -> None:
        kept = {self._by_etag(etag).name for etag in but}
        for file in (self._folder / "fetched").glob("*"):
            if file.name not in kept:
                file.unlink(missing_ok=True)

    def _by_etag(self, etag: str) -> Path:
        return self._folder / "fetched" / hashlib.sha256(etag.encode()).hexdigest()[:32]

    def laid_out(self, files: Mapping[str, bytes], beside: Mapping[str, Path]) -> Path:
        """A folder with these files, and in each of the `beside` folders (its name -> where this machine has it) what
        the set does not hold. It is made once, whole or not at all. Raises SettingsError."""
        held = {part for part in beside if any(place.startswith(f"{part}/") for place in files)}
        others = [
            (part, file)
            for part in sorted(held)
            for file in (sorted(beside[part].iterdir()) if beside[part].is_dir() else ())
            if file.is_file() and f"{part}/{file.name}" not in files
        ]
        root = self._folder / "in use" / _stamp(code_of(files), others)
        if root.is_dir():
            return root
        new = root.with_name(f"{root.name}.new{os.getpid()}")
        try:
            for place, data in files.items():
                (new / place).parent.mkdir(parents=True, exist_ok=True)
                (new / place).write_bytes(data)
            for part, file in others:
                shutil.copyfile(file, new / part / file.name)
            if not root.is_dir():
                new.rename(root)
        except OSError as fault:
            raise SettingsError([f"{fault.filename} cannot be written: {fault.strerror}."]) from fault
        return root

    def forget_laid_out(self, used: Collection[Path]) -> None:
        """Take away what was laid out and holds none of the files that are used."""
        for folder in (self._folder / "in use").glob("*"):
            if not any(path.is_relative_to(folder) for path in used):
                shutil.rmtree(folder, ignore_errors=True)

    def _write(self, file: Path, data: bytes) -> None:
        """Whole or not at all."""
        new = file.with_name(f"{file.name}.new")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(data)
            new.replace(file)
        except OSError as fault:
            raise SettingsError([f"{fault.filename} cannot be written: {fault.strerror}."]) from fault


def _stamp(code: str, others: list[tuple[str, Path]]) -> str:
    said = [code]
    for part, file in others:
        known = file.stat()
        said.append(f"{part} {file} {known.st_size} {known.st_mtime_ns}")
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:24]


class SettingsLibrary:
    """The folder in the site's library. `name` is the setting `settings_library`."""

    def __init__(self, library: Library, name: str, here: KeptHere) -> None:
        self._library, self._name, self._here = library, name, here

    def fetch(self, known: Mapping[str, TeamFile]) -> Fetched:
        """What lies there now; a file is fetched only when it was written since. Raises RequestRefused or
        TenantUnavailable."""
        files: list[tuple[TeamFile, bytes | None]] = []
        unknown: list[str] = []
        etags: list[str] = []
        for lies in sorted(self._library.inside((self._name,)), key=lambda file: file.name):
            if (file := known.get(lies.name.casefold())) is not None:
                etags.append(lies.etag)
                files.append((file, self._content(lies, file)))
            elif not lies.name.startswith(NOT_OURS):
                unknown.append(lies.name)
        self._here.forget_fetched(etags)
        return Fetched(tuple(files), tuple(unknown))

    def _content(self, lies: KeptFile, file: TeamFile) -> bytes | None:
        if lies.size > file.largest:
            return None
        data = self._here.fetched(lies.etag) if lies.etag else None
        if data is None:
            data = self._library.fetch(lies.id)
            self._here.put_fetched(lies.etag, data)
        return data if len(data) <= file.largest else None

    def put_set(self, code: str, files: Mapping[str, bytes]) -> None:
        """Keep a set in the library as well."""
        self._library.store((self._name, BY_THE_BOT, f"{code}.zip"), packed(files), hash_in_name=True)

    def a_set(self, code: str) -> dict[str, bytes] | None:
        """A set that was kept there, None where it is not there or is not what it was."""
        lies = self._library.look((self._name, BY_THE_BOT, f"{code}.zip"))
        if lies is None:
            return None
        try:
            found = unpacked(self._library.fetch(lies.id))
        except NoSet:
            return None
        return found if code_of(found) == code else None

    def fill(self, files: Mapping[str, bytes], known: Mapping[str, TeamFile]) -> Iterator[tuple[str, bool]]:
        """Put files there that are not, in either form: each name, and whether it is new. None is written over."""
        names = [file.name.casefold() for file in self._library.inside((self._name,))]
        there = {known[name].place for name in names if name in known}
        for name, data in files.items():
            new = known[name.casefold()].place not in there
            if new:
                self._library.store((self._name, name), data)
            yield name, new
