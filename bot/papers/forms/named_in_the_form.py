"""Who else is there for the child, as the form says: the IRO or CP Chair, and internal services (§9)."""

from __future__ import annotations

from bot.papers.forms.form import Form
from bot.papers.forms.questions import plain
from bot.programme.titles import SERVICES

_TICKS = dict(zip(("svc_yjs", "svc_edge", "svc_pc", "svc_expl", "svc_eva"), SERVICES, strict=True))


def services_ticked(form: Form) -> tuple[str, ...]:
    """The internal services ticked, by the guide's names."""
    return tuple(service for tag, service in _TICKS.items() if form.ticked(tag))


def chair_named(form: Form) -> str | None:
    """Who is IRO or CP Chair; "" when one is involved and not named, None when nobody is."""
    said = plain(form.answer("iro_cp_involved"))
    if said in form.asked.no:
        return None
    return form.answer("iro_cp_name") or ("" if said in form.asked.yes else None)
