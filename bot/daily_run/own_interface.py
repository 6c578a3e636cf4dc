"""SharePoint's own interface, opened for the commands that need it: no run does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from bot.errors import AuditBotError, in_words
from bot.office.graph import Graph
from bot.office.sharepoint import SharePoint
from bot.office.sign_in import signed_in
from bot.programme.vocabulary import Problem
from bot.settings import Settings

WHERE = "Views, colours and people"
IT = "the IT administrator"
BY_SECRET = (
    "SharePoint’s own interface takes no app that signs in with a secret, only with a certificate, a managed identity "
    "or workload identity federation. So the bot makes no views and colours and makes nobody known to the site: an "
    "owner of the site puts in what “audit-bot prepare --views DIR” writes, and people open the site once."
)
NO_CONSENT = (
    "Entra has not consented to SharePoint’s own Sites.Selected for the bot (Graph’s is another): the command stands "
    "in step 4 of for_the_administrator.md. Until then an owner of the site puts in what “audit-bot prepare --views "
    "DIR” writes, and people open the site once."
)


def of_sharepoint_itself(settings: Settings) -> frozenset[str]:
    """What Entra has consented to for the bot of SharePoint itself, which Graph's token does not name. Nothing where no
    token is had: by none nothing is reached."""
    try:
        account = signed_in(settings.tenant, f"https://{settings.site_host}")
    except AuditBotError:
        return frozenset()
    with closing(account.connection):
        return account.connection.consented() or frozenset()


@contextmanager
def own_interface(
    settings: Settings, *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[SharePoint | Problem]:
    """SharePoint's own interface to the site, or why the bot has none and who can change that."""
    if settings.tenant.by_secret:
        yield Problem(WHERE, BY_SECRET, IT)
        return
    if not settings.sharepoint_url:
        what = f"{settings.site_host} is none of Microsoft’s hosts of SharePoint, and gets no token."
        yield Problem(WHERE, what, "whoever keeps the profile")
        return
    try:
        account = signed_in(settings.tenant, f"https://{settings.site_host}")
    except AuditBotError as fault:
        yield Problem(WHERE, f"No token for SharePoint itself was had: {in_words(fault)}.", IT)
        return
    with closing(account.connection):
        consented = account.connection.consented()
        if consented is not None and not any(name.startswith("Sites.") for name in consented):
            yield Problem(WHERE, NO_CONSENT, IT)
        else:
            door = Graph(account.connection, settings.sharepoint_url, sleep=sleep)
            yield SharePoint(door, settings.site_path)
