"""What people say who answer a letter in words, and what each kind of letter and button stands for."""

from __future__ import annotations

from datetime import date

BY_BUTTON = (
    ("I confirm the list", "confirm"), ("Return the audit", "return"), ("Return the moderation", "moderate"),
    ("Return the dip sample", "dip"), ("The urgent issues are done", "urgent"),
    ("The UoPP meeting was held", "uopp"), ("The review UoPP meeting was held", "review"),
    ("Send the record", "record"), ("This week's progress", "progress"), ("I end the steps", "end"),
    ("I exempt the auditor", "exempt"),
)  # fmt: skip
"""What the button of a letter is for, by how it begins. Any other is for words that a person reads: "tell"."""
BY_DUTY = {
    "KLOE meeting to arrange": "kloe",
    "dip report to write": "dip report",
    "dip report to sign off": "signed",
    "action plan": "plan",
    "workshop": "workshop",
    "returned to auditor": "correct",
    "UoPP still to hold": "uopp",
    "six-week check": "six weeks",
    "urgent issues escalated": "tell",
    "UoPP record escalated": "tell",
    "still below Good": "tell",
    "weekly report missing": "tell",
    "not improved": "tell",
    "disagreement to discuss": "tell",
    "moderation escalated": "tell",
    "re-audit all": "tell",
    # What asks for no answer by mail, whatever buttons stand in it.
    "moderation allocated": "",
    "practitioner informed": "",
    "practitioner reminded": "",
    "learning campaign": "",
    "digest": "",
}
"""What a letter asks for where its kind says more than its first button."""
FOR_OTHERS = ("UoPP escalated", "review UoPP escalated", "confirmation escalated", "audit escalated")
"""Letters to those who help: their button is another's, who has a copy; they themselves write a line."""
BUTTON_ALONE = ("exempt", "end")
"""What the letters say can be done by the button and in no other way."""
FORMS = ("return", "correct", "moderate", "dip", "record")
DAYS = ("kloe", "dip report", "signed", "plan", "workshop", "urgent", "uopp", "review")
OPEN = ("tell", "progress")
"""Answers in somebody's own words: it is right that a person reads them."""
COLUMNS = {
    "kloe": "KLOE meeting on",
    "dip report": "Dip report sent on",
    "signed": "Dip report signed off on",
    "plan": "Action plan agreed on",
    "workshop": "Workshop held on",
    "urgent": "Urgent issues done on",
    "uopp": "UoPP held on",
    "review": "Review UoPP held on",
    "record": "UoPP record sent on",
    "end": "Safety steps ended on",
}
"""Where the Audit Team enters what it was told."""
CHASES = {
    "confirm": ("list for confirmation", "confirmation reminder", "confirmation escalated"),
    "return": ("audit under way", "audit reminder", "audit overdue", "audit escalated"),
    "correct": ("returned to auditor", "audit reminder", "audit overdue", "audit escalated"),
    "exempt": ("audit under way", "audit reminder", "audit overdue", "audit escalated"),
    "moderate": ("moderation requested", "moderation reminder", "moderation overdue", "moderation escalated"),
    "dip": ("dip sample reminder", "dip sample overdue"),
    "urgent": ("urgent issues", "urgent issues overdue", "urgent issues escalated"),
    "uopp": ("UoPP to arrange", "UoPP to convene", "UoPP reminder", "UoPP overdue", "UoPP escalated",
             "UoPP still to hold"),
    "record": ("UoPP record", "UoPP record overdue", "UoPP record escalated"),
    "review": ("review UoPP due", "review UoPP escalated"),
    "end": ("withdrawn Inadequate",),
    "kloe": ("KLOE meeting to arrange",),
    "dip report": ("dip report to write",),
    "signed": ("dip report to sign off",),
    "plan": ("action plan",),
    "workshop": ("workshop",),
    "six weeks": ("six-week check",),
}  # fmt: skip
"""The letters that ask again for what was done."""

_FORM = (
    "The completed form is attached.",
    "Please find it attached.",
    "Here it is, thank you for your patience.",
)
PHRASES = {
    "confirm": (
        "Confirmed",
        "Confirmed, thank you.",
        "Yes, all fine\n\nSent from my iPhone",
        "I confirm the list.",
    ),
    "return": _FORM,
    "correct": _FORM,
    "moderate": _FORM,
    "dip": _FORM,
    "record": _FORM,
    "urgent": (
        "They were dealt with on {day}.",
        "The urgent issues were done on {day}.",
        "{day}",
        "All done on {day}.",
    ),
    "uopp": (
        "We met on {day}.",
        "It was held on {day}.",
        "{day}",
        "The UoPP meeting was held on {day}. Thank you.",
    ),
    "review": ("The review meeting was held on {day}.", "We met on {day}.", "{day}"),
    "progress": (
        "Two of three actions are done. The school has not answered yet. The next visit is on Thursday.",
    ),
    "end": ("I end the steps for the child.",),
    "exempt": ("I exempt {auditor} from this audit.",),
    "kloe": ("{day}", "We meet on {day}.", "The meeting is on {day}."),
    "dip report": ("The report was sent on {day}.", "{day}"),
    "signed": ("Signed off",),
    "plan": ("{day}", "It was agreed on {day}."),
    "workshop": ("{day}", "The workshop is on {day}."),
    "tell a day": ("It will be on {day}.", "We have found a day: {day}."),
    "tell": ("We have talked; it will be done by the end of next week.",),
}
"""By what was asked, or by the letter's kind where that needs words of its own; several in turn."""


def spelt(day: date, n: int) -> str:
    """A day as people write it, one way after another."""
    return (f"{day.day}/{day.month}/{day.year}", f"{day:%A} {day.day} {day:%B}", f"{day.day} {day:%B} {day.year}",
            f"{day:%a} {day.day} {day:%b}")[n % 4]  # fmt: skip
