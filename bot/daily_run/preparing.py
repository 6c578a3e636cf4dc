"""Site and mailbox opened for `audit-bot prepare`: less than a run needs, for on the first day there is no more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

from bot.daily_run.own_interface import own_interface
from bot.office.graph import Graph
from bot.office.ledger import Ledger
from bot.office.lists.lists_file import ListNames
from bot.office.mail.folders import Folders
from bot.office.preparing import SitePreparing
from bot.office.sign_in import signed_in
from bot.own_files import text_of
from bot.programme.allocating.sheet_columns import AUDITORS, CHILDREN
from bot.programme.history.history import history_of
from bot.settings import Settings


@contextmanager
def open_for_preparing(
    settings: Settings, *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Callable[[], SitePreparing]]:
    """What gives the site as it is to be prepared, reading config/lists.toml anew each time. The mailbox's folders are
    known by what the ledger says of them: one that was renamed goes on being ours.

    Raises SettingsError, SignInRefused, TenantUnavailable or LedgerError.
    """
    with closing(Ledger(settings.ledger, settings.safety)) as ledger:
        known = history_of(ledger.read()).folders
    account = signed_in(settings.tenant)
    with closing(account.connection), own_interface(settings, sleep=sleep) as own:
        graph = Graph(account.connection, account.protocol.service_url, sleep=sleep)

        named = {CHILDREN: settings.children_list, AUDITORS: settings.auditors_list}

        def site() -> SitePreparing:
            folders = Folders(graph, f"/users/{quote(settings.mailbox)}")
            folders.remember(known)
            return SitePreparing(
                graph,
                f"/sites/{settings.site_host}:{quote(settings.site_path)}:",
                ListNames(text_of(settings.files.lists), str(settings.files.lists)),
                settings.notice_list,
                (settings.library_folder, *filter(None, [settings.settings_library])),
                folders,
                (*settings.folders_of_letters, settings.filed_folder, settings.please_look_folder),
                own,
                {sheet: name for sheet, name in named.items() if name},
            )

        yield site
