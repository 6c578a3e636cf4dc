"""The administrator's commands for PowerShell: quotation marks and brackets end where they must, and each cmdlet and
what it is given stands on its page of Microsoft's reference.

There is no PowerShell here. So each command is taken apart by the rules of about_Quoting_Rules and about_Parsing as far
as these pages need them, and held against the table below, which was typed from the syntax on those pages.
https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_parsing
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from test_first_settings import laid_out

from bot.programme.first_settings import SIGN_INS

PAGES = "https://learn.microsoft.com/powershell/module/"
GRAPH, APPLICATIONS, SITES = (
    "microsoft.graph.authentication",
    "microsoft.graph.applications",
    "microsoft.graph.sites",
)
EXCHANGE, CORE = "exchangepowershell", "microsoft.powershell.core"
UTILITY, MANAGEMENT = "microsoft.powershell.utility", "microsoft.powershell.management"


@dataclass(frozen=True)
class Cmdlet:
    """One syntax of a cmdlet: the page's module, what must be given, what else may be of what these pages use, and how
    many values may stand without a name (the first of `needs` among them)."""

    module: str
    needs: str = ""
    may: str = ""
    unnamed: int = 0


CMDLETS: dict[str, Cmdlet] = {
    "Install-Module": Cmdlet("powershellget", "Name", "Scope", 1),
    "Connect-MgGraph": Cmdlet(GRAPH, "", "Scopes TenantId"),
    "Get-MgContext": Cmdlet(GRAPH),
    "Disconnect-MgGraph": Cmdlet(GRAPH),
    "New-MgApplication": Cmdlet(APPLICATIONS, "", "DisplayName SignInAudience"),
    "Get-MgApplication": Cmdlet(APPLICATIONS, "", "Filter ApplicationId"),
    "Update-MgApplication": Cmdlet(APPLICATIONS, "ApplicationId", "KeyCredentials"),
    "Remove-MgApplication": Cmdlet(APPLICATIONS, "ApplicationId"),
    "Add-MgApplicationPassword": Cmdlet(APPLICATIONS, "ApplicationId", "PasswordCredential"),
    "Remove-MgApplicationPassword": Cmdlet(APPLICATIONS, "ApplicationId", "KeyId"),
    "New-MgServicePrincipal": Cmdlet(APPLICATIONS, "", "AppId"),
    "Get-MgServicePrincipal": Cmdlet(APPLICATIONS, "", "Filter ServicePrincipalId"),
    "Get-MgServicePrincipalAppRoleAssignment": Cmdlet(APPLICATIONS, "ServicePrincipalId"),
    "New-MgServicePrincipalAppRoleAssignment": Cmdlet(
        APPLICATIONS, "ServicePrincipalId", "PrincipalId ResourceId AppRoleId"
    ),
    "Remove-MgServicePrincipalAppRoleAssignment": Cmdlet(
        APPLICATIONS, "ServicePrincipalId AppRoleAssignmentId"
    ),
    "Get-MgSite": Cmdlet(SITES, "SiteId"),
    "New-MgSitePermission": Cmdlet(SITES, "SiteId BodyParameter"),
    "Get-MgSitePermission": Cmdlet(SITES, "SiteId PermissionId"),
    "Update-MgSitePermission": Cmdlet(SITES, "SiteId PermissionId BodyParameter"),
    "Remove-MgSitePermission": Cmdlet(SITES, "SiteId PermissionId"),
    "Connect-ExchangeOnline": Cmdlet(EXCHANGE),
    "Disconnect-ExchangeOnline": Cmdlet(EXCHANGE, "", "Confirm"),
    "New-ServicePrincipal": Cmdlet(
        EXCHANGE, "AppId ObjectId", "DisplayName"
    ),  # ServiceId gives way to ObjectId
    "Remove-ServicePrincipal": Cmdlet(EXCHANGE, "Identity", "", 1),
    "Test-ServicePrincipalAuthorization": Cmdlet(EXCHANGE, "Identity", "Resource", 1),
    "New-ManagementScope": Cmdlet(EXCHANGE, "Name RecipientRestrictionFilter", "", 1),
    "Remove-ManagementScope": Cmdlet(EXCHANGE, "Identity", "", 1),
    "New-ManagementRoleAssignment": Cmdlet(EXCHANGE, "Role App", "Name CustomResourceScope"),
    "Get-ManagementRoleAssignment": Cmdlet(EXCHANGE, "", "RoleAssignee Role"),
    "Remove-ManagementRoleAssignment": Cmdlet(EXCHANGE),  # what comes down the pipe is its Identity
    "Where-Object": Cmdlet(CORE, "FilterScript", "", 1),
    "Format-Table": Cmdlet(UTILITY, "", "Property", 1),
    "Format-List": Cmdlet(UTILITY, "", "Property", 1),
    "Get-Date": Cmdlet(UTILITY),
    "Resolve-Path": Cmdlet(MANAGEMENT, "Path", "", 1),
}
"""As the syntax stands on PAGES, then the module, then the name in small letters."""

_OTHERS = ("az ", "openssl ", "umask ", "audit-bot ", "chmod ", "python", "#")
"""Commands on the pages that are another program's or another shell's."""
_CLOSES = {"(": ")", "{": "}", "[": "]"}


def commands(page: str) -> Iterator[str]:
    """Every command for PowerShell: the lines of a block, and what stands between backticks and has a cmdlet in it."""
    for line in page.splitlines():
        if line.startswith("    "):
            found = [line.strip()]
        else:
            found = [
                said for said in re.findall(r"`([^`]+)`", line) if re.search(r"\b[A-Z]\w+-[A-Z]\w+", said)
            ]
        yield from (said for said in found if not said.startswith(_OTHERS))


def taken_apart(command: str) -> str:
    """A command with every string and remark taken out and “'” in its place: what is left stands outside quotation
    marks. Raises ValueError where a string or a bracket does not end."""
    left, open_, n = "", list[str](), 0
    while n < len(command):
        sign = command[n]
        if sign in "'\"":
            end = n + 1
            while command[end : end + 1] != sign or command[end + 1 : end + 2] == sign:
                if end >= len(command):
                    raise ValueError(f"{sign} does not end")
                if sign == '"' and command.startswith(
                    "$(", end
                ):  # a command within the string: to its bracket
                    inner = command[end + 2 : command.index(")", end)]
                    taken_apart(inner)
                    end += len(inner) + 3
                else:
                    end += 2 if command[end] == sign else 1
            n, left = end + 1, left + "'"
            continue
        if sign == "#" and (not n or command[n - 1].isspace()):
            break
        if sign in _CLOSES:
            open_.append(_CLOSES[sign])
        elif sign in _CLOSES.values() and (not open_ or open_.pop() != sign):
            raise ValueError(f"{sign} closes nothing")
        n, left = n + 1, left + sign
    if open_:
        raise ValueError(f"{open_[-1]} is missing")
    return left


def invoked(left: str) -> Iterator[tuple[str, list[str], int]]:
    """Of a command that was taken apart each cmdlet, the names of what it is given, and how many values have none."""
    for found in re.finditer(r"(?<![\w$.-])([A-Z][A-Za-z]+-[A-Z]\w+)", left):
        given, depth = "", 0
        for sign in left[found.end() :]:
            depth += (sign in _CLOSES) - (sign in _CLOSES.values())
            if depth < 0 or (not depth and sign in "|;"):
                break
            if not depth:  # what stands in brackets is one value
                given += "'" if sign in _CLOSES.values() else sign
        given = re.sub(r":\$\w+|@(?=')", "", re.sub(r"\s*,\s*", ",", given))
        parts = given.split()
        names = [part[1:] for part in parts if part.startswith("-")]
        values = [p for n, p in enumerate(parts) if p[0] != "-" and (not n or parts[n - 1][0] != "-")]
        yield found[1], names, len(values)


def wrong(command: str) -> list[str]:
    """What is wrong with a command, in sentences."""
    try:
        left = taken_apart(command)
    except ValueError as fault:
        return [str(fault)]
    said = []
    for name, given, unnamed in invoked(left):
        known = CMDLETS.get(name)
        if known is None:
            said.append(f"{name} is on no page")
            continue
        needs = known.needs.split()
        first = needs[:1] if unnamed else []
        said += [f"{name} has no -{each}" for each in given if each not in (*needs, *known.may.split())]
        said += [f"{name} needs -{each}" for each in needs if each not in (*given, *first)]
        said += [f"{name} takes no value without a name"] if unnamed > known.unnamed else []
    return said


@pytest.mark.parametrize("way", SIGN_INS)
def test_every_command_for_powershell_ends_its_quotations_and_knows_its_cmdlets(
    way: str, tmp_path: Path
) -> None:
    laid_out(tmp_path, sign_in=way, council="King's Marsh & “Sons”")
    found = [*commands((tmp_path / "for_the_administrator.md").read_text(encoding="utf-8"))]
    assert len(found) > 20
    assert {command: said for command in found if (said := wrong(command))} == {}


def test_every_cmdlet_of_the_table_is_on_a_page(tmp_path: Path) -> None:
    used = set[str]()
    for way in SIGN_INS:
        laid_out(tmp_path / way, sign_in=way)
        page = (tmp_path / way / "for_the_administrator.md").read_text(encoding="utf-8")
        used |= {name for command in commands(page) for name, *_ in invoked(taken_apart(command))}
    assert used == CMDLETS.keys()


@pytest.mark.parametrize(("command", "said"), [
    ("Get-MgSite -SiteId 'a", "' does not end"),
    ("New-MgApplication -DisplayName 'King's Marsh'", "' does not end"),
    ("$who = @(@{ id = $app.AppId })) ", ") closes nothing"),
    ("$who = @(@{ id = $app.AppId ", "} is missing"),
    ("Get-MgSite -SiteID 'a'", "Get-MgSite has no -SiteID"),
    ("Get-MgSite", "Get-MgSite needs -SiteId"),
    ("Get-MgSites -SiteId 'a'", "Get-MgSites is on no page"),
    ("Get-MgSite 'a' -SiteId 'a'", "Get-MgSite takes no value without a name"),
    ("$x = (Get-MgContext -Tenant 'a').TenantId", "Get-MgContext has no -Tenant"),
    ("Get-MgSitePermission -SiteId $site.Id -PermissionId $g.Id | Format-Lists Roles", "Format-Lists is on no page"),
    ("Get-MgContext; Remove-ManagementScope", "Remove-ManagementScope needs -Identity"),
])  # fmt: skip
def test_a_slip_in_a_command_is_found(command: str, said: str) -> None:
    assert said in wrong(command)
