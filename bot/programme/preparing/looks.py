"""Views and colours: the steps to what a list lacks of them. What is there already is a person's and stays.

SharePoint says the same format and the same query in its own spelling, so they are compared without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from bot.programme.preparing.found import FoundLooks, FoundView
from bot.programme.preparing.steps import Doing, Preparation, Step
from bot.programme.preparing.wanted import WantedList, WantedLooks, WantedView
from bot.programme.vocabulary import Problem

NOBODY = "nobody, if it is meant so"


def inner_names(wanted: WantedList, planned: Preparation, there: Mapping[str, str]) -> dict[str, str]:
    """Our words for the columns a view can show -> SharePoint's own names: of those that are `there` (title -> inner
    name) and those that are about to be made."""
    made = {step.column.word for step in planned.steps if step.list == wanted and step.column}
    every = any(step.doing is Doing.LIST and step.list == wanted for step in planned.steps)
    return {
        column.word: there.get(column.title, column.inner)
        for column in wanted.columns
        if column.title in there or column.word in made or every
    }


def with_looks(
    planned: Preparation, wanted: WantedList, looks: WantedLooks, found: FoundLooks
) -> Preparation:
    """The preparation with the steps to the views and colours that are not there, and a note for each of ours that is
    there and otherwise."""
    list_id, steps, notes = planned.ids.get(wanted.part, ""), list[Step](), list[Problem]()
    for view in looks.views:
        there = next((v for v in found.views if v.title.casefold() == view.title.casefold()), None)
        if there is None:
            what = f"the view “{view.title}”"
            steps.append(Step(Doing.VIEW, wanted.name, what, list_id=list_id, view=view))
        elif not _same_view(view, there):
            what = f"The view “{there.title}” is there and is not as it would be made; it is left as it is."
            notes.append(Problem(wanted.name, what, NOBODY))
    for each in looks.formats:
        drawn = found.formats.get(each.inner)
        if drawn is None or not drawn.text:
            what = f"the colours of the column “{each.title}”"
            steps.append(Step(Doing.FORMAT, wanted.name, what, list_id=list_id, format=each))
        elif not _same_format(each.text, drawn.text):
            what = f"The column “{each.title}” has a format that is not the bot's; it is left as it is."
            notes.append(Problem(wanted.name, what, NOBODY))
    return replace(planned, steps=(*planned.steps, *steps), notes=(*planned.notes, *notes))


def _same_view(wanted: WantedView, found: FoundView) -> bool:
    return wanted.fields == found.fields and _plain(wanted.query) == _plain(found.query)


def _plain(caml: str) -> str:
    return re.sub(r"\s+", "", caml.replace("'", '"')).casefold()


def _same_format(wanted: str, found: str) -> bool:
    try:
        return bool(json.loads(wanted) == json.loads(found))
    except ValueError:
        return False
