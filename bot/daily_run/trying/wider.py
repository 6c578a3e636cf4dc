"""Where the bot's rights are wider than its runs need: what Entra has consented to, and whether it may change columns.

Who is let into a site only an app with Sites.FullControl.All may read, so the role of the grant is not asked for
but seen by what it allows. https://learn.microsoft.com/graph/api/site-list-permissions
"""

from __future__ import annotations

from urllib.parse import quote

from bot.daily_run.workplace import Workplace
from bot.office.graph import Request
from bot.office.health import COLUMNS

IT = "The IT administrator:"
_SELECTED = ".Selected"
_EVERY_SITE, _EVERY_MAILBOX = ("Sites.", "Files."), ("Mail", "Calendars.", "Contacts.")


def tenant_wide(workplace: Workplace, of_sharepoint: frozenset[str]) -> list[str]:
    """A sentence for the permissions consented to in Entra that open every site or every mailbox. `of_sharepoint` are
    those of SharePoint itself, which count at its own interface though Graph knows nothing of them."""
    consented = workplace.graph.consented() or frozenset()
    wide = sorted(name for name in consented if not name.endswith(_SELECTED))
    sites = [name for name in wide if name.startswith(_EVERY_SITE)]
    boxes = [name for name in wide if name.startswith(_EVERY_MAILBOX)]
    said = []
    if sites:
        said.append(
            f"Entra has consented to {' and '.join(sites)} for the bot: that is every site of the tenant. {IT} take it "
            "back; Sites.Selected, and write on the one site, is all it needs."
        )
    if own := sorted(
        name for name in of_sharepoint if name.startswith(_EVERY_SITE) and not name.endswith(_SELECTED)
    ):
        said.append(
            f"Entra has consented to {' and '.join(own)} of SharePoint itself for the bot: that is every site of the "
            f"tenant. {IT} take it back; Sites.Selected is all that prepare and import need of it."
        )
    if boxes:
        said.append(
            f"Entra has consented to {' and '.join(boxes)} for the bot: that is every mailbox of the tenant, whatever "
            f"scope Exchange has beside it. {IT} take it back in Entra; the roles in Exchange, scoped to the one "
            "mailbox, are all it needs."
        )
    return said


def unneeded(workplace: Workplace, of_sharepoint: frozenset[str]) -> list[str]:
    """A note for each right that does no harm by itself and that no run needs. Raises AuditBotError."""
    consented = workplace.graph.consented() or frozenset()
    others = sorted(
        name
        for name in consented
        if not name.endswith(_SELECTED) and not name.startswith((*_EVERY_SITE, *_EVERY_MAILBOX))
    )
    others += [f"{n} of SharePoint itself" for n in sorted(of_sharepoint) if not n.startswith(_EVERY_SITE)]
    said = [
        f"Entra has consented to {name} for the bot, which it never uses. {IT} take it back."
        for name in others
    ]
    if _may_change_columns(workplace):
        said.append(
            "The bot may change the site's lists and columns, which only “audit-bot prepare” needs: its grant on the "
            f"site is wider than write. {IT} give it “write” back, unless prepare is still to be run."
        )
    return said


def _may_change_columns(workplace: Workplace) -> bool:
    """Whether it may: the description of a column in the bot's own list “Audit bot” is set to what it is. Where that
    list is not there yet, prepare is still to come, and nothing is tried."""
    path = f"{workplace.lists.site}/lists/{quote(workplace.settings.notice_list)}/columns"
    (reply,) = workplace.graph.batch([Request("GET", f"{path}?$select=id,displayName,description")])
    if not reply.ok:
        return False
    own = next((c for c in reply.body["value"] if str(c.get("displayName")) in COLUMNS), None)
    if own is None:
        return False
    same = {"description": str(own.get("description") or "")}
    (changed,) = workplace.graph.batch([Request("PATCH", f"{path}/{quote(str(own['id']))}", same)])
    return changed.ok
