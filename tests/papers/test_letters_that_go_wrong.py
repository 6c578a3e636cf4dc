"""Whatever people write into a letter's file: that letter is stopped and told, and never another, and never the run."""

from __future__ import annotations

from datetime import date
from time import perf_counter
from types import SimpleNamespace as Words

import pytest
from letter_samples import COMMON, samples, texts
from looked_through import looked_at as looked_at

from bot.errors import LetterRefused
from bot.papers.letters.letter_as_shipped import letter_changed
from bot.papers.letters.letter_press import FRAME, press_for
from bot.papers.letters.letters import Letters

WORDS = {
    **COMMON, "greeting": "Dear Ama", "days_late": 0, "kloes": ("a", "b", "c") * 100, "to": [Words(name="Ama")],
    "audits": [Words(reference=str(n)) for n in range(200)], "due": None, "today": date(2026, 3, 26),
}  # fmt: skip

STOPPED_WHEN_READ = {
    "an unknown word": ("{{ greetin }}", "line 3: there is no word “greetin”. Did you mean “greeting”?"),
    "an unclosed tag": ("{% if due %}\nx", "line 3: “{% if due %}” has no {% endif %} behind it"),
    "an unclosed brace": ("{{ greeting", "line 3: “{{ greeting” is not closed"),
    "a lost brace": ("Dear\n\n{{ greeting }", "line 5: “{{ greeting }” is not closed"),
    "a brace lost at the beginning": ("{ greeting }}", "line 3: “{ greeting }}” would be seen as it is"),
    "one brace for two": ("Dear { greeting },", "line 3: “Dear { greeting }” would be seen as it is"),
    "an inner end lost": (
        "{% if due %}\n{% for n in due %}\n{% endif %}", "line 4: “{% for n in due %}” has no {% endfor %} behind it",
    ),
    "an end too many": ("{% endfor %}", "line 3: “{% endfor %}” has no {% for … %} before it"),
    "a misspelt tag": ("{% iff due %}x{% endif %}", "line 3: letters do not know the tag “iff”. Did you mean “if”?"),
    "a curly quotation mark": ("{% if greeting == “x” %}x{% endif %}", "write straight quotation marks"),
    "a loop that calls itself": ("{% for a in kloes recursive %}{{ loop(kloes) }}{% endfor %}", "recursive"),
    "a file without an end": ("x" * 200_000, "longer than"),
    "brackets without an end": (f"{{{{ {'(' * 3000}1{')' * 3000} }}}}", "cannot be read"),
    "more loops in loops than anybody follows": (
        "".join(f"{{% for a{n} in to %}}" for n in range(40)) + "x" + "{% endfor %}" * 40,
        "line 3: more than 12 tags stand inside one another",
    ),
    "another tag": ("{% macro m() %}{% endmacro %}", "“macro” is not used in letters"),
}  # fmt: skip
STOPPED_WHEN_WRITTEN = {
    "a division by zero": ("{{ 5 / days_late }}", "zero (line 3, {{ 5 / days_late }})"),
    "a division by nothing": ("{{ 5 // 0 }}", "zero (line 3"),
    "a remainder of nothing": ("{{ 5 % days_late }}", "zero (line 3"),
    "a power that never ends": ("{{ 9 ** 9 ** 9 }}", "not “**”"),
    "a text many times over": ('{{ "x" * 9999999999 }}', "not “*”"),
    "a list many times over": ("{{ [1] * 9999999999 }}", "not “*”"),
    "a text with a width": ('{{ "%9999999999d" % 1 }}', "not “%”"),
    "a method with a width": ('{{ "x".ljust(9999999999) }}', "not safely callable"),
    "loops in loops": (
        "".join(f"{{% for {c} in audits %}}" for c in "abc") + "x" * 100 + "{% endfor %}" * 3, "longer than",
    ),
    "loops in loops that say nothing": (
        "".join(f"{{% for {c} in audits %}}" for c in "abcdef") + "{% endfor %}" * 6, "loops do not end",
    ),
    "a text that doubles": (
        '{% set a = "xxxxxxxxxx" %}' + "{% set a = a ~ a %}" * 40 + "{{ a }}", "becomes longer",
    ),
    "a text that is replaced by longer ones": (
        "{% set a = kloes | join %}" + "{% set a = a | replace('a', 'aaaaaaaaaa') %}" * 40,
        "becomes longer",
    ),
    "a part of nothing": ("{{ due.on }}", "nobody and nothing to take “on” from (line 3, {{ due.on }})"),
    "a number as a day": ("{{ days_late | day }}", "(line 3, {{ days_late | day }})"),
    "a text as a number": ("{{ greeting + 1 }}", "(line 3, {{ greeting + 1 }})"),
    "the ninth of one": ("{{ to[9].name }}", "(line 3"),
}  # fmt: skip


def test_a_file_is_looked_through_once_however_often_the_mailbox_is_and_again_when_it_is_changed(
    looked_at: list[str],
) -> None:
    press_for.cache_clear()
    for marking in ("", "LOOKED AT ONCE", ""):
        assert not Letters.as_they_are(texts(), marking=marking).faults, (
            "the marking is put in with the words"
        )
    assert sorted(looked_at) == sorted(text for name, text in texts().items() if name != FRAME)
    looked_at.clear()
    slipped = {**texts(), "07_audit_reminder": "Subject: Audits\n\n{{ greetin }}"}
    assert [*Letters.as_they_are(slipped).faults] == ["07_audit_reminder"]
    assert looked_at == [slipped["07_audit_reminder"]]
    assert Letters.as_they_are({**texts(), FRAME: ""}).faults, "another frame, another press"


def test_letters_found_good_are_read_when_they_are_needed_and_looked_through_again_when_one_is_changed(
    looked_at: list[str],
) -> None:
    good = Letters.as_they_are(texts(), marking="FOUND GOOD ONCE")
    press_for.cache_clear()
    looked_at.clear()
    again = Letters.as_they_are(texts(), marking="FOUND GOOD ONCE", found_good=good.text_code)
    assert (looked_at, again.faults, sorted(again.names())) == ([], {}, sorted(good.names()))
    assert again.letter("00_digest", samples()["00_digest"]) == good.letter(
        "00_digest", samples()["00_digest"]
    )
    assert looked_at == [texts()["00_digest"]]
    for other, marking in (
        ({**texts(), "07_audit_reminder": "Subject: Audits\n\n{{ greetin }}"}, "FOUND GOOD ONCE"),
        ({**texts(), FRAME: ""}, "FOUND GOOD ONCE"),
        (texts(), "ANOTHER MARKING"),
    ):
        press_for.cache_clear()
        looked_at.clear()
        found = Letters.as_they_are(other, marking=marking, found_good=good.text_code)
        assert (found.faults == {}) is (marking == "ANOTHER MARKING")
        assert found.text_code != good.text_code
        assert looked_at
    unreadable = Letters.as_they_are(
        texts(), unreadable={"07_x": "it cannot be opened."}, found_good=good.text_code
    )
    assert (unreadable.text_code, [*unreadable.faults]) == ("", ["07_x"])


def test_a_letter_found_good_by_mistake_is_refused_by_itself() -> None:
    slipped = {**texts(), "07_x": "Subject: Audits\n\n{{ greetin }}"}
    code = Letters.as_they_are(slipped).text_code
    letters = Letters.as_they_are(slipped, found_good=code)
    with pytest.raises(LetterRefused, match=r"07_x.*greetin"):
        letters.letter("07_x", WORDS)
    assert letters.letter("00_digest", samples()["00_digest"]).html


def beside(text: str) -> Letters:
    folder = {**texts(), "07_x": f"Subject: Audits\n\n{text}"}
    return Letters.as_they_are(folder)


@pytest.mark.parametrize(("text", "said"), STOPPED_WHEN_READ.values(), ids=STOPPED_WHEN_READ.keys())
def test_a_letter_that_is_wrong_is_stopped_with_its_file_and_line_and_the_others_go(
    text: str, said: str
) -> None:
    letters = beside(text)
    assert set(letters.faults) == {"07_x"}
    assert any(
        said in fault and fault.startswith("mail_templates/07_x.md, ") for fault in letters.faults["07_x"]
    )
    with pytest.raises(
        LetterRefused, match=r"“07_x” waits until its file is put right: mail_templates/07_x\.md"
    ):
        letters.letter("07_x", WORDS)
    assert letters.letter("00_digest", samples()["00_digest"]).html


@pytest.mark.parametrize(("text", "said"), STOPPED_WHEN_WRITTEN.values(), ids=STOPPED_WHEN_WRITTEN.keys())
def test_a_letter_that_goes_wrong_while_it_is_written_is_stopped_soon_and_the_others_go(
    text: str, said: str
) -> None:
    letters = beside(text)
    began = perf_counter()
    with pytest.raises(LetterRefused, match="07_x") as refused:
        letters.letter("07_x", WORDS)
    assert perf_counter() - began < 15
    assert said in str(refused.value)
    assert letters.letter("00_digest", samples()["00_digest"]).html


def test_a_subject_that_goes_wrong_is_stopped_too() -> None:
    letters = Letters.as_they_are({**texts(), "07_x": "Subject: {{ 1 / days_late }}\n\nHello"})
    with pytest.raises(
        LetterRefused, match=r"subject of the letter “07_x” .*zero \(line 1, {{ 1 / days_late }}\)"
    ):
        letters.letter("07_x", WORDS)


def test_a_file_that_cannot_be_read_stops_its_letter_alone() -> None:
    folder = {name: text for name, text in texts().items() if name != "07_audit_reminder"}
    letters = Letters.as_they_are(
        folder, unreadable={"07_audit_reminder": "line 4: a sign that is not UTF-8."}
    )
    with pytest.raises(
        LetterRefused, match=r"mail_templates/07_audit_reminder\.md, line 4: a sign that is not UTF-8"
    ):
        letters.letter("07_audit_reminder", WORDS)
    assert "07_audit_reminder" in letters.names()
    assert letters.letter("00_digest", samples()["00_digest"]).html


@pytest.mark.parametrize(
    "frame", ["<html></html>", "<html>{{ letter }}{% if %}</html>", "{{ lettr }} {{ letter }}", ""]
)
def test_paper_that_cannot_be_used_is_told_and_the_letters_go_on_plain_paper(frame: str) -> None:
    letters = Letters.as_they_are({**texts(), FRAME: frame}, marking="OFFICIAL")
    assert set(letters.faults) == {FRAME}
    written = letters.letter("07_audit_reminder", samples()["07_audit_reminder"])
    for what in ("OFFICIAL", "FSP-2026-03-014", "Grace Mensah", "automated message", "outside the council"):
        assert what in written.html


def test_a_letter_nobody_has_is_named_with_the_nearest() -> None:
    with pytest.raises(LetterRefused, match="Did you mean “07_audit_reminder”"):
        beside("x").letter("07_audit_remindr", WORDS)


def test_a_letter_saved_over_another_stops_both_and_no_third() -> None:
    folder = texts()
    written = Letters.as_they_are({**folder, "10_inadequate_alert": folder["07_audit_reminder"] + "\n"})
    assert set(written.faults) == {"10_inadequate_alert", "07_audit_reminder"}
    (said,) = written.faults["10_inadequate_alert"]
    assert said.endswith(
        "says word for word what 07_audit_reminder.md says: one of the two was saved over the other."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A friendly reminder", "Only a reminder", ""),
        ("{{ greeting }}", "{{greeting}}", ""),
        ('> {{ button("Return the audit", return_audit) }}\n', "", 'without {{ button("Return the audit"'),
        ("return_audit)", "confirm_list)", 'with {{ button("Return the audit", confirm_list) }}'),
        ('== "Re-audit"', '== "Reaudit"', 'with {% if audit.audit_type == "Reaudit" %}'),
        ("{{ greeting }}", "{{ greeting }}, [see](https://elsewhere.example/x)", "with https://elsewhere.example/x"),
        ("{{ greeting }}", "{{ greeting }} [us](mailto:a@b.example)", "with mailto:a@b.example"),
    ],
)  # fmt: skip
def test_what_follows_from_a_changed_letter_is_told_and_its_wording_is_not(
    old: str, new: str, said: str
) -> None:
    shipped = texts()["07_audit_reminder"]
    assert old in shipped
    told = letter_changed(shipped.replace(old, new, 1), shipped)
    assert said in told if said else told == ""
