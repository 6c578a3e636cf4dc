"""Rights that are too wide, too narrow or missing: what `audit-bot check` says of each, and who can put it right."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from tenant import Naps, email, settings_for, small_seed

import sandbox
from bot.cli.check import status_of
from bot.daily_run.trial import Trial
from bot.daily_run.trying.check import _tried
from bot.daily_run.trying.checked_files import Check
from bot.daily_run.workplace import open_workplace
from bot.errors import AuditBotError
from bot.office.health import COLUMNS
from bot.office.sign_in import TenantConnection
from bot.settings import MustNotReach

MOMENT = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOTICES = {"name": "Audit bot", "columns": [{"name": n, "type": "text"} for n in ("Title", *COLUMNS)]}
APP: dict[str, Any] = small_seed()["app"]


def probed(folder: Path, app: dict[str, Any], changes: dict[str, Any], more: dict[str, Any]) -> list[Check]:
    """What check says of Microsoft 365 where the app was given these rights."""
    seed = copy.deepcopy(small_seed()) | more
    seed["app"] |= app
    seed["lists"].append(copy.deepcopy(NOTICES))
    for each in seed["lists"]:
        each["grants"] = (
            {APP["client_id"]: app["lists"][each["name"]]} if each["name"] in app.get("lists", {}) else {}
        )
    with sandbox.run(seed) as tenant:
        tenant.ask("POST", "/behaviours", {"sending rate": False})
        settings = settings_for(tenant, folder)
        tenant_settings = settings.tenant.model_copy(update=changes.pop("tenant", {}))
        named = MustNotReach(mailbox=email("Hal Service"), site="/sites/legal")
        settings = settings.model_copy(update={"must_not_reach": named, "tenant": tenant_settings, **changes})
        naps = Naps()
        try:
            with open_workplace(settings, clock=lambda: MOMENT, say=lambda _: None, sleep=naps) as workplace:
                return _tried(workplace, Trial(workplace, naps), measure=False)
        except AuditBotError as fault:
            return [Check("Microsoft 365", (str(fault),), configuration=False, stops=True)]


MAIL, SITES = ["Mail.ReadWrite", "Mail.Send"], "Sites.Selected"
NOBODY = "11111111-1111-1111-1111-111111111111"
LEGAL = {"other_sites": [{"path": "/sites/legal", "name": "Legal", "grants": {APP["client_id"]: "read"}}]}
TWO_LISTS = {"Audit allocations": "write", "Audit cycles": "write"}
BY_LIST = {"site_role": "", "roles": [*MAIL, "Lists.SelectedOperations.Selected"], "lists": TWO_LISTS}
READ_HERE = (
    "The bot may read here and not write (403 accessDenied). The IT administrator: give it write on the site"
)
NO_SITE = "The bot may not open the site wexcombe.sharepoint.example/sites/audit (403 accessDenied). The IT"
NO_BOX = (
    "The bot may not open the mailbox audit.team@wexcombe.example (403 ErrorAccessDenied). The IT administrator: has "
    "it Application Mail.ReadWrite and Application Mail.Send, scoped to this very mailbox?"
)

# what was granted → what the app is, what the profile says instead, what the tenant has besides; the status of check;
# and how each problem begins (a note where the status is 0), all of them, in their order
PROBES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], int, list[str]]] = {
    "as the printed commands grant it": ({}, {}, {}, 0, []),
    "too wide: manage left after prepare": (
        {"site_role": "manage"}, {}, {}, 0,
        ["The bot may change the site's lists and columns, which only “audit-bot prepare” needs: its grant on the site "
         "is wider than write. The IT administrator: give it “write” back"],
    ),
    "too wide: every site, consented to in Entra": (
        {"roles": [*MAIL, SITES, "Sites.ReadWrite.All"]}, {}, {}, 2,
        ["The bot can see the site /sites/legal, which it must not (200).",
         "Entra has consented to Sites.ReadWrite.All for the bot: that is every site of the tenant. The IT"],
    ),
    "too wide: every site, consented to of SharePoint itself": (
        {"sharepoint_roles": [SITES, "Sites.FullControl.All"]}, {}, {}, 2,
        ["Entra has consented to Sites.FullControl.All of SharePoint itself for the bot: that is every site of the"]),
    "too wide: a permission of SharePoint itself that it never uses": (
        {"sharepoint_roles": [SITES, "TermStore.Read.All"]}, {}, {}, 0,
        ["Entra has consented to TermStore.Read.All of SharePoint itself for the bot, which it never uses."]),
    "SharePoint itself, taken back after prepare and import": ({"sharepoint_roles": []}, {}, {}, 0, []),
    "too wide: every mailbox, consented to in Entra": (
        {"mailboxes": None}, {}, {}, 2,
        ["The bot can see the mailbox hal.service@wexcombe.example, which it must not (200).",
         "Entra has consented to Mail.ReadWrite and Mail.Send for the bot: that is every mailbox of the tenant"],
    ),
    "too wide: a second site granted": (
        {}, {}, LEGAL, 2, ["The bot can see the site /sites/legal, which it must not (200). Its rights are too wide"]),
    "too wide: a permission it never uses": (
        {"roles": [*MAIL, SITES, "User.Read.All"]}, {}, {}, 0, ["Entra has consented to User.Read.All for the bot"]),
    "too narrow: read on the site": ({"site_role": "read"}, {}, {}, 10, [READ_HERE, READ_HERE]),
    "too narrow: Mail.ReadWrite without Mail.Send": (
        {"roles": ["Mail.ReadWrite", SITES]}, {}, {}, 3,
        ["The bot may make a letter in its mailbox and not send it (403 ErrorAccessDenied). The IT administrator: give "
         "it Application Mail.Send"],
    ),
    "too narrow: Mail.Send without Mail.ReadWrite": ({"roles": ["Mail.Send", SITES]}, {}, {}, 3, [NO_BOX]),
    "too narrow: two of three lists, list by list": (
        BY_LIST, {}, {}, 3,
        [f"{NO_SITE} administrator: consent to Sites.Selected for the bot in Entra, which the"]),
    "too narrow: the scope is on another mailbox": (
        {"mailboxes": [email("Hal Service")]}, {}, {}, 2,
        [NO_BOX, "The bot can see the mailbox hal.service@wexcombe.example, which it must not (200)."]),
    "missing: no grant on the site": (
        {"site_role": ""}, {}, {}, 3,
        [f"{NO_SITE} administrator: grant it write on the site; Sites.Selected"]),
    "missing: no consent to Sites.Selected": (
        {"roles": MAIL}, {}, {}, 3,
        [f"{NO_SITE} administrator: consent to Sites.Selected for the bot in Entra, and"]),
    "missing: everything": (
        {"roles": ["Other.Selected"], "site_role": ""}, {}, {}, 3, [NO_SITE, NO_BOX]),
    "missing: the mailbox is a guest's": (
        {}, {"mailbox": "ext_guest#EXT#@wexcombe.example"}, {}, 3,
        ["There is no mailbox ext_guest#EXT#@wexcombe.example in this tenant (404 ErrorInvalidUser). Whoever"]),
    "missing: site and mailbox are not there": (
        {}, {"site_path": "/sites/audits", "mailbox": "audits@wexcombe.example"}, {}, 3,
        ["There is no site wexcombe.sharepoint.example/sites/audits in this tenant", "There is no mailbox audits@"]),
    "wrong tenant": (
        {}, {"tenant": {"tenant_id": NOBODY}}, {}, 3,
        ["The sign-in service does not know this tenant. The IT administrator should check tenant_id"]),
    "wrong secret": (
        {}, {"tenant": {"secret": "not it"}}, {}, 3,
        ["Microsoft 365 does not let the bot in: the client secret is wrong (AADSTS7000215). The IT administrator:"]),
    "wrong client": (
        {}, {"tenant": {"client_id": NOBODY}}, {}, 3,
        ["Microsoft 365 does not let the bot in: the tenant does not know the bot's client_id (AADSTS700016). The IT"]),
}  # fmt: skip
NOT_OF_RIGHTS = "Who may open “Returned audits”"


@pytest.mark.parametrize("granted", PROBES)
def test_check_says_in_one_sentence_each_what_is_too_wide_too_narrow_or_missing_and_who_puts_it_right(
    tmp_path: Path, granted: str
) -> None:
    app, profile, tenant, status, begins = PROBES[granted]
    found = probed(tmp_path, app, profile, tenant)
    assert status_of(found) == status
    problems = [text for check in found for text in check.problems]
    notes = [text for check in found for text in check.notes if not text.startswith(NOT_OF_RIGHTS)]
    assert status == 0 or not notes, notes
    said = problems if status else notes
    assert len(said) == len(begins), said
    for text, begin in zip(said, begins, strict=True):
        assert text.startswith(begin)
        assert "The IT administrator" in text or "Whoever keeps the profile:" in text
        assert "GET /" not in text


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "", "a.bnVsbA.c"])
def test_a_token_that_cannot_be_read_tells_nothing_and_stops_nothing(token: str) -> None:
    connection = object.__new__(TenantConnection)
    connection.session = requests.Session()
    connection.session.headers["Authorization"] = f"Bearer {token}"
    assert connection.consented() is None
