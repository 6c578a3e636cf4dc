"""The document library: where its files are, what they may be called, and what becomes of them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from asking import SITE, Asking, code, fresh

import sandbox
from sandbox.tenant.sites.content import quick_xor

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
GRAIN = 320 * 1024


@pytest.fixture
def ask(running: sandbox.Running) -> Iterator[Asking]:
    found = fresh(running)
    yield found
    found.close()


@pytest.fixture
def drive(ask: Asking) -> str:
    return f"/drives/{ask.get(f'{SITE}/drive')['id']}"


def word_file() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr(
            "[Content_Types].xml", '<Types xmlns="x"><Default Extension="xml" ContentType="a/b"/></Types>'
        )
        out.writestr("_rels/.rels", '<Relationships xmlns="x"></Relationships>')
        out.writestr("word/document.xml", "<w:document/>")
    return made.getvalue()


def put(
    ask: Asking, drive: str, path: str, data: bytes = b"one", conflict: str = "fail"
) -> requests.Response:
    rule = f"?@microsoft.graph.conflictBehavior={conflict}"
    return ask("PUT", f"{drive}/root:/{quote(path)}:/content{rule}", data)


def content(ask: Asking, path: str) -> bytes:
    answer = ask("GET", path)
    assert answer.status_code == 302
    elsewhere = answer.headers["Location"]
    assert elsewhere.split("/")[2] != ask.tenant.url.split("/")[2]
    return requests.get(elsewhere, verify=str(ask.tenant.ca_path), timeout=10).content


def test_the_address_of_an_office_file_is_a_page_and_not_its_path(ask: Asking, drive: str) -> None:
    made = put(ask, drive, "Returned/A 1.docx").json()
    found = [
        made,
        ask.get(f"{drive}/items/{made['id']}"),
        *ask.get(f"{drive}/root:/Returned:/children")["value"],
    ]
    for each in found:
        assert "/_layouts/15/Doc.aspx?sourcedoc=%7B" in each["webUrl"]
        assert "file=A%201.docx" in each["webUrl"]
    (changed,) = [f for f in ask.get(f"{drive}/root/delta")["value"] if f.get("name") == "A 1.docx"]
    path = f"https://{ask.tenant.site_host}/sites/audit/Shared%20Documents/Returned/A%201.docx"
    assert changed["webUrl"] == path
    assert ask.get(f"{drive}/items/{made['id']}?$select=webDavUrl")["webDavUrl"] == path
    assert put(ask, drive, "Returned/b.txt").json()["webUrl"].endswith("/Shared%20Documents/Returned/b.txt")


def test_a_file_is_reached_by_every_address_microsoft_gives_it(ask: Asking, drive: str) -> None:
    made = put(ask, drive, "Returned/a.docx", b"bytes").json()
    site, drive_id = ask.get(SITE)["id"], drive.removeprefix("/drives/")
    folder = ask.get(f"{drive}/root:/Returned")
    for start in (drive, f"/sites/{site}/drive", f"/sites/{site}/drives/{drive_id}", f"{SITE}/drive",
                  f"{SITE}/lists/Documents/drive"):  # fmt: skip
        for place in (f"items/{made['id']}", "root:/Returned/a.docx", "root:/returned/A.docx:",
                      f"items/{folder['id']}:/a.docx", "items/root:/Returned/a.docx:"):  # fmt: skip
            assert ask.get(f"{start}/{place}")["id"] == made["id"], f"{start}/{place}"
        assert content(ask, f"{start}/root:/Returned/a.docx:/content") == b"bytes"
        assert content(ask, f"{start}/items/{made['id']}/content") == b"bytes"
        assert [f["id"] for f in ask.get(f"{start}/items/{folder['id']}/children")["value"]] == [made["id"]]
    assert ask.get(f"{SITE}/drives")["value"][0]["id"] == ask.get(drive)["id"] == drive_id
    assert "@microsoft.graph.downloadUrl" in ask.get(f"{drive}/items/{made['id']}")
    assert code(ask("GET", "/drives/b!nothing/root")) == (404, "itemNotFound")


@pytest.mark.parametrize("name", ['a"b.docx', "a*.docx", "a:b", "a<b", "a?.docx", "a\\b", "a|b", "CON", "lpt1.docx",
                                  " a.docx", "a.docx ", "a.", ".a", "~$a.docx", "desktop.ini", "_vti_a"])  # fmt: skip
def test_a_name_sharepoint_cannot_keep_is_refused(ask: Asking, drive: str, name: str) -> None:
    assert ask("POST", f"{drive}/root/children", {"name": name, "folder": {}}).status_code == 400
    made = put(ask, drive, "fine.docx").json()
    assert ask("PATCH", f"{drive}/items/{made['id']}", {"name": name}).status_code == 400
    if ":" not in name:
        assert put(ask, drive, name).status_code == 400
        assert ask("POST", f"{drive}/root:/{quote(name)}:/createUploadSession", {}).status_code == 400


@pytest.mark.parametrize(
    "name", ["a#b.docx", "100%.docx", "a (1).docx", "a ().docx", "it's.docx", "a+b & c.docx", "é.docx"]
)
def test_every_other_name_is_kept_as_it_is(ask: Asking, drive: str, name: str) -> None:
    made = put(ask, drive, f"Kept/{name}", name.encode()).json()
    assert made["name"] == name
    assert ask.get(f"{drive}/root:/Kept/{quote(name)}")["id"] == made["id"]
    assert content(ask, f"{drive}/root:/Kept/{quote(name)}:/content") == name.encode()


def test_a_file_that_is_there_is_kept_replaced_or_given_another_name(ask: Asking, drive: str) -> None:
    first = put(ask, drive, "a.txt", b"one").json()
    assert code(put(ask, drive, "A.TXT", b"two", "fail")) == (409, "nameAlreadyExists")
    assert put(ask, drive, "a.txt", b"two", "rename").json()["name"] == "a 1.txt"
    again = put(ask, drive, "a.txt", b"three", "replace")
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert again.json()["eTag"] != first["eTag"]
    assert again.json()["cTag"] != first["cTag"]
    assert put(ask, drive, "a.txt", b"x", "perhaps").status_code == 400
    assert put(ask, drive, "a.txt/b.txt").status_code == 409


def test_a_file_is_renamed_moved_copied_and_deleted(ask: Asking, drive: str) -> None:
    made, other = put(ask, drive, "Kept/a.txt", b"one").json(), put(ask, drive, "Other/b.txt").json()
    path = f"{drive}/items/{made['id']}"
    renamed = ask("PATCH", path, {"name": "c.txt"}).json()
    assert (renamed["id"], renamed["name"], renamed["cTag"]) == (made["id"], "c.txt", made["cTag"])
    folder = other["parentReference"]["id"]
    assert code(ask("PATCH", path, {"name": "b.txt", "parentReference": {"id": folder}})) == (
        409,
        "nameAlreadyExists",
    )
    assert (
        ask("PATCH", path, {"parentReference": {"id": folder}}).json()["parentReference"]["name"] == "Other"
    )
    assert code(ask("PATCH", path, {"name": "d.txt"}, **{"If-Match": made["eTag"]})) == (
        412,
        "resourceModified",
    )
    copied = ask("POST", f"{path}/copy", {"name": "copy.txt"})
    assert copied.status_code == 202
    progress = requests.get(copied.headers["Location"], verify=str(ask.tenant.ca_path), timeout=10).json()
    assert (progress["status"], progress["resourceId"] != made["id"]) == ("completed", True)
    assert content(ask, f"{drive}/items/{progress['resourceId']}/content") == b"one"
    assert ask("DELETE", f"{drive}/items/{folder}").status_code == 204
    assert ask("GET", path).status_code == 404
    assert [f["name"] for f in ask.get(f"{drive}/root/children?$orderby=name")["value"]] == ["Kept"]


def test_a_large_file_goes_up_by_ranges_elsewhere_without_a_token(ask: Asking, drive: str) -> None:
    data = bytes(range(256)) * 2600
    session = ask("POST", f"{drive}/root:/Kept/large.bin:/createUploadSession", {}).json()
    url, trust = session["uploadUrl"], {"verify": str(ask.tenant.ca_path), "timeout": 10}
    assert url.split("/")[2] != ask.tenant.url.split("/")[2]

    def up(first: int, last: int, **headers: str) -> requests.Response:
        whole = {"Content-Range": f"bytes {first}-{last}/{len(data)}", **headers}
        return requests.put(url, data=data[first : last + 1], headers=whole, **trust)  # type: ignore[arg-type]

    assert up(0, GRAIN - 1, Authorization="Bearer x").status_code == 401
    assert up(0, 999).status_code == 400
    assert up(GRAIN, 2 * GRAIN - 1).status_code == 416
    assert session["nextExpectedRanges"] == ["0-"]
    missing = [f"{GRAIN}-{len(data) - 1}"]  # to the end, once a range has said where that is
    assert up(0, GRAIN - 1).json()["nextExpectedRanges"] == missing
    assert requests.get(url, **trust).json()["nextExpectedRanges"] == missing  # type: ignore[arg-type]
    assert up(GRAIN, 2 * GRAIN - 1).status_code == 202
    made = up(2 * GRAIN, len(data) - 1)
    assert (made.status_code, made.json()["size"]) == (201, len(data))
    assert content(ask, f"{drive}/root:/Kept/large.bin:/content") == data
    again = ask("POST", f"{drive}/root:/Kept/large.bin:/createUploadSession", {})
    assert code(again) == (409, "nameAlreadyExists")
    given_up = ask("POST", f"{drive}/root:/Kept/l2.bin:/createUploadSession", {}).json()["uploadUrl"]
    assert requests.delete(given_up, **trust).status_code == 204  # type: ignore[arg-type]
    assert requests.get(given_up, **trust).status_code == 404  # type: ignore[arg-type]


def test_an_upload_waits_for_its_last_word_and_outlives_a_name_taken_meanwhile(
    ask: Asking, drive: str
) -> None:
    trust: dict[str, Any] = {"verify": str(ask.tenant.ca_path), "timeout": 10}

    def begun(name: str, **more: Any) -> str:
        url = ask("POST", f"{drive}/root:/Kept/{name}:/createUploadSession", {"item": {"name": name}, **more})
        found: str = url.json()["uploadUrl"]
        return found

    whole = {"Content-Range": "bytes 0-3/4"}
    waiting = begun("a.bin", deferCommit=True)
    assert requests.put(waiting, data=b"four", headers=whole, **trust).status_code == 202
    assert ask("GET", f"{drive}/root:/Kept/a.bin").status_code == 404
    assert requests.post(waiting, **trust).status_code == 201
    late = begun("b.bin")
    put(ask, drive, "Kept/b.bin", b"first")
    assert code(requests.put(late, data=b"four", headers=whole, **trust)) == (409, "nameAlreadyExists")
    assert requests.get(late, **trust).status_code == 200
    other = {"item": {"name": "other"}}
    assert ask("POST", f"{drive}/root:/Kept/c.bin:/createUploadSession", other).status_code == 400


def test_what_people_do_with_a_file_leaves_its_id_alone(ask: Asking, drive: str) -> None:
    made = put(ask, drive, "Kept/a.docx", b"one").json()
    path = f"{drive}/items/{made['id']}"
    ask.tenant.ask("PATCH", "/files", {"path": "Kept/a.docx", "to": "Elsewhere/2026/b.docx"})
    moved = ask.get(path)
    assert (moved["name"], moved["parentReference"]["name"]) == ("b.docx", "2026")
    assert ask("GET", f"{drive}/root:/Kept/a.docx").status_code == 404
    ask.tenant.ask("PATCH", "/files", {"path": "Elsewhere/2026/b.docx", "locked": True})
    for method, at, body in (
        ("PUT", f"{path}/content", b"two"),
        ("PATCH", path, {"name": "c.docx"}),
        ("DELETE", path, None),
        ("PATCH", f"{path}/listItem/fields", {"Title": "x"}),
    ):
        assert code(ask(method, at, body)) == (423, "resourceLocked")
    assert content(ask, f"{path}/content") == b"one"
    ask.tenant.ask("PATCH", "/files", {"path": "Elsewhere/2026/b.docx", "locked": False})
    assert ask("PUT", f"{path}/content", b"two").status_code == 200
    ask.tenant.ask("POST", "/files", {"path": "Elsewhere/2026/b.docx", "base64": "dGhyZWU="})
    assert content(ask, f"{path}/content") == b"three"
    ask.tenant.ask("DELETE", "/files?path=Elsewhere/2026/b.docx")
    assert ask("GET", path).status_code == 404


def test_the_hash_is_the_one_microsoft_describes(ask: Asking, drive: str) -> None:
    # by the description: each byte XORed in at a place 11 bits on, 160 bits around, the length at the end
    def slowly(data: bytes) -> int:
        bits = [0] * 160
        for n, byte in enumerate(data):
            for k in range(8):
                bits[(n * 11 + k) % 160] ^= byte >> k & 1
        return sum(bit << k for k, bit in enumerate(bits)) ^ len(data) << 96

    import base64

    for data in (b"", b"hello world", bytes(range(256)) * 3):
        assert int.from_bytes(base64.b64decode(quick_xor(data)), "little") == slowly(data)
    made = put(ask, drive, "a.bin", b"hello world").json()
    assert made["file"]["hashes"] == {"quickXorHash": quick_xor(b"hello world")}


def test_a_word_file_may_come_back_with_other_bytes_and_the_same_words(ask: Asking, drive: str) -> None:
    data = word_file()
    assert content(ask, f"{drive}/items/{put(ask, drive, 'a.docx', data).json()['id']}/content") == data
    ask.tenant.ask("POST", "/behaviours", {"Word files are rewritten": True})
    made = put(ask, drive, "b.docx", data).json()
    back = content(ask, f"{drive}/items/{made['id']}/content")
    assert hashlib.sha256(back).digest() != hashlib.sha256(data).digest()
    assert made["size"] == len(back) != len(data)
    with zipfile.ZipFile(io.BytesIO(back)) as found:
        assert found.read("word/document.xml") == b"<w:document/>"
        assert b"ContentTypeId" in found.read("docProps/custom.xml")
        assert b"custom-properties" in found.read("_rels/.rels")
    assert put(ask, drive, "c.txt", b"plain").json()["size"] == 5


def test_a_library_may_encrypt_what_an_app_downloads(ask: Asking, drive: str) -> None:
    made = put(ask, drive, "a.docx", word_file()).json()
    ask.tenant.ask("POST", "/behaviours", {"library encrypts downloads": True})
    assert content(ask, f"{drive}/items/{made['id']}/content")[:2] == b"\xd0\xcf"


def test_a_file_has_a_row_with_columns_and_its_row_has_the_file(ask: Asking, drive: str) -> None:
    made = put(ask, drive, "Kept/a.docx").json()
    path = f"{drive}/items/{made['id']}/listItem"
    row = ask.get(f"{path}?$expand=fields")
    assert row["fields"]["FileLeafRef"] == "a.docx"
    changed = ask("PATCH", f"{path}/fields", {"Title": "Audit"})
    assert (changed.status_code, changed.json()["Title"]) == (200, "Audit")
    same = ask.get(f"{SITE}/lists/Documents/items/{row['id']}?$expand=fields,driveItem")
    assert (same["fields"]["Title"], same["driveItem"]["id"]) == ("Audit", made["id"])
    assert ask("PATCH", f"{path}/fields", {"Colour": "x"}).status_code == 400
    assert ask("POST", f"{SITE}/lists/Documents/items", {"fields": {}}).status_code == 400
    assert ask("DELETE", f"{SITE}/lists/Documents/items/{row['id']}").status_code == 204
    assert ask("GET", f"{drive}/items/{made['id']}").status_code == 404


def test_just_after_an_upload_the_columns_of_a_file_may_be_busy_once(ask: Asking, drive: str) -> None:
    ask.tenant.ask("POST", "/behaviours", {"fields busy after an upload": True})
    made = put(ask, drive, "a.docx").json()
    row = ask.get(f"{drive}/items/{made['id']}/listItem")["id"]
    path = f"{SITE}/lists/Documents/items/{row}/fields"
    assert code(ask("PATCH", path, {"Title": "Audit"})) == (409, "resourceModified")
    assert ask("PATCH", path, {"Title": "Audit"}).status_code == 200


def test_delta_tells_what_changed_in_the_library(ask: Asking, drive: str) -> None:
    made: dict[str, Any] = put(ask, drive, "Kept/a.docx").json()
    link = ask.get(f"{drive}/root/delta")["@odata.deltaLink"]
    assert ask.get(link)["value"] == []
    put(ask, drive, "Kept/b.docx")
    assert [f["name"] for f in ask.get(link)["value"]] == ["b.docx"]
    ask("DELETE", f"{drive}/items/{made['id']}")
    (gone,) = [f for f in ask.get(link)["value"] if "deleted" in f]
    assert gone["id"] == made["id"]
    assert ask("GET", f"{drive}/root/delta?token=nonsense").status_code == 410


def test_select_leaves_what_was_asked_for_of_a_file(ask: Asking, drive: str) -> None:
    made = put(ask, drive, "a.docx").json()
    found = ask.get(f"{drive}/items/{made['id']}?$select=id,eTag")
    assert {name for name in found if "@" not in name} == {"id", "eTag"}
    assert ask("GET", f"{drive}/items/{made['id']}?$select=colour").status_code == 400
    assert ask("GET", f"{drive}/root/children?$select=colour").status_code == 400
