"""Views and colours, which Graph cannot make: put in by SharePoint's own interface, and never over anybody's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_prepare import MOMENT, Office, empty, first_day, office

import sandbox
from bot.daily_run.own_interface import own_interface
from bot.errors import RequestRefused
from bot.office.sharepoint import SharePoint
from bot.papers.list_views import AWAITED, GRADES, VIEWS
from bot.programme.preparing.wanted import WantedView
from bot.programme.vocabulary import Problem
from bot.settings import load

__all__ = ["empty", "office"]  # pytest finds them by their names
LIST = "Audit allocations"
COLOURED = len(GRADES) + len(AWAITED)


@pytest.fixture
def certified(office: Office) -> Office:
    """The council on its first day, signed in with a certificate."""
    tenant = office.tenant
    lines = f'certificate = "{tenant.certificate_path}"\nkey = "{tenant.key_path}"\n'
    given = office.profile.read_text(encoding="utf-8")
    office.profile.write_text(given.replace("[audit_team]", f"{lines}\n[audit_team]"), encoding="utf-8")
    return office


def looks(office: Office) -> tuple[dict[str, Any], dict[str, str]]:
    """The views by title and the formats by column, as people see them."""
    found = office.tenant.ask("GET", f"/lists/{LIST}/views")
    return {view["title"]: view for view in found["views"]}, found["formats"]


def test_an_empty_site_gets_its_views_and_colours_and_then_there_is_nothing_to_do(certified: Office) -> None:
    certified.role("manage")
    status, said = certified.prepare("--preview")
    assert (status, said.count("the view “")) == (10, len(VIEWS))
    assert not certified.owner.get("/sites/wexcombe.sharepoint.example:/sites/audit:/lists")["value"][1:]
    status, said = certified.prepare("--yes")
    assert status == 0, said
    views, formats = looks(certified)
    assert set(views) == {"All Items", *(view.name for view in VIEWS)}
    assert views["This week"]["fields"][0] == "LinkTitle"
    assert "<Today" in views["This week"]["query"]
    assert views["By Head of Service"]["query"].startswith("<GroupBy")
    assert not any(view["personal"] for view in views.values())
    assert views["All Items"]["default"], "what people open first stays what it was"
    assert len(formats) == COLOURED
    assert json.loads(formats["Final grade"])["txtContent"] == "@currentField"
    assert "[$AuditReturnedOn]" in json.loads(formats["Audit due"])["style"]["background-color"]
    certified.role("write")
    status, said = certified.prepare()
    assert (status, said[:13]) == (0, "Nothing to do"), said
    assert "·" not in said, "nothing is said of what is as it ought to be"


def test_a_view_and_a_format_that_somebody_edited_stay_as_they_are_and_are_said(certified: Office) -> None:
    certified.role("manage")
    certified.prepare("--yes")
    certified.tenant.ask("POST", f"/lists/{LIST}/views", {"title": "This week", "fields": ["LinkTitle"]})
    mine = {"column": "Final grade", "formatter": '{"elmType": "span"}'}
    certified.tenant.ask("POST", f"/lists/{LIST}/settings", mine)
    before = looks(certified)
    status, said = certified.told("--yes")
    assert (status, said["steps"], said["left"]) == (0, [], []), "it is a person's to say how the list looks"
    assert [note["what"].split(";")[0] for note in said["notes"]] == [
        "The view “This week” is there and is not as it would be made",
        "The column “Final grade” has a format that is not the bot's",
    ]
    assert looks(certified) == before


def test_a_view_that_was_renamed_or_deleted_is_made_again_beside_the_other(certified: Office) -> None:
    certified.role("manage")
    certified.prepare("--yes")
    certified.tenant.ask("POST", f"/lists/{LIST}/views", {"title": "This week", "to": "Monday"})
    assert certified.told("--yes")[0] == 0
    assert {"This week", "Monday"} <= set(looks(certified)[0])


def test_what_sharepoint_says_in_its_own_spelling_is_the_same(certified: Office) -> None:
    certified.role("manage")
    certified.prepare("--yes")
    views, formats = looks(certified)
    spelled = views["This week"]["query"].replace('"/>', '" />').replace('"', "'")
    certified.tenant.ask("POST", f"/lists/{LIST}/views", {"title": "This week", "query": spelled})
    compact = {"column": "Final grade", "formatter": json.dumps(json.loads(formats["Final grade"]))}
    certified.tenant.ask("POST", f"/lists/{LIST}/settings", compact)
    status, said = certified.told("--preview")
    assert (status, said["steps"], said["notes"]) == (0, [], [])


def test_a_view_names_the_columns_by_the_names_they_were_made_under(certified: Office) -> None:
    certified.role("manage")
    theirs: list[dict[str, Any]] = [{"name": "Confirmed", "dateTime": {"format": "dateOnly"}}]
    site = "/sites/wexcombe.sharepoint.example:/sites/audit:"
    certified.owner("POST", f"{site}/lists", {"displayName": LIST, "columns": theirs})
    status, said = certified.prepare("--yes")
    assert status == 0, said
    fields = looks(certified)[0]["All for the Audit Team"]["fields"]
    assert "Confirmed" in fields
    assert "ConfirmedOn" not in fields


def test_with_a_secret_it_says_exactly_that_and_writes_the_files(office: Office) -> None:
    office.role("manage")
    status, said = office.told("--yes", "--views", str(office.folder / "views"))
    assert status == 0, "what cannot be had in this way is not asked for every day"
    (note,) = said["notes"]
    assert "takes no app that signs in with a secret" in note["what"]
    assert "certificate, a managed identity or workload identity federation" in note["what"]
    assert "an owner of the site puts in" in note["what"]
    assert len(said["views"]) == COLOURED + 2
    assert set(looks(office)[0]) == {"All Items"}


@pytest.mark.parametrize(
    ("roles", "grant", "told"),
    [
        ([], "manage", "Entra has not consented to SharePoint’s own Sites.Selected"),
        (["Sites.Selected"], "write", "The bot may not make lists, columns and views on the site."),
    ],
)
def test_what_is_lacking_is_told_with_who_gives_it(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], roles: list[str],
    grant: str, told: str,
) -> None:  # fmt: skip
    seed = first_day()
    seed["app"] |= {"sharepoint_roles": roles, "site_role": grant}
    with sandbox.run(seed) as tenant:
        tenant.ask("POST", "/clock", {"now": MOMENT.isoformat()})
        monkeypatch.setenv("AUDIT_BOT_TENANT_FILE", str(tenant.folder / "tenant.json"))
        found = Office(tenant, tmp_path, capsys)
        given = found.profile.read_text(encoding="utf-8")
        lines = f'certificate = "{tenant.certificate_path}"\nkey = "{tenant.key_path}"\n'
        found.profile.write_text(given.replace("[audit_team]", f"{lines}\n[audit_team]"), encoding="utf-8")
        _, said = found.told("--yes")
        found.owner.close()
    words = [*said["left"], *said["notes"]]
    assert [each["who"] for each in words if told in each["what"]] == ["the IT administrator"]


def test_a_grant_that_makes_lists_no_more_leaves_views_to_be_made(certified: Office) -> None:
    certified.role("manage")
    broken = {"kind": "refused", "method": "POST", "path": "/views/add$", "times": 99, "status": 403}
    certified.tenant.ask("POST", "/faults", broken)
    status, said = certified.told("--yes")
    certified.tenant.ask("DELETE", "/faults")
    assert status == 10
    (left,) = said["left"]
    assert "SharePoint’s own Sites.Selected" in left["what"]
    assert "--views DIR" in left["what"]
    assert certified.told("--yes")[0] == 0
    assert len(looks(certified)[0]) == 1 + len(VIEWS)


@pytest.mark.parametrize("kind", ["timeout after", "answer lost", "request lost"])
def test_a_view_whose_answer_was_lost_is_completed_by_the_next_and_is_not_there_twice(
    certified: Office, kind: str
) -> None:
    certified.role("manage")
    broken = {"kind": kind, "method": "POST", "path": "/views/add$", "times": 1, "skip": 1}
    certified.tenant.ask("POST", "/faults", broken)
    status, said = certified.told("--yes")
    certified.tenant.ask("DELETE", "/faults")
    assert status == 10
    assert "Run it again" in said["left"][0]["what"]
    assert certified.told("--yes")[0] == 0
    titles = [view["title"] for view in certified.tenant.ask("GET", f"/lists/{LIST}/views")["views"]]
    assert sorted(titles) == sorted(["All Items", *(view.name for view in VIEWS)])


def test_where_sharepoint_itself_is_out_of_reach_everything_else_is_made(certified: Office) -> None:
    certified.role("manage")
    certified.prepare("--yes")
    certified.tenant.ask("POST", "/faults", {"kind": "refused", "path": "/_api/", "times": 99, "status": 401})
    status, said = certified.told("--yes")
    certified.tenant.ask("DELETE", "/faults")
    assert (status, said["steps"]) == (0, [])
    assert "Views and colours were not looked at" in said["notes"][0]["what"]


def test_somebody_who_does_what_is_planned_first_is_not_overruled(certified: Office) -> None:
    certified.role("manage")
    certified.prepare("--yes")
    list_id = certified.owner.get(f"/sites/wexcombe.sharepoint.example:/sites/audit:/lists/{LIST}")["id"]
    before = looks(certified)
    with own_interface(load(certified.profile)) as own:
        assert isinstance(own, SharePoint)
        own.draw(list_id, "FinalGrade", "{}")
        own.add_view(list_id, WantedView("this week", ("LinkTitle",), ""))
        with pytest.raises(RequestRefused):
            own.draw(list_id, "Nothing", "{}")
    assert looks(certified) == before


def test_no_host_but_sharepoints_is_handed_a_token(certified: Office) -> None:
    settings = load(certified.profile)
    live = settings.tenant.model_copy(update={"live": True})
    for host, url in [
        ("wexcombe.sharepoint.com", "https://wexcombe.sharepoint.com"),
        ("wexcombe.sharepoint.com.example", ""),
        ("example", ""),
    ]:
        named = settings.model_copy(update={"tenant": live, "site_host": host})
        assert named.sharepoint_url == url
        if not url:
            with own_interface(named) as own:
                assert isinstance(own, Problem)
                assert "gets no token" in own.what
