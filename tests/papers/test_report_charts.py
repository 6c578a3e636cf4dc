"""A chart drawn in Word, with the report's numbers in all the places where Word keeps numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from report_files import (
    CHART,
    DOCUMENT,
    SHIPPED,
    WP,
    C,
    W,
    charts,
    drawn,
    edited,
    everything,
    page,
    parts,
    report,
    reworded,
    template,
    text,
    workbook_of,
)
from report_pieces.report_file import ReportFile

from bot.papers.reports.grade_colours import GRADE_COLOURS
from bot.papers.reports.word_report import fill
from bot.papers.word.controls import printable
from bot.programme.reports.report import Chart
from bot.programme.vocabulary import Grade

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
GRADES = tuple(grade.in_full for grade in Grade)


def _bars(file: ReportFile) -> None:
    file.grade_bars("bars", "One", "Two")


BARS = template(_bars)
CLUSTERED = reworded(BARS, ("percentStacked", "clustered"), ('<c:overlap val="100"/>', ""), part=CHART)


def chart(*series: tuple[str, tuple[int | None, ...]], categories: tuple[str, ...] = ("a", "b")) -> Chart:
    return Chart("What there is", categories, series, "What there is to see")


@st.composite
def drawings(draw: st.DrawFn) -> Chart:
    categories = draw(st.lists(st.text(max_size=30), min_size=1, max_size=7))
    names = draw(st.lists(st.text(max_size=20) | st.sampled_from(GRADES), max_size=30, unique_by=printable))
    values = st.tuples(*[st.integers(0, 9999) | st.none()] * len(categories))
    return chart(*((name, draw(values)) for name in names), categories=tuple(categories))


@settings(max_examples=25, deadline=None)
@given(drawings())
def test_numbers_stand_as_given_in_the_chart_and_in_its_workbook(given_chart: Chart) -> None:
    found = fill(CLUSTERED, report(charts={"bars": given_chart}))
    series = {printable(name): list(values) for name, values in given_chart.series}
    untold = {n for values in series.values() for n, value in enumerate(values) if value is None}
    categories = [
        printable(name) + (" [c]" if n in untold else "") for n, name in enumerate(given_chart.categories)
    ]
    assert drawn(found, "bars") == (categories if series else [], series)
    assert workbook_of(found, "bars") == drawn(found, "bars")


def test_of_the_templates_own_numbers_nothing_is_left_anywhere() -> None:
    """Not in the chart, not in the workbook inside it, not in series that were put aside, not in labels typed by hand,
    not in a picture of the first page, and not in a chart that the report has nothing for."""
    hidden = (
        '<c:extLst><c:ext uri="{02D57815-91ED-43cb-92C2-25804820EDAC}" '
        'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"><c15:filteredBarSeries><c15:ser><c:val>'
        '<c:numRef><c:numCache><c:pt idx="0"><c:v>770077</c:v></c:pt></c:numCache></c:numRef></c:val></c15:ser>'
        "</c15:filteredBarSeries></c:ext></c:extLst>"
    )
    label = (
        '<c:dLbl><c:idx val="0"/><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>770077</a:t></a:r></a:p></c:rich></c:tx>'
        "</c:dLbl>"
    )
    preview = (
        '<Relationship Id="p" Target="docProps/p.emf" '
        'Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"/>'
    )
    end = "</Relationships>"
    sample = reworded(
        template(_bars, lambda f: f.grade_bars("more", "x")), (end, preview + end), part="_rels/.rels"
    )
    for n in (1, 2):
        plants = (
            ("<c:v>1</c:v>", "<c:v>770071</c:v>"),
            ("<c:v>2</c:v>", "<c:v>770072</c:v>"),
            ("<c:v>3</c:v>", "<c:v>770073</c:v>"),
            ("</c:barChart>", f"{hidden}</c:barChart>"),
            ("<c:dLbls>", f"<c:dLbls>{label}"),
        )
        sample = reworded(sample, *plants, part=f"word/charts/chart{n}.xml")
        sample = edited(
            sample, {f"word/embeddings/chart{n}.xlsx": lambda _: b"770077"}, {"docProps/p.emf": b"770077"}
        )
    assert everything(sample).count("77007") > 20
    found = fill(sample, report(charts={"bars": chart(("Good", (1, 2)), ("Awful", (3, 4)))}))
    assert "77007" not in everything(found)
    assert charts(found).keys() == {"bars"}
    assert "[nothing under “more”]" in text(page(found))
    assert [
        name for name in parts(found) if "embeddings" in name or name.startswith("word/charts/chart")
    ] == [
        "word/charts/chart1.xml",
        "word/embeddings/chart1-numbers.xlsx",
    ]


def test_a_number_that_is_not_told_is_nowhere() -> None:
    """A gap in the chart, an empty cell in the workbook; and its category says that it is no nought."""
    found = fill(CLUSTERED, report(charts={"bars": chart(("Good", (None, 12)), ("Inadequate", (7, None)))}))
    expected = {"Good": [None, 12], "Inadequate": [7, None]}
    assert drawn(found, "bars") == (["a [c]", "b [c]"], expected)
    assert workbook_of(found, "bars") == (["a [c]", "b [c]"], expected)
    part = parts(found)[charts(found)["bars"]].decode()
    assert '<c:dispBlanksAs val="gap"/>' in part


def test_a_bar_of_a_hundred_per_cent_that_lacks_a_piece_is_left_empty() -> None:
    """The other pieces would be drawn too long, and their share of the whole would be false."""
    found = fill(BARS, report(charts={"bars": chart(("Good", (5, 12)), ("Inadequate", (7, None)))}))
    assert drawn(found, "bars") == (["a", "b [c]"], {"Good": [5, None], "Inadequate": [7, None]})
    assert workbook_of(found, "bars") == drawn(found, "bars")


def _colour(data: bytes, name: str) -> list[str]:
    root = etree.fromstring(parts(data)[charts(data)["bars"]])
    series = next(s for s in root.iter(f"{C}ser") if s.findtext(f"{C}tx//{C}v") == name)
    return [e.get("val") for e in series.iterfind(f"{C}spPr/{A}solidFill/{A}srgbClr")]


def test_a_series_keeps_the_colour_the_team_gave_it_and_a_new_one_gets_that_of_its_grade() -> None:
    good = GRADE_COLOURS["Good"].fill

    def without_inadequate(data: bytes) -> bytes:
        root = etree.fromstring(data.replace(good.encode(), b"00AA00"))
        series = list(root.iter(f"{C}ser"))[-1]
        series.getparent().remove(series)
        return etree.tostring(root)

    theirs = edited(BARS, {CHART: without_inadequate})
    found = fill(theirs, report(charts={"bars": chart(*((g, (1, 2)) for g in (*GRADES, "Not graded")))}))
    assert _colour(found, "Good") == ["00AA00"]
    assert _colour(found, "Outstanding") == [GRADE_COLOURS["Outstanding"].fill]
    assert _colour(found, "Inadequate") == [GRADE_COLOURS["Inadequate"].fill]
    assert _colour(found, "Not graded") == []
    assert list(drawn(found, "bars")[1]) == [*GRADES, "Not graded"]


def test_series_have_their_own_numbers_in_order() -> None:
    """Word repairs a chart in which two series have the same number."""
    found = fill(BARS, report(charts={"bars": chart(*((g, (1, 2)) for g in reversed(GRADES)))}))
    root = etree.fromstring(parts(found)[charts(found)["bars"]])
    for name in ("idx", "order"):
        assert [s.find(f"{C}{name}").get("val") for s in root.iter(f"{C}ser")] == ["0", "1", "2", "3"]
    order = ["idx", "order", "tx", "spPr", "invertIfNegative", "dLbls", "cat", "val"]
    for series in root.iter(f"{C}ser"):
        assert [e.tag.removeprefix(C) for e in series] == order
    assert [e.tag.removeprefix(C) for e in root][-4:] == ["chart", "spPr", "txPr", "externalData"]


def test_the_alternative_text_says_the_finding() -> None:
    found = fill(BARS, report(charts={"bars": chart(("Good", (1, 2)))}))
    about = next(page(found).iter(f"{WP}docPr"))
    assert (about.get("title"), about.get("descr")) == ("bars", "What there is to see")
    assert text(page(found)).startswith("What there is")


@pytest.mark.parametrize("kept", ["descr", "name"])
def test_a_charts_name_may_stand_where_words_own_window_shows_it(kept: str) -> None:
    """Word shows the description alone in its window for alternative text, and the name in its list of objects."""

    def without_title(data: bytes) -> bytes:
        root = etree.fromstring(data)
        about = next(root.iter(f"{WP}docPr"))
        del about.attrib["title"]
        about.set(kept, "bars")
        return etree.tostring(root)

    named = edited(BARS, {DOCUMENT: without_title})
    found = fill(named, report(charts={"bars": chart(("Good", (1, 2)))}))
    assert drawn(found, "bars")[1] == {"Good": [1, 2]}


def test_a_chart_without_a_workbook_or_linked_to_one_outside_gets_its_own() -> None:
    link = reworded(
        BARS,
        ('Target="../embeddings/chart1.xlsx"', 'Target="file:///C:/numbers.xlsx" TargetMode="External"'),
        part="word/charts/_rels/chart1.xml.rels",
    )
    outside = '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
    bare = reworded(BARS, (outside, ""), part=CHART)
    for each in (link, bare):
        found = fill(each, report(charts={"bars": chart(("Good", (1, 2)))}))
        assert workbook_of(found, "bars")[1] == {"Good": [1, 2]}
        assert 'numbers.xlsx" TargetMode' not in everything(found)


def test_the_title_drawn_in_the_chart_is_the_reports() -> None:
    title = (
        '<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:rPr b="1"/><a:t>Sam</a:t></a:r><a:r><a:t>ple 34</a:t></a:r>'
        "</a:p><a:p><a:r><a:t>of 60</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    )
    titled = reworded(BARS, ("<c:chart>", f"<c:chart>{title}"), part=CHART)
    found = fill(titled, report(charts={"bars": chart(("Good", (1, 2)))}))
    root = etree.fromstring(parts(found)[charts(found)["bars"]])
    rich = root.find(f"{C}chart/{C}title//{C}rich")
    assert ["".join(t.text for t in p.iter(f"{A}t")) for p in rich.iter(f"{A}p")] == ["What there is"]
    assert rich.find(f"{A}p/{A}r/{A}rPr").get("b") == "1"


def test_every_grade_has_the_same_colour_in_the_shipped_template() -> None:
    for name in charts(SHIPPED):
        root = etree.fromstring(parts(SHIPPED)[charts(SHIPPED)[name]])
        series = list(root.iter(f"{C}ser"))
        found = {
            s.findtext(f"{C}tx//{C}v"): s.find(f"{C}spPr/{A}solidFill/{A}srgbClr").get("val") for s in series
        }
        assert found == {grade.in_full: GRADE_COLOURS[grade.value].fill for grade in Grade}


def test_a_picture_of_the_sample_kept_beside_a_chart_goes() -> None:
    """Word keeps one for programs that cannot draw a chart."""

    def wrapped(data: bytes) -> bytes:
        mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
        held = data.decode()
        inner = held[held.index("<w:drawing>") : held.index("</w:drawing>") + len("</w:drawing>")]
        picture = '<w:pict><x:imagedata xmlns:x="urn:schemas-microsoft-com:vml" r:id="rIdOld"/></w:pict>'
        choice = f'<mc:Choice xmlns:mc="{mc}" Requires="w14">{inner}</mc:Choice>'
        both = f"{choice}<mc:Fallback>{picture}</mc:Fallback>"
        return held.replace(
            inner, f'<mc:AlternateContent xmlns:mc="{mc}">{both}</mc:AlternateContent>'
        ).encode()

    end = "</Relationships>"
    picture = f'<Relationship Id="rIdOld" Type="http://x/image" Target="media/old.png"/>{end}'
    beside = reworded(BARS, (end, picture), part="word/_rels/document.xml.rels")
    beside = edited(beside, {DOCUMENT: wrapped}, {"word/media/old.png": b"770077"})
    found = fill(beside, report(charts={"bars": chart(("Good", (1, 2)))}))
    assert "770077" not in everything(found)
    assert drawn(found, "bars")[1] == {"Good": [1, 2]}


def test_a_figure_in_a_persons_place_is_theirs() -> None:
    def enclosed(data: bytes) -> bytes:
        root = etree.fromstring(data)
        figure = next(root.iter(f"{W}drawing")).getparent().getparent()
        place = etree.fromstring(
            f'<w:sdt xmlns:w="{W[1:-1]}"><w:sdtPr><w:tag w:val="write.own"/></w:sdtPr><w:sdtContent/></w:sdt>'
        )
        figure.addprevious(place)
        place.find(f"{W}sdtContent").append(figure)
        return etree.tostring(root)

    theirs = edited(BARS, {DOCUMENT: enclosed})
    found = fill(theirs, report(charts={"bars": chart(("Good", (1, 2)))}))
    assert drawn(found, "bars") == drawn(theirs, "bars")


def test_plain_bars_have_the_number_at_their_end_and_no_key() -> None:
    plain = template(lambda f: f.plain_bars("steps", "Audits", "Below Good", "Meeting held"))
    found = fill(plain, report(charts={"steps": chart(("Audits", (21, 0)))}))
    assert drawn(found, "steps") == (["a", "b"], {"Audits": [21, 0]})
    part = parts(found)[charts(found)["steps"]].decode()
    assert '<c:dLblPos val="outEnd"/>' in part
    assert "c:legend>" not in part
