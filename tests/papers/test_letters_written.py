"""How a letter's text file becomes a letter, and what is said when it is written wrongly."""

from __future__ import annotations

import re
from types import SimpleNamespace as Words

import pytest

from bot.errors import LetterRefused, SettingsError
from bot.papers.letters.letter_press import FRAME
from bot.papers.letters.letters import LONGEST_SUBJECT, Letters

BARE = "<html><head></head><body>{{ letter }}</body></html>"
ROWS = (Words(where="Section 1", what="empty"), Words(where="Section 2", what="unclear"))


def body(text: str, **words: object) -> str:
    """The letter's own HTML, spaces between elements left out."""
    html = Letters.from_texts({FRAME: BARE, "x": f"Subject: x\n\n{text}"}).letter("x", words).html
    inner = html.split("<body>", 1)[1].rsplit("</body>", 1)[0]
    return re.sub(r">\s+<", "><", inner).strip()


def faults(text: str, frame: str = BARE) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        Letters.from_texts({FRAME: frame, "07_x": text})
    return [problem.removeprefix("mail_templates/07_x.md, ") for problem in refusal.value.problems]


# ------------------------------------------------------------------------------------------------- Markdown and tags


def test_rows_of_a_table_can_be_repeated() -> None:
    html = body(
        "| Where | What |\n|---|---|\n{% for p in problems %}\n| {{ p.where }} | *{{ p.what }}* |\n{% endfor %}\n\nEnd",
        problems=ROWS,
    )
    rows = "<tr><td>Section 1</td><td><em>empty</em></td></tr><tr><td>Section 2</td><td><em>unclear</em></td></tr>"
    assert f"<tbody>{rows}</tbody>" in html
    assert html.endswith("<p>End</p>")


def test_a_table_without_rows_is_an_empty_table() -> None:
    html = body(
        "| Where | What |\n|---|---|\n{% for p in problems %}\n| {{ p.where }} | {{ p.what }} |\n{% endfor %}",
        problems=(),
    )
    assert "<tbody></tbody>" in html


def test_rows_can_be_chosen_inside_a_loop_and_one_after_another() -> None:
    text = (
        "| | |\n|---|---|\n{% for p in problems %}\n{% if p.what == 'empty' %}\n| E | {{ p.where }} |\n{% else %}\n"
        "| U | {{ p.where }} |\n{% endif %}\n{% endfor %}\n{% if days_late %}\n| Late | {{ days_late }} |\n{% endif %}"
    )
    html = body(text, problems=ROWS, days_late=3)
    assert re.findall(r"<t[dh][^>]*>(\w+)</t[dh]>", html) == ["E", "U", "Late", "3"]
    assert body(text, problems=ROWS, days_late=0).count("<tr>") == 2


@pytest.mark.parametrize(("mark", "tag"), [("-", "ul"), ("1.", "ol"), ("*", "ul")])
def test_items_of_a_list_can_be_repeated(mark: str, tag: str) -> None:
    html = body(f"{{% for k in kloes %}}\n{mark} {{{{ k }}}}\n{{% endfor %}}\n\nEnd", kloes=("one", "two"))
    assert html == f"<{tag}><li>one</li><li>two</li></{tag}><p>End</p>"


def test_a_tag_on_its_own_line_stands_between_paragraphs() -> None:
    text = "Before\n{% if due %}\nChosen\n{% else %}\nOther\n{% endif %}\nAfter"
    assert body(text, due=True) == "<p>Before</p><p>Chosen</p><p>After</p>"
    assert body(text, due=None) == "<p>Before</p><p>Other</p><p>After</p>"


def test_a_tag_inside_a_line_chooses_words() -> None:
    assert (
        body("It is {% if days_late %}late{% else %}in time{% endif %}.", days_late=1) == "<p>It is late.</p>"
    )


def test_a_whole_table_can_be_left_out() -> None:
    table = "| A |\n|---|\n{% for p in problems %}\n| {{ p.what }} |\n{% endfor %}"
    text = f"{{% if problems %}}\n\n{table}\n\n{{% endif %}}\n\nEnd"
    assert body(text, problems=()) == "<p>End</p>"
    assert body(text, problems=ROWS).count("<td>") == 2


def test_a_table_with_empty_headings_is_a_box_of_facts() -> None:
    html = body("| | |\n|---|---|\n| Audit | {{ greeting }} |", greeting="FSP-1")
    assert 'class="facts"' in html
    assert "<thead" not in html


def test_a_quotation_is_a_note_that_word_can_draw() -> None:
    html = body("> **{{ greeting }}**", greeting="x")
    assert html.startswith('<table class="note"')
    assert "<td><p><strong>x</strong></p></td>" in html


def test_a_button_is_drawn_as_a_cell_that_word_can_colour() -> None:
    html = body(
        'Now:\n\n{{ button("Held & done", uopp_held) }}\n\nEnd',
        uopp_held="mailto:a@b.example?subject=x&body=y",
    )
    assert re.search(r'<table class="button"[^>]* role="presentation"', html)
    assert '<td><a href="mailto:a@b.example?subject=x&amp;body=y">Held &amp; done</a></td>' in html
    assert html.startswith("<p>Now:</p><table")
    assert html.endswith("<p>End</p>")


def test_a_button_is_left_out_where_nobody_may_use_it() -> None:
    assert body('Now:\n\n{{ button("Held", uopp_held) }}\n\nEnd', uopp_held=None) == "<p>Now:</p><p>End</p>"


def test_a_button_can_stand_in_a_note_and_under_an_if() -> None:
    button = '{{ button("Held", uopp_held) }}'
    text = f"> Please\n>\n> {button}\n\n{{% if due %}}\n{button}\n{{% endif %}}"
    assert body(text, uopp_held="mailto:x", due=True).count("<a ") == 2
    assert body(text, uopp_held="mailto:x", due=None).count("<a ") == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('Use {{ button("Held", uopp_held) }} now', "a button stands on a line of its own"),
        ('- one\n- {{ button("Held", uopp_held) }} now', "a button stands on a line of its own"),
        ('| A |\n|---|\n| {{ button("Held", uopp_held) }} |', "a button stands on a line of its own"),
        ("{{ button(uopp_held) }}", 'write a button as {{ button("what it says", uopp_held) }}'),
        ('{{ button("Held", greeting) }}', 'write a button as {{ button("what it says", uopp_held) }}'),
        ('{{ button("Held", uopp_hold) }}', "there is no word “uopp_hold”. Did you mean “uopp_held”?"),
    ],
)
def test_a_button_that_is_not_written_like_one_is_named(text: str, fault: str) -> None:
    assert any(fault in found for found in faults(f"Subject: {{{{ audit.reference }}}}\n\n{text}"))


def test_html_in_a_letter_is_shown_as_it_was_typed() -> None:
    assert body("<b>x</b> <script>alert(1)</script>") == (
        "<p>&lt;b&gt;x&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )


def test_a_note_to_oneself_is_not_sent() -> None:
    assert body("A{# {{ not_a_word }} **not this** #}B") == "<p>AB</p>"


def test_words_inside_an_address_are_written_as_an_address_is() -> None:
    html = body(
        "[Reply](mailto:{{ council }}?subject={{ greeting | upper }}%20now)",
        council="a@b.example",
        greeting='x & "y',
    )
    assert '<a href="mailto:a@b.example?subject=X%20%26%20%22Y%20now">Reply</a>' in html


def test_the_longest_word_of_the_file_is_no_trouble_and_windows_line_ends_are_fine() -> None:
    letters = Letters.from_texts(
        {FRAME: BARE, "x": "\ufeffSubject: One\r\n\r\nTwo\r\n{% if due %}\r\nThree\r\n{% endif %}\r\n"}
    )
    letter = letters.letter("x", {"due": 1})
    assert letter.subject == "One"
    assert "<p>Two</p>" in letter.html
    assert "<p>Three</p>" in letter.html


def test_styles_are_put_into_each_element_of_a_repeated_row() -> None:
    frame = "<html><head><style>td { color: #123456 }</style></head><body>{{ letter }}</body></html>"
    text = "Subject: x\n\n| A |\n|---|\n{% for p in problems %}\n| {{ p.what }} |\n{% endfor %}"
    html = Letters.from_texts({FRAME: frame, "x": text}).letter("x", {"problems": ROWS}).html
    assert html.count('<td style="color: #123456') == 2


def test_the_frame_may_choose_and_use_words_too() -> None:
    row = "{% if council %}<tr><td>{{ council }}</td></tr>{% endif %}"
    frame = f"<html><body>{{{{ letter }}}}<table>{row}</table></body></html>"
    letters = Letters.from_texts({FRAME: frame, "x": "Subject: x\n\n{{ greeting }}"})
    assert letters.words("x") == {"council", "greeting"}
    html = letters.letter("x", {"council": "Wexcombe <b>", "greeting": "Hello"}).html
    assert "<tr><td>Wexcombe &lt;b&gt;</td></tr>" in html


# ------------------------------------------------------------------------------------------------- hostile values

HOSTILE = {
    "jinja": "{{ 7*7 }}{% for x in y %}{{ cycle.__class__ }}",
    "half a tag": "}} {% endif %} {#",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)></td></tr></table>",
    "attribute": '" onmouseover="alert(1)',
    "comment": "<!-- --><![endif]-->]]>",
    "markdown": "**bold** [x](javascript:alert(1)) | a | b |\n|---|\n# heading\n> quote\n- item",
    "line ends": "Audit\r\nBcc: everybody@evil.example\r\n\r\nHello",
    "right to left": "invoice\u202efdp.exe\u2066\u200f",
    "control characters": "a\x00b\x07c\x1bd\x85e",
    "half a character": "a\ud800b",
    "emoji": "👩🏽‍👧 zoë ﷽ 𝔘𝔬𝔓𝔓",
    "our own mark": "zq0bqz zq1vqz <!--zq0bqz-->",
    "formula": '=HYPERLINK("http://evil.example")',
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_value_is_only_ever_text(value: str) -> None:
    text = (
        "Subject: Audit {{ greeting }}\n\n{{ greeting }}\n\n| A | B |\n|---|---|\n{% for p in problems %}\n"
        "| {{ p.what }} | x |\n{% endfor %}\n\n[l](mailto:a@b.example?subject={{ greeting }})"
    )
    letters = Letters.from_texts({FRAME: BARE, "x": text})
    words = {"greeting": value, "problems": [Words(what=value)]}
    letter = letters.letter("x", words)
    plain = letters.letter("x", {"greeting": "V", "problems": [Words(what="V")]})
    assert re.findall(r"<[a-z/!][^>]*", re.sub(r'href="[^"]*"', "", letter.html)) == re.findall(
        r"<[a-z/!][^>]*", re.sub(r'href="[^"]*"', "", plain.html)
    )
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", letter.subject + letter.html
    )
    assert "\n" not in letter.subject
    assert re.search(r'href="mailto:a@b\.example\?subject=[\w.~%@-]*"', letter.html)
    assert "49" not in letter.html
    letter.html.encode("utf-8")
    letter.subject.encode("utf-8")


def test_a_subject_is_plain_text_and_is_not_written_as_html() -> None:
    letters = Letters.from_texts({FRAME: BARE, "x": "Subject: {{ council }} & co\n\nx"})
    assert (
        letters.letter("x", {"council": "Children & Families <CLA>"}).subject
        == "Children & Families <CLA> & co"
    )


def test_a_value_of_a_million_characters_is_cut_short() -> None:
    letters = Letters.from_texts({FRAME: BARE, "x": "Subject: {{ greeting }}\n\n{{ greeting }}"})
    letter = letters.letter("x", {"greeting": "<&>" * 333_333})
    assert len(letter.subject) == LONGEST_SUBJECT
    assert len(letter.html) < 20_000
    assert "… (cut short)" in letter.html


def test_no_filter_lets_a_value_through_as_html() -> None:
    for name in ("safe", "urlize", "tojson", "xmlattr", "forceescape"):
        assert (
            f"line 3: letters do not know “{name}”."
            in faults(f"Subject: x\n\n{{{{ greeting | {name} }}}}")[0]
        )


@pytest.mark.parametrize(
    "way",
    [
        "greeting.__class__",
        "greeting['__class__']",
        "to.__init__.__globals__",
        "greeting.format.__self__",
        "range(9)",
    ],
)
def test_a_letter_cannot_reach_into_the_program(way: str) -> None:
    with pytest.raises((LetterRefused, SettingsError)):
        Letters.from_texts({FRAME: BARE, "x": f"Subject: x\n\n{{{{ {way} }}}}"}).letter(
            "x", {"greeting": "a", "to": [], "range": None}
        )


# ------------------------------------------------------------------------------------------------- what is refused


def test_a_missing_frame_is_named() -> None:
    with pytest.raises(SettingsError, match=r"_frame\.html is missing"):
        Letters.from_texts({"x": "Subject: x\n\ny"})


def test_a_frame_without_room_for_the_letter_is_named() -> None:
    with pytest.raises(SettingsError, match=r"_frame\.html, “{{ letter }}”"):
        Letters.from_texts({FRAME: "<html></html>", "x": "Subject: x\n\ny"})


@pytest.mark.parametrize(
    "text", ["", "Hello", "Subject:\n\nHello", "subject: x\n\nHello", "\n\nSubject: x\n\nHello"]
)
def test_a_letter_begins_with_its_subject(text: str) -> None:
    assert faults(text) == ["line 1: the first line must be “Subject:” and what the letter is about."]


def test_a_letter_has_a_text_below_an_empty_line() -> None:
    assert faults("Subject: x\n\n") == ["the letter is empty below its subject."]
    assert "leave an empty line" in faults("Subject: x\nHello")[0]


def test_an_unknown_word_is_named_with_the_nearest_right_one() -> None:
    assert faults("Subject: {{ audit.reference }}\n\n{{ greting }}, {{ audit.refernce }} {{ due.by }}") == [
        "line 3: there is no word “greting”. Did you mean “greeting”?",
        "line 3: there is no “audit.refernce”; “audit” has only audit_type, auditor, auditors_head_of_service, "
        "earlier_audit, head_of_service, iro_or_cp_chair, moderator, mosaic_number, outcome_type, practitioner, "
        "reference, restricted, services_involved, team, team_manager. Did you mean “reference”?",
        "line 3: there is no “due.by”; “due” has only on, why.",
    ]


@pytest.mark.parametrize("word", ["audit.child_name", "audit.date_of_birth", "audit.ethnicity", "child_name"])
def test_no_letter_can_ask_for_the_childs_details(word: str) -> None:
    assert "there is no" in faults(f"Subject: x\n\n{{{{ {word} }}}}")[0]


def test_parts_are_followed_through_loops_and_filters() -> None:
    wrong = faults(
        "Subject: {{ cycle.name }}\n\n{% for a in audits | sort(attribute='team') %}\n{{ a.auditor.nme }}\n"
        "{{ (audits | first).tem }} {{ audits[0].taem }}\n{% endfor %}\n\n{{ cycle.heads_of_service[0].email }}"
    )
    assert [re.search(r"“([^”]*)”", fault)[1] for fault in wrong] == ["a.auditor.nme", "it.tem", "it.taem"]  # type: ignore[index]


def test_a_word_of_another_sort_of_letter_is_named_as_such() -> None:
    assert faults("Subject: {{ audit.reference }}\n\n{{ due.why }} {{ waiting }}") == [
        "line 3: “waiting” is a word of another sort of letter; a letter with the other words here has no such word."
    ]


def test_bold_that_would_be_seen_as_stars_is_named_whichever_branch_it_stands_in() -> None:
    assert faults("Subject: x\n\n{% if due %}Fine.{% else %}**Nothing is asked.**{% endif %}") == [
        "line 3: “**Nothing is asked.**” is not bold. Put the full stop at its end behind the stars."
    ]
    assert faults("Subject: x\n\n{% if due %}*For you.*{% endif %}") == [
        "line 3: “*For you.*” is not italic. Put the full stop at its end behind the stars."
    ]
    assert "<strong>Nothing is asked</strong>." in body(
        "{% if due %}Fine.{% else %}**Nothing is asked**.{% endif %}", due=None
    )


def test_a_mistake_in_a_tag_is_named_with_its_line() -> None:
    assert faults("Subject: x\n\nHello\n\n{% if due %}\nx\n")[0].startswith("line 5: ")
    assert faults("Subject: x\n\nHello {{ greeting }\n")[0].startswith("line 3: ")
    assert faults("Subject: {{ x\n\nHello")[0].startswith("line 1: ")
    assert faults("Subject: x\nPreview: {% if due %}x\n\nHello{% endif %}")[0].startswith("line 2: ")


def test_an_unknown_way_of_showing_is_named_with_the_nearest_right_one() -> None:
    assert faults("Subject: x\n\n{{ today | dya }}") == [
        "line 3: letters do not know “dya”. Did you mean “day”?"
    ]


@pytest.mark.parametrize(
    "tag",
    ["include 'x'", "import 'x' as y", "macro m() %}{% endmacro", "block b %}{% endblock", "raw %}{% endraw"],
)
def test_only_three_kinds_of_tags_are_used(tag: str) -> None:
    word = tag.split()[0]
    assert f"line 3: “{word}” is not used in letters, only if, for and set." in faults(
        f"Subject: x\n\n{{% {tag} %}}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "- {% if due %}one\n- two{% endif %}",
        "A {% if due %}b\n\nc{% endif %} d",
        "**a {% if due %}b** c{% endif %}",
        "| A | B |\n|---|---|\n| {% if due %}a | b{% endif %} |",
    ],
)
def test_a_tag_that_crosses_paragraphs_items_or_cells_is_named(text: str) -> None:
    assert "does not stand in the same paragraph" in faults(f"Subject: x\n\n{text}")[0]


@pytest.mark.parametrize(
    "link", ["[x](http://a.example)", "[x]({{ greeting }})", "[x](ftp://a.example)", "[x](/there)"]
)
def test_a_link_leads_to_a_mail_or_a_secure_page(link: str) -> None:
    assert "must begin with https:// or mailto:" in faults(f"Subject: x\n\n{link}")[0]


def test_all_faults_of_all_letters_are_listed_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        Letters.from_texts(
            {
                FRAME: BARE,
                "a": "No subject",
                "b": "Subject: x\n\n{{ gretting }}",
                "c": "Subject: x\n\n{% if %}",
            }
        )
    assert [problem.split(",")[0] for problem in refusal.value.problems] == [
        f"mail_templates/{n}.md" for n in "abc"
    ]


def test_an_empty_word_is_named_with_its_line_and_never_printed() -> None:
    letters = Letters.from_texts(
        {FRAME: BARE, "x": "Subject: x\n\nDear\n{{ audit.auditor.name }},\n\n{{ due.on | day }}"}
    )
    with pytest.raises(
        LetterRefused, match=r"nobody and nothing to take “name” from \(line 4, {{ audit\.auditor\.name }}\)"
    ):
        letters.letter("x", {"audit": Words(auditor=None), "due": Words(on=None)})
    with pytest.raises(LetterRefused, match=r"it is empty \(line 6, {{ due\.on \| day }}\)"):
        letters.letter("x", {"audit": Words(auditor=Words(name="A")), "due": Words(on=None)})


def test_an_empty_word_in_the_subject_is_named_too() -> None:
    letters = Letters.from_texts({FRAME: BARE, "x": "Subject: {{ greeting }}\n\nx"})
    with pytest.raises(
        LetterRefused, match=r"The subject of the letter “x” cannot be filled in: it is empty \(line 1"
    ):
        letters.letter("x", {"greeting": None})


def test_an_unknown_letter_is_refused() -> None:
    letters = Letters.from_texts({FRAME: BARE})
    with pytest.raises(LetterRefused, match="There is no letter “07_y”"):
        letters.letter("07_y", {})
