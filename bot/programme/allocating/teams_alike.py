"""The teams of the register beside those of the children: who is of one, and which names may mean the same (§6).

People write a team in many ways, and nobody is to audit their own. Where nobody can tell whether two names are one
team's, they keep each other's people away, and it is asked.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from bot.programme.allocating.parts import NO_TEAM, Colleague, Given
from bot.programme.independence import PARTED, is_a_number, may_be_one, may_name, team_key, words_of_team
from bot.programme.waits import first_few

_SEVERAL = re.compile(r"[,;]")
_JOINED = re.compile(r"[/&+|()\[\]]|\b(?:and|then|until|formerly)\b|\d\D+\d", re.IGNORECASE)


class Teams:
    """The teams of one council. People are told apart by their place in `colleagues`, teams by `team_key`."""

    def __init__(self, given: Given) -> None:
        self._children = sorted({w.child.team for w in given.works})
        self._named = sorted({*given.teams, *self._children} - {""})
        self._of_frame = {team_key(t) for t in self._named}
        self._ever: defaultdict[str, list[int]] = defaultdict(list)
        self._now: defaultdict[str, list[int]] = defaultdict(list)
        self._works_for: defaultdict[str, list[int]] = defaultdict(list)
        self._written: dict[str, str] = {}
        self._alike: dict[str, list[str]] = {}
        self._nameless: set[str] = set()
        for n, c in enumerate(given.colleagues):
            written = {team_key(t): t for t in (*c.teams_before, *reversed(c.teams_now)) if t}
            for team, name in written.items():
                self._ever[team].append(n)
                self._written.setdefault(team, name)
                if name.startswith(NO_TEAM):
                    self._nameless.add(team)
            for team in dict.fromkeys(map(team_key, c.teams_now)):
                self._now[team].append(n)
            for team in dict.fromkeys(map(team_key, c.works_for)):
                self._works_for[team].append(n)
        self._joined = {t for t in self._now if _JOINED.search(self._written[t])}

    def ever_of(self, team: str) -> Sequence[int]:
        """Whoever is, or was in the last twelve months, of the very team."""
        return self._ever.get(team_key(team), ())

    def works_for(self, team: str) -> Sequence[int]:
        """Whoever the children's lines name as working for it."""
        return self._works_for.get(team_key(team), ())

    def shared_with(self, me: Colleague) -> Iterator[int]:
        """Whoever is now of one of somebody's teams, or works for one."""
        for team in map(team_key, (*me.teams_now, *me.works_for)):
            yield from (*self._now.get(team, ()), *self._works_for.get(team, ()))

    def alike(self, team: str) -> list[str]:
        """Teams of colleagues, as they are compared, that may be this one under another name, or name it among others,
        or be named in it."""
        if team not in self._alike:
            key = team_key(team)
            self._alike[team] = [
                t
                for t in self._ever
                if key and t and t != key and t not in self._nameless
                and not ((is_a_number(t) or is_a_number(key)) and {t, key} <= self._of_frame)
                and (self._in_other_words(t, key) or self._names(t, self._written[t], key) or self._names(key, team, t))
            ]  # fmt: skip
        return self._alike[team]

    def _in_other_words(self, team: str, key: str) -> bool:
        """Whether two teams may be one under two names. Two teams of the frame are two where one word of each is quite
        another ("fostering north" and "fostering south"), and not one that was written in haste or in short."""
        if not may_be_one(team, key):
            return False
        one, two = (words_of_team(each) for each in (team, key))
        apart = {team, key} <= self._of_frame and len(one - two) == len(two - one) == 1
        return not apart or may_be_one(*(one - two), *(two - one))

    def _names(self, text: str, written: str, key: str) -> bool:
        """Whether what somebody wrote may name a team besides other words. Two teams of the frame are two, though the
        one's name is in the other's, as long as nothing else is joined to it."""
        if not may_name(written, key):
            return text not in self._of_frame and self._names_in_part(written, key)
        more = words_of_team(text) - words_of_team(key)
        two = {text, key} <= self._of_frame and more and all(word.isalpha() for word in more)
        joined = [part for each in _JOINED.split(written) if (part := team_key(each))]
        within = words_of_team(key) < words_of_team(text)
        return not two or (self._of_frame.issuperset(joined) and (len(joined) > 1 or not within))

    def _names_in_part(self, written: str, key: str) -> bool:
        """Whether one of several joined names may be that of a team, or of what it is a part of ("CWD / FSP")."""
        parts = [team_key(part) for part in PARTED.split(written)]
        return len(parts) > 1 and any(
            may_be_one(part, key) or may_name(key, part) for part in parts if part and not is_a_number(part)
        )

    def in_doubt(self, team: str) -> list[int]:
        """Whom the name of a team closes that may be, or be in, what stands for theirs; not those of that very team."""
        own = self.ever_of(team)
        return [n for t in self.alike(team) for n in self._ever[t] if n not in own]

    def doubtful(self) -> list[str]:
        """What is to be asked about the names of teams, in sentences."""
        named: defaultdict[str, list[str]] = defaultdict(list)
        said = []
        for team in self._children:
            own = self.ever_of(team)
            for other in self.alike(team):
                if all(n in own for n in self._ever[other]):
                    continue
                if may_be_one(other, team_key(team)):
                    said.append(
                        f"Are “{team}” and “{self._written[other]}” one team? Until the two are written alike or less "
                        "alike, nobody of the one audits or moderates the other's work."
                    )
                else:
                    named[self._written[other]].append(team)
        if named:
            some = [f"“{written}” ({first_few(teams)})" for written, teams in sorted(named.items())]
            said.append(
                f"{first_few(some)} of the register may be, or name, the teams of children that stand in brackets. "
                "Until each team is written as there, with a comma between several, nobody of it audits or moderates "
                "their work."
            )
        return said

    def of_one(self) -> list[str]:
        """What is told of teams that nothing else in the sheets resembles, in one sentence: those of one colleague
        alone that may be no team of the frame, and have no word of any other team."""
        if not self._named:
            return []
        known = {t for team in self._named for t in self.alike(team)} | self._of_frame | self._nameless
        words = Counter(word for t in self._of_frame | self._ever.keys() for word in words_of_team(t))
        alone = sorted(
            self._written[t]
            for t, people in self._ever.items()
            if t not in known and len(set(people)) == 1 and not _SEVERAL.search(self._written[t])
            and all(words[word] == 1 for word in words_of_team(t) if word.isalpha())
        )  # fmt: skip
        return [
            f"{first_few([f'“{team}”' for team in alone])} in “Team” or “Teams in the last 12 months” of the register: "
            "no child's team and like no other colleague's, so that it keeps nobody from any work. Where it stands for "
            "a team of children, write that team."
        ] if alone else []  # fmt: skip

    def joined_with(self, me: Colleague) -> list[int]:
        """Whoever's cell names a team of the auditor's among several that nothing parts, or is named so in theirs; not
        those of that very team."""
        own = {m for team in me.teams_now for m in self._now[team_key(team)]}
        return [m for m in self._joined_with(me) if m not in own]

    def _joined_with(self, me: Colleague) -> Iterator[int]:
        for team in map(team_key, me.teams_now):
            if team in self._nameless:
                continue
            mine = bool(_JOINED.search(self._written[team]))
            for other in self._now:
                theirs = other in self._joined
                if other == team or not (mine or theirs) or other in self._nameless:
                    continue
                theirs_named = theirs and may_name(self._written[other], team)
                if theirs_named or (mine and may_name(self._written[team], other)):
                    yield from self._now[other]
