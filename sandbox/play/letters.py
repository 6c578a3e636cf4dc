"""The letters by the names of their files, which is all that judge and cast tell them apart by: every word in them is
the Audit Team's to change. A play copies the letters and marks each, in the preview that nobody sees in a letter, with
what it is and what it is about, part by part where it tells its reader of several audits.

What each is for is the guide's; the number of a file is its section."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

UNKNOWN, DIGEST = "unknown", "00_digest"
TOGETHER = SEVERAL, HELP, TAKEN_OVER = "00_several_at_once", "00_several_escalated", "00_taken_over"

# What letters are about, in the words that they may use.
_AUDIT, _CYCLE, _NOTHING = "{{ audit.reference }}", "{{ cycle.name }}", ""
_EACH = {
    SEVERAL: "{% for a in asked %} «NAME»{% if a.days_late %}!{% endif %} ‹{{ a.reference }}›{% endfor %}",
    HELP: "{% for a in asked %} «NAME» ‹{{ a.reference }}›{% endfor %}",
    TAKEN_OVER: "{% for a in asked %} «00_taken_over» ‹{{ a.reference }}›{% endfor %}",
    "10_may_be_inadequate": "{% for p in needs_a_person %} «10_may_be_inadequate» ‹{{ p.where }}›{% endfor %}",
}
"""Letters about several audits, each of which is a part with a mark of its own. NAME: that of the letter in which the
same is asked alone."""
_LETTERS = {
    _AUDIT: {
        "07_audit_allocated_auditor": "audit allocated",
        "07_audit_allocated_moderator": "moderation allocated",
        "07_audit_escalation": "audit escalated",
        "07_audit_overdue": "audit overdue",
        "07_audit_reminder": "audit reminder",
        "07_audit_under_way": "audit under way",
        "07_dip_sample_allocated": "dip sample allocated",
        "07_dip_sample_due": "dip sample reminder",
        "07_moderation_escalation": "moderation escalated",
        "07_moderation_overdue": "moderation overdue",
        "07_moderation_reminder": "moderation reminder",
        "07_moderation_requested": "moderation requested",
        "07_practitioner_informed": "practitioner informed",
        "07_practitioner_reminder": "practitioner reminded",
        "07_returned_to_auditor": "returned to auditor",
        "09_shared_with_chair": "shared with the chair",
        "09_shared_with_services": "shared with services",
        "10_inadequate_alert": "inadequate alert",
        "10_inadequate_no_longer": "inadequate no longer",
        "10_progress_in_supervision": "progress in supervision",
        "10_review_uopp_due": "review UoPP due",
        "10_review_uopp_escalation": "review UoPP escalated",
        "10_review_uopp_held": "review UoPP held",
        "10_still_below_good": "still below Good",
        "10_uopp_arrange_inadequate": "UoPP to convene",
        "10_uopp_arrange_requires_improvement": "UoPP to arrange",
        "10_uopp_escalation": "UoPP escalated",
        "10_uopp_overdue": "UoPP overdue",
        "10_uopp_record": "UoPP record",
        "10_uopp_record_escalation": "UoPP record escalated",
        "10_uopp_record_overdue": "UoPP record overdue",
        "10_uopp_reminder": "UoPP reminder",
        "10_uopp_still_to_hold": "UoPP still to hold",
        "10_urgent_issues_due": "urgent issues",
        "10_urgent_issues_escalation": "urgent issues escalated",
        "10_urgent_issues_overdue": "urgent issues overdue",
        "10_weekly_report": "weekly report",
        "10_weekly_report_missing": "weekly report missing",
        "10_what_follows_for_the_auditor": "what follows",
        "10_withdrawn_inadequate": "withdrawn Inadequate",
        "11_decision_to_make": "decision to make",
        "11_disagreement_to_discuss": "disagreement to discuss",
        "11_final_decision": "final decision",
        "13_six_week_check_due": "six-week check",
        "13_six_week_findings": "six-week findings",
        "15_four_months_coming": "four months coming",
        "15_not_improved": "not improved",
    },
    _CYCLE: {
        "03_next_cycle": "next cycle",
        "06_additions_for_confirmation": "additions for confirmation",
        "06_confirmation_escalation": "confirmation escalated",
        "06_confirmation_reminder": "confirmation reminder",
        "06_kloe_meeting_soon": "KLOE meeting soon",
        "06_kloe_meeting_to_arrange": "KLOE meeting to arrange",
        "06_list_for_confirmation": "list for confirmation",
        "06_list_to_complete": "list to complete",
        "07_dip_report_shared": "dip report shared",
        "07_dip_report_to_sign_off": "dip report to sign off",
        "07_dip_report_to_write": "dip report to write",
        "07_weekly_picture": "weekly picture",
        "08_highlight_report": "highlight report",
        "12_after_the_board": "practitioners' version",
        "12_board_report_to_prepare": "board report",
        "14_action_plan": "action plan",
        "14_learning_campaign": "learning campaign",
        "14_workshop": "workshop",
        "15_impact_report": "impact report",
        "15_re_audit_all": "re-audit all",
        "15_re_audits_to_allocate": "re-audits",
    },
    _NOTHING: {
        "00_digest": "digest",
        "00_taken_over": "taken over",
        "09_monthly_scorecard": "scorecard",
        "10_may_be_inadequate": "may be Inadequate",
    },
}
DUTY = {name: duty for letters in _LETTERS.values() for name, duty in letters.items()}
"""The name of a letter's file -> the duty that the letter is for."""
_OTHERWISE = {
    "07_dip_sample_due": ("days_late", "dip sample overdue"),
    "10_inadequate_no_longer": ('grade == "Inadequate"', "steps ended"),
}
"""Letters of two duties: when it is the second, in the letter's own words, and which."""
NEVER_CALLED_FOR = {
    "00_letters_to_decide",
    "00_next_level",
    "00_replacement_proposed",
    "07_form_received",
    "10_alert_held",
    "10_inadequate_on_hold",
    "10_row_deleted",
}
"""Letters that nothing in a play calls for: one that comes is unknown."""
DUTIES = tuple(dict.fromkeys([*DUTY.values(), *(duty for _, duty in _OTHERWISE.values())]))
"""Every duty that a letter carries."""

# ---------------------------------------------------------------------------------------------- told when it comes

REFERENCE = re.compile(r"[A-Z]{3}-\d{4}-\d{2}-\d{3}")
_MARK = re.compile(r"«(\w*)»(!?) ‹([^‹›]*)›")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a letter says: by the name of which file, for which duty, about which audit or cycle ("" for none)."""

    name: str
    duty: str
    about: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What came: the name of the letter's file, and its parts, of which most letters have one."""

    name: str
    parts: tuple[Part, ...]

    @property
    def about(self) -> list[str]:
        """The audits and cycles it is about, each once."""
        return list(dict.fromkeys(part.about for part in self.parts if part.about))

    @property
    def duty(self) -> str:
        """In a word; of a letter that puts several duties together, that it does."""
        return "several at once" if self.name in (SEVERAL, HELP) else self.parts[0].duty


def kind_of(delivery: dict[str, Any]) -> Kind:
    """What a delivered letter is, from its `html`. One without a mark is unknown."""
    whole, *parts = _MARK.findall(unescape(delivery["html"])) or [(UNKNOWN, "", "")]
    return Kind(whole[0], tuple(_part(*each) for each in parts or [whole]))


def _part(name: str, otherwise: str, about: str) -> Part:
    reference = REFERENCE.search(about)  # a letter to the Audit Team names it as “Audit …”
    about = reference[0] if reference else about
    return Part(
        name, _OTHERWISE[name][1] if otherwise and name in _OTHERWISE else DUTY.get(name, UNKNOWN), about
    )


# ------------------------------------------------------------------------------------------- marked before the play


def mark(given: Path, rules: Path, folder: Path, *, reworded: bool = False) -> None:
    """Copies of the letters and the rules in a folder, `mail_templates` and `rules.toml`, each letter with its mark.

    `reworded`: with other words in each subject, preview, heading and ask, so that nothing can be told from these."""
    text = rules.read_text(encoding="utf-8")
    if reworded:
        others = {ask: f"Thing {n}" for n, ask in enumerate(_asked(text))}
        text = re.sub(r'^(ask +=) "(.*)"', lambda ask: f'{ask[1]} "{others[ask[2]]}"', text, flags=re.M)
    (folder / "rules.toml").write_text(text, encoding="utf-8")
    marked = folder / "mail_templates"
    marked.mkdir()
    for n, path in enumerate(sorted(given.iterdir())):
        letter = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            letter = _marked(path.stem, _reworded(letter, n) if reworded else letter, _asked(text))
        (marked / path.name).write_text(letter, encoding="utf-8")


def _asked(rules: str) -> dict[str, list[str]]:
    """What rules ask together with other things, each with the letters in which it stands alone."""
    found: dict[str, list[str]] = {}
    for rule in tomllib.loads(rules)["rule"]:
        if "ask" in rule:
            found.setdefault(rule["ask"], []).append(rule["letter"])
    return found


def _marked(name: str, text: str, asked: Mapping[str, Sequence[str]]) -> str:
    about = next((about for about, letters in _LETTERS.items() if name in letters), _NOTHING)
    otherwise = f"{{% if {_OTHERWISE[name][0]} %}}!{{% endif %}}" if name in _OTHERWISE else ""
    parts = _EACH.get(name, "").replace("NAME", "".join(_name_of(*each) for each in asked.items()))
    subject, preview, rest = text.split("\n", 2)
    preview = preview.removeprefix("Preview:").strip()
    return f"{subject}\nPreview: «{name}»{otherwise} ‹{about}›{parts} {preview}\n{rest}"


def _name_of(ask: str, letters: Sequence[str]) -> str:
    """Of the letters that ask for one thing, the one for what is overdue stands for what is late."""
    late = next((name for name in letters if name.endswith("_overdue")), letters[0])
    early = next((name for name in letters if name != late), late)
    name = early if early == late else f"{{% if a.days_late %}}{late}{{% else %}}{early}{{% endif %}}"
    return f'{{% if a.ask == "{ask}" %}}{name}{{% endif %}}'


def _reworded(text: str, n: int) -> str:
    _, _, rest = text.split("\n", 2)
    return f"Subject: Letter {n}\nPreview:\n" + re.sub(r"^(#+) .*", r"\1 Part", rest, flags=re.M)
