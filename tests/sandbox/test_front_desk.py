"""The front desk answers its own page and programs of this machine, and nobody else."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from sandbox.tenant.run import Running


def answer(running: Running, headers: dict[str, str]) -> tuple[int, str]:
    desk = urlsplit(running.front_desk_url)
    connection = http.client.HTTPConnection(desk.hostname or "", desk.port)
    connection.request("POST", "/api/faults", b"{}", {"Content-Type": "application/json", **headers})
    reply = connection.getresponse()
    said = reply.read().decode()
    connection.close()
    return reply.status, said


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "somewhere.example"},
        {"Host": "127.0.0.1.somewhere.example"},
        {"Host": "somewhere.example:8080"},
        {"Origin": "https://somewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost"},
    ],
)
def test_a_page_of_another_site_cannot_speak_to_the_front_desk(
    running: Running, headers: dict[str, str]
) -> None:
    status, said = answer(running, headers)
    assert status == 403, said
    assert "only its own page" in said


def test_its_own_page_and_programs_of_this_machine_can(running: Running) -> None:
    own = running.front_desk_url
    port = urlsplit(own).port
    for headers in ({}, {"Origin": own}, {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}):
        status, said = answer(running, headers)
        assert status == 400, said  # it was read, and lacks what a fault needs
