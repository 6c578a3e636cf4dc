"""Addresses that letters may go to: one mailbox of the council each."""

from __future__ import annotations

import pytest

from bot.programme.addresses import fault_of_address

COUNCIL = ("wexcombe.example",)


@pytest.mark.parametrize(
    "text", ["ada.auditor@wexcombe.example", "o'neill+audits@wexcombe.example", "a@WEXCOMBE.example"]
)
def test_letters_go_to_one_mailbox_of_the_council(text: str) -> None:
    assert fault_of_address(text, COUNCIL) == ""


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "@wexcombe.example", "ada@", "ada@@wexcombe.example", "a@b@wexcombe.example",
        "ada@wexcombe.example, evil@elsewhere.example", "ada@wexcombe.example;evil@elsewhere.example",
        "Auditors: ada@wexcombe.example;", "undisclosed-recipients:;", "Ada <ada@wexcombe.example>",
        '"evil@elsewhere.example"@wexcombe.example', "ada(evil)@wexcombe.example", "ada @wexcombe.example",
        "ada@wexcombe.example\r\nBcc: evil@elsewhere.example", "ada@wexcombe.example\n", "ada\x00@wexcombe.example",
        "аda@wexcombe.example", "ａda@wexcombe.example", "ada.\u200b@wexcombe.example", "ada@[127.0.0.1]",
        "ada%elsewhere.example@wexcombe.example", "elsewhere.example!ada@wexcombe.example",
        "ada..auditor@wexcombe.example", ".ada@wexcombe.example", f"{'a' * 300}@wexcombe.example",
    ],
)  # fmt: skip
def test_what_is_not_one_mailbox_is_no_address(text: str) -> None:
    assert fault_of_address(text, COUNCIL) == "is not the address of one mailbox"


def test_a_guest_is_no_colleague() -> None:
    guest = "gus.guest_elsewhere.example#EXT#@wexcombe.example"
    assert fault_of_address(guest, COUNCIL) == "is a guest's in the council's directory"


@pytest.mark.parametrize(
    "domain",
    ["elsewhere.example", "wexcombe.example.elsewhere.example", "mail.wexcombe.example", "wexcornbe.example"],
)
def test_another_domain_is_outside_the_council(domain: str) -> None:
    assert fault_of_address(f"ada@{domain}", COUNCIL) == "is outside the council"
