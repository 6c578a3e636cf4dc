"""Whether the site and the mailbox of the profile can be opened at all; if not, which of profile and rights is wrong.

Without a site its lists and its library fail too, each in words of its own; so it is asked first, and told once.
"""

from __future__ import annotations

from urllib.parse import quote

from bot.daily_run.workplace import Workplace
from bot.office.graph import Reply, Request

KEEPER = "Whoever keeps the profile:"
IT = "The IT administrator:"


def site_wrong(workplace: Workplace) -> list[str]:
    """A sentence when the site cannot be opened. Raises AuditBotError."""
    settings = workplace.settings
    (reply,) = workplace.graph.batch([Request("GET", f"{workplace.lists.site}/lists?$top=1&$select=id")])
    where, said = f"{settings.site_host}{settings.site_path}", _said(reply)
    if reply.status == 404:
        return [
            f"There is no site {where} in this tenant{said}. {KEEPER} put site_host and site_path right, as the "
            "browser shows the site's address."
        ]
    if reply.status in (401, 403):
        return [
            f"The bot may not open the site {where}{said}. {IT} {_grant_lacking(workplace.graph.consented())}"
        ]
    return [] if reply.ok else [f"The site {where} could not be opened{said}. Try again."]


def _grant_lacking(consented: frozenset[str] | None) -> str:
    """What to give, so that the site opens. `consented` None where the token does not say."""
    if consented is None:
        return "has the bot Sites.Selected, consented to, and then write on the site? The permission alone opens none."
    if "Sites.Selected" not in consented:
        beside = (
            ", which the library and the directory of the site need beside the grants on single lists"
            if any(name.startswith("Lists.") for name in consented)
            else ""
        )
        return f"consent to Sites.Selected for the bot in Entra{beside}, and grant it write on the site."
    return "grant it write on the site; Sites.Selected is consented to, and opens none by itself."


def mailbox_wrong(workplace: Workplace) -> list[str]:
    """The same for the shared mailbox. Raises AuditBotError."""
    mailbox = workplace.settings.mailbox
    (reply,) = workplace.graph.batch(
        [Request("GET", f"/users/{quote(mailbox)}/mailFolders/Inbox?$select=id")]
    )
    said = _said(reply)
    if reply.status == 404 and reply.code.casefold() in ("errorinvaliduser", "request_resourcenotfound"):
        return [
            f"There is no mailbox {mailbox} in this tenant{said}. {KEEPER} put “mailbox” or tenant_id right."
        ]
    if reply.status == 404:
        return [
            f"The mailbox {mailbox} is not there or has lost its licence{said}. {IT} give it its licence back."
        ]
    if reply.status in (401, 403):
        return [
            f"The bot may not open the mailbox {mailbox}{said}. {IT} has it Application Mail.ReadWrite and Application "
            "Mail.Send, scoped to this very mailbox? Exchange takes up to two hours to go by it."
        ]
    return [] if reply.ok else [f"The mailbox {mailbox} could not be opened{said}. Try again."]


def _said(reply: Reply) -> str:
    return f" ({reply.status} {reply.code})".replace(" )", ")")
