"""The words behind buttons and links: what each opens, or nothing where no reader of the letter may open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.papers.letters.letter_words import Surroundings, ToPeople
from bot.papers.letters.word_classes import Kind, Words, kinds
from bot.programme.answers.button_links import links
from bot.programme.answers.ready_messages import READY, ready_messages
from bot.programme.answers.team_words import TeamWord, team_link
from bot.programme.messages.buttons import Command
from bot.programme.planning.made_anew import code_of_report, next_press
from bot.programme.reports.scorecard import service_of
from bot.programme.standing.actions import SendLetter
from bot.programme.standing.council import Council
from bot.programme.vocabulary import Role

MAKE_ANEW = "make_anew"
BUTTONS = frozenset(command.word for command in Command) | READY | {MAKE_ANEW}
"""The words behind buttons: a ready message of programme/answers (`replies`, `ready_messages`, `team_words`)."""
BUTTON_KINDS: Mapping[str, Kind] = dict.fromkeys(sorted(BUTTONS))

_SEE_THE_LIST = {
    Role.HEAD_OF_SERVICE, Role.AUDITORS_HEAD_OF_SERVICE, Role.AUDIT_TEAM, Role.AUDIT_MANAGER, Role.AUDIT_OFFICER,
    Role.QUALITY_ASSURANCE_AUDIT_OFFICER, Role.HEAD_OF_LEARNING_ACADEMY, Role.PRINCIPAL_SOCIAL_WORKER,
    Role.DIVISIONAL_DIRECTOR,
}  # fmt: skip
"""Who may open the list: it holds everybody's grades, so nobody is led there who has one audit to do."""


def replies(letter: SendLetter, lists: Council, around: Surroundings) -> Mapping[str, str]:
    """Word -> the link of its button, of those that carry a command and may be sent by a reader of this letter."""
    if not around.keys:
        return {}
    found = links(letter, lists, around.today, around.keys, around.audit_team.address)
    return {command.word: address for command, address in found.items() if address}


def ready(letter: SendLetter, around: Surroundings) -> Mapping[str, str | None]:
    """Word -> the link of its button, of those that carry none."""
    return ready_messages(
        letter.standing,
        letter.reference,
        around.audit_team.address,
        by_link=around.tools_by_link,
        tool=around.tool,
    )


def anew(letter: SendLetter, around: Surroundings) -> str | None:
    """What “Make it anew” opens in a letter about reports: a word of the Audit Team, whoever else reads the letter."""
    keys = around.keys
    if not (keys and letter.rule.makes):
        return None
    code, press = code_of_report(keys, letter.about, letter.rule), next_press(letter)
    return team_link(TeamWord.MAKE_ANEW, code, letter.cycle.name, keys, around.audit_team.address, press)


@dataclass(frozen=True, slots=True)
class Links(Words):
    """Words for links"""

    letter: SendLetter
    around: Surroundings

    @property
    def row_link(self) -> str | None:
        """the audit in the allocation list, where every reader may open it"""
        found, rule = self.letter.standing, self.letter.rule
        if (
            not self.around.pages
            or not found
            or not self._somebody
            or not {*rule.to, *rule.cc} <= _SEE_THE_LIST
        ):
            return None
        return self.around.pages.row(found.allocation.item_id)

    @property
    def cycle_link(self) -> str | None:
        """the allocation list with the audits of the cycle alone, where one of those addressed may open it"""
        cycle = self.letter.cycle
        return (
            self.around.pages.cycle(cycle.name)
            if self.around.pages and self._somebody and cycle.item_id
            else None
        )

    @property
    def dashboard_link(self) -> str | None:
        """the workbook of where the audits of the service stand, once it is in the library"""
        found = self.around.dashboards.get(service_of(self.letter.cycle), "")
        return found if self._somebody and found.startswith("https://") else None

    @property
    def tool_link(self) -> str | None:
        """the audit tool in the library, for the auditor, moderator and practitioner, where the profile says
        `audit_tool_by = "link"`; never for a restricted record"""
        return self.around.tool if self.around.tool.startswith("https://") else None

    @property
    def form_link(self) -> str | None:
        """the latest form that came back, in the library; never for a restricted record"""
        found = self.letter.standing
        if found is None or self.row_link is None or found.allocation.restricted:
            return None
        latest = found.latest_moderation or found.latest_return
        return latest.url if latest and latest.url.startswith("https://") else None

    @property
    def _somebody(self) -> bool:
        """Whether one of those addressed may open the list; then the letter says whose link it is."""
        return bool(_SEE_THE_LIST & {*self.letter.rule.to})


LINK_KINDS = kinds(Links)


class WithButtons(ToPeople):
    """A letter with buttons and links."""

    __slots__ = ()

    def given(self) -> dict[str, object]:
        """Its own words, and those behind its buttons and links."""
        found: dict[str, object] = dict.fromkeys(BUTTONS)
        found |= replies(self.letter, self.lists, self.around)
        found |= ready(self.letter, self.around)
        found[MAKE_ANEW] = anew(self.letter, self.around)
        return found | Links(self.letter, self.around).given() | ToPeople.given(self)
