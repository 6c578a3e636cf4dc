"""Which audit came back: everything that says so must agree, and only what is expected is taken in (§7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from people import AUDITOR, HEAD_OF_SERVICE, MARCH, MODERATOR, PRACTITIONER, TEAM_MANAGER, Story, audit, day

from bot.programme.answers.matching import (
    Accepted,
    Decision,
    FormFacts,
    HeldBack,
    Identity,
    KnownAlready,
    RecordCame,
    decision,
)
from bot.programme.events import EventKind
from bot.programme.messages.post import Post
from bot.programme.vocabulary import Allocation, AuditType, Grade, Part, Record, RecordKind

FACTS = FormFacts(
    "FSP-2026-03-001.docx",
    "sha",
    "FSP-2026-03-001",
    Part.AUDITOR,
    Grade.GOOD,
    None,
    "Robin Example",
    "1234567",
)
POST = Post(
    "m1", "<m1>", AUDITOR.email, "RE: Audit FSP-2026-03-001", datetime(2026, 3, 10, 9, tzinfo=UTC),
    cc=(MODERATOR.email,),
)  # fmt: skip


def decided(
    *, post: Post = POST, story: Story | None = None, thread: tuple[str, ...] = (), together: tuple[str, ...] = (),
    row: dict[str, Any] | None = None, **facts: Any,
) -> Decision:  # fmt: skip
    rows: dict[str, Allocation] = {
        a.reference: a for a in (audit(1, **(row or {})), audit(2, mosaic_number="7654321"))
    }
    history = (story or Story()).history
    return decision(post, replace(FACTS, **facts), rows, {MARCH.name: MARCH}, history, thread, together)


def reason(found: Decision) -> str:
    assert isinstance(found, HeldBack), found
    return f"{found.category}: {found.reason}"


def test_a_form_about_which_everything_agrees_is_taken_in() -> None:
    found = decided()
    assert isinstance(found, Accepted)
    assert found.parts == (Part.AUDITOR,)


ANOTHER_CHILD: dict[str, tuple[dict[str, Any], str]] = {
    "the file's name": ({"name": "FSP-2026-03-002.docx"}, "file's name says FSP-2026-03-002"),
    "a name the list does not know": ({"name": "FSP 2026 03 555.docx"}, "file's name says FSP-2026-03-555"),
    "the subject": ({"post": replace(POST, subject="Audit FSP-2026-03-002")}, "subject says FSP-2026-03-002"),
    "the thread": ({"thread": ("FSP-2026-03-002",)}, "a letter about FSP-2026-03-002"),
    "the Mosaic number": ({"mosaic_number": "7654321"}, "Mosaic number in the form is not the one"),
    "the child's name": ({"child_name": "Sam Other"}, "name in the form is not the one"),
}


@pytest.mark.parametrize("what", ANOTHER_CHILD)
def test_anything_that_names_another_child_holds_the_form_and_the_reason_names_no_child(what: str) -> None:
    changes, fragment = ANOTHER_CHILD[what]
    said = reason(decided(**changes))
    assert said.startswith("Possible wrong child")
    assert fragment in said
    assert not any(word in said for word in ("Robin", "Sam", "1234567", "7654321"))


def test_the_childs_number_may_be_written_with_other_spaces_and_the_name_in_other_letters() -> None:
    assert isinstance(decided(mosaic_number=" 1234567", child_name="ROBIN  example"), Accepted)


def test_a_form_that_names_no_child_is_known_by_its_reference() -> None:
    assert isinstance(decided(mosaic_number="", child_name=""), Accepted)


def test_two_forms_answered_in_one_thread_do_not_contradict_each_other() -> None:
    both = ("FSP-2026-03-001", "FSP-2026-03-002")
    post = replace(POST, subject="RE: Audit FSP-2026-03-002")
    assert isinstance(decided(post=post, thread=("FSP-2026-03-002",), together=both), Accepted)


def test_a_form_without_a_reference_or_with_an_unknown_one_is_asked_about() -> None:
    assert "carries no reference" in reason(decided(reference=""))
    assert "not in the list" in reason(decided(reference="FSP-2026-03-999"))


def test_a_form_from_somebody_else_is_held() -> None:
    assert reason(decided(post=replace(POST, sender=HEAD_OF_SERVICE.email))).startswith(
        "Sent by someone else"
    )


def test_the_same_file_again_is_nothing_new() -> None:
    story = Story()
    story.returned("Tue 10 Mar 2026", "Good")
    sha = next(iter(story.history.files["101"]))
    assert isinstance(decided(story=story, sha256=sha), KnownAlready)


def test_another_version_with_the_same_grade_is_taken_in_and_with_another_is_held() -> None:
    story = Story()
    story.returned("Tue 10 Mar 2026", "Good")
    assert isinstance(decided(story=story), Accepted)
    changed = reason(decided(story=story, auditor_grade=Grade.INADEQUATE))
    assert changed.startswith("Differs from an earlier return")
    assert "now Inadequate; it was Good" in changed


def test_a_moderator_who_changed_the_auditors_grade_in_the_file_is_asked() -> None:
    story = Story()
    story.returned("Tue 10 Mar 2026", "Good")
    found = decided(
        story=story, post=replace(POST, sender=MODERATOR.email), part=Part.BOTH, auditor_grade=Grade.INADEQUATE,
        moderated_grade=Grade.GOOD,
    )  # fmt: skip
    assert reason(found).startswith("Differs from an earlier return")


def test_a_full_audit_on_a_form_without_a_grade_is_incomplete() -> None:
    assert reason(decided(auditor_grade=None)).startswith("Incomplete")
    dip = {"audit_type": AuditType.DIP_SAMPLE}
    assert isinstance(decided(auditor_grade=None, row=dip), Accepted)


def test_a_restricted_record_carries_words_in_place_of_the_child() -> None:
    words = "Restricted record: ask the Audit Team"
    assert isinstance(decided(row={"restricted": True}, mosaic_number=words, child_name=words), Accepted)
    assert reason(decided(row={"restricted": True}, mosaic_number="7654321")).startswith(
        "Possible wrong child"
    )
    assert reason(decided(mosaic_number=words)).startswith("Possible wrong child")


def test_a_record_that_comes_after_moderation_is_for_the_audit_team_to_enter() -> None:
    story = Story()
    story.returned("Mon 16 Mar 2026", "Requires Improvement")
    story.moderated("Tue 17 Mar 2026", "Requires Improvement")
    said = reason(decided(story=story, auditor_grade=None))
    assert said.startswith("A record to enter: ")
    assert "please enter its date" in said


@pytest.mark.parametrize(("grade", "row", "kind", "taken"), [
    ("Inadequate", {}, RecordKind.UOPP, True),
    ("Inadequate", {}, RecordKind.REVIEW, True),
    ("Inadequate", {}, RecordKind.SIX_WEEKS, False),
    ("Inadequate", {"safety_steps_ended_on": day("Thu 19 Mar 2026")}, RecordKind.UOPP, False),
    ("Requires Improvement", {}, RecordKind.UOPP, False),
])  # fmt: skip
def test_the_record_of_a_meeting_that_goes_on_for_the_child_is_taken_though_the_audit_was_withdrawn(
    grade: str, row: dict[str, Any], kind: RecordKind, taken: bool
) -> None:
    story = Story()
    story.returned("Mon 16 Mar 2026", "Inadequate")
    story.moderated("Tue 17 Mar 2026", grade)
    record = Record(kind, day("Thu 19 Mar 2026"))
    found = decided(story=story, row={"withdrawn": True, **row}, auditor_grade=None, record=record)
    assert isinstance(found, RecordCame) is taken
    assert taken or "is withdrawn, and yet a form came back" in reason(found)


def test_a_dip_sample_is_taken_in_on_its_own_form_and_not_with_a_grade() -> None:
    dip = {"audit_type": AuditType.DIP_SAMPLE}
    assert isinstance(decided(row=dip, auditor_grade=None), Accepted)
    assert "which has no grade, and a graded form came for it" in reason(decided(row=dip))


def test_whoever_should_have_the_audit_and_was_not_copied_is_named() -> None:
    found = decided()
    assert isinstance(found, Accepted)
    assert found.notes == ("Pru Practitioner and Tia Manager were not copied in; please pass it on.",)
    copied = decided(post=replace(POST, to=(PRACTITIONER.email, TEAM_MANAGER.email)))
    assert isinstance(copied, Accepted)
    assert copied.notes == ()


def test_a_correction_that_was_asked_for_may_carry_another_grade() -> None:
    story = Story()
    story.returned("Tue 10 Mar 2026", "Inadequate")
    by = day("Tue 17 Mar 2026")
    asked = {"rectification_by": by}
    assert isinstance(decided(story=story, row=asked, auditor_grade=Grade.GOOD), Accepted), "on the very day"
    story.happened(
        "Wed 11 Mar 2026", EventKind.RECTIFICATION_SEEN, f"101#{by.isoformat()}", "101", by=by.isoformat()
    )
    assert isinstance(decided(story=story, row=asked, auditor_grade=Grade.GOOD), Accepted)
    story.moderated("Thu 12 Mar 2026", "Inadequate")
    assert "enter “Final grade”" in reason(decided(story=story, row=asked, auditor_grade=Grade.GOOD))


def test_a_file_with_another_grade_that_nobody_asked_for_names_a_way_on() -> None:
    story = Story()
    story.returned("Tue 10 Mar 2026", "Good")
    assert "enter “Return for rectification by”" in reason(
        decided(story=story, auditor_grade=Grade.OUTSTANDING)
    )


BY_MODERATOR = replace(
    POST, sender=MODERATOR.email, cc=(AUDITOR.email, PRACTITIONER.email, TEAM_MANAGER.email)
)


def moderated_before(**data: Any) -> Story:
    """The audit came back as Good on Tuesday 10 March and was moderated as Good the day after."""
    story = Story()
    story.returned("Tue 10 Mar 2026", "Good")
    story.moderated("Wed 11 Mar 2026", "Good", **data)
    return story


def test_a_moderation_after_the_audit_is_taken_in_as_the_moderators_part_alone() -> None:
    story = Story()
    story.returned("Tue 10 Mar 2026", "Good")
    found = decided(story=story, post=BY_MODERATOR, part=Part.BOTH, moderated_grade=Grade.INADEQUATE)
    assert isinstance(found, Accepted)
    assert (found.parts, found.notes) == ((Part.MODERATOR,), ())


def test_a_moderators_file_does_not_stand_for_the_auditors_that_never_came() -> None:
    both = reason(decided(post=BY_MODERATOR, part=Part.BOTH, moderated_grade=Grade.GOOD))
    assert both.startswith("Sent by someone else")
    assert "both parts came in the moderator's file. Ask the auditor to send theirs." in both
    alone = decided(post=BY_MODERATOR, part=Part.MODERATOR, auditor_grade=None, moderated_grade=Grade.GOOD)
    assert reason(alone).startswith("Not expected")
    assert "the auditor's part never reached us and is not in the file" in reason(alone)


def test_a_moderator_who_sends_the_audit_on_without_moderating_it_has_sent_something_incomplete() -> None:
    said = reason(decided(post=BY_MODERATOR))
    assert said.startswith("Incomplete")
    assert "the moderator's part has not been filled in" in said


def test_a_second_moderation_with_another_grade_is_held_unless_the_first_gave_the_audit_back() -> None:
    anew = {"post": BY_MODERATOR, "part": Part.BOTH, "moderated_grade": Grade.INADEQUATE}
    changed = reason(decided(story=moderated_before(), **anew))
    assert changed.startswith("Differs from an earlier return")
    assert "the moderated grade is now Inadequate; it was Good in the file that was acted on" in changed
    assert isinstance(decided(story=moderated_before(sent_back=True), **anew), Accepted)


def test_an_auditor_does_not_moderate_their_own_work_but_may_send_on_what_the_moderator_said() -> None:
    both = {"part": Part.BOTH, "moderated_grade": Grade.GOOD}
    for story in (Story(), moderated_before()):
        said = reason(decided(story=story, part=Part.BOTH, moderated_grade=Grade.OUTSTANDING))
        assert said.startswith("Sent by someone else")
        assert "with the moderator's part filled in" in said
    assert isinstance(decided(story=moderated_before(), **both), Accepted)
    assert reason(decided(**both)).startswith("Sent by someone else")


def test_a_moderator_who_was_not_copied_in_is_named() -> None:
    everybody = (MODERATOR.email, PRACTITIONER.email, TEAM_MANAGER.email)
    for missing, note in (
        (MODERATOR, "Mo Moderator was not copied in; the request to moderate carries the audit."),
        (TEAM_MANAGER, "Tia Manager was not copied in; please pass it on."),
    ):
        found = decided(post=replace(POST, cc=tuple(each for each in everybody if each != missing.email)))
        assert isinstance(found, Accepted)
        assert found.notes == (note,)


def test_after_its_cycle_is_closed_nothing_is_expected_for_an_audit() -> None:
    allocation = audit(1)
    rows = {allocation.reference: allocation}
    for cycles in ({MARCH.name: replace(MARCH, open=False)}, {}):
        said = reason(decision(POST, FACTS, rows, cycles, Story().history))
        assert said.startswith("Not expected")
        assert "belongs to a cycle that is closed, and yet a form came back for it" in said


def test_a_person_may_say_that_a_form_counts_but_not_one_of_another_child_or_of_no_audit_of_the_list() -> (
    None
):
    incomplete, wrong_child, unknown = (
        decided(post=BY_MODERATOR), decided(mosaic_number="7654321"), decided(reference=""),
    )  # fmt: skip
    assert isinstance(incomplete, HeldBack)
    assert incomplete.may_be_taken
    for found in (wrong_child, unknown):
        assert isinstance(found, HeldBack)
        assert not found.may_be_taken


def test_in_a_long_thread_a_form_is_for_the_audit_it_says_as_long_as_that_is_one_of_them() -> None:
    assert isinstance(decided(thread=("FSP-2026-03-002", "FSP-2026-03-001")), Accepted)


def test_every_other_audit_that_is_named_is_told_once() -> None:
    three = {
        each.reference: each for each in (audit(1), audit(2, mosaic_number="7"), audit(3, mosaic_number="8"))
    }
    named = replace(FACTS, name="FSP-2026-03-003 FSP-2026-03-002 FSP-2026-03-003.docx")
    assert "file's name says FSP-2026-03-003, FSP-2026-03-002." in reason(
        decision(POST, named, three, {MARCH.name: MARCH}, Story().history)
    )
    thread = ("FSP-2026-03-002", "FSP-2026-03-003")
    assert "a letter about FSP-2026-03-002, FSP-2026-03-003." in reason(
        decision(POST, FACTS, three, {MARCH.name: MARCH}, Story().history, thread)
    )


BORN = {"date_of_birth": date(2012, 3, 14)}
ALL_OF_IT = frozenset(Identity)


def test_what_a_form_said_of_the_child_as_it_went_out_must_still_stand_in_it() -> None:
    assert isinstance(decided(row=BORN, identity=ALL_OF_IT, date_of_birth="2012-03-14"), Accepted)
    assert isinstance(decided(row=BORN), Accepted), "it never said when the child was born"
    assert reason(decided(row=BORN, identity=ALL_OF_IT)).endswith(
        "the date of birth that stood in the form when it went out is gone."
    )
    assert reason(decided(row=BORN, identity=ALL_OF_IT, mosaic_number="", child_name="")).endswith(
        "the Mosaic number, the name and the date of birth that stood in the form when it went out are gone."
    )
    nothing_known = {"date_of_birth": None, "mosaic_number": "", "child_name": ""}
    facts = {"identity": ALL_OF_IT, "mosaic_number": "", "child_name": ""}
    assert isinstance(decided(row=nothing_known, **facts), Accepted), "the list says none of it"
    assert "the date of birth is not the one of the list" in reason(
        decided(row=BORN, date_of_birth="2012-04-14")
    )


@pytest.mark.parametrize(
    "name",
    [
        "Robin Example",
        "Example, Robin",
        "EXAMPLE Robin Anne",
        "Róbin Example",
        "R.A.E.",
        "R. E.",
        "rae",
        "Robin-Anne Example",
    ],
)
def test_beside_the_right_number_a_child_may_be_named_in_another_order_or_by_initials(name: str) -> None:
    row = {"child_name": "Robin Anne Example"}
    assert isinstance(decided(row=row, child_name=name), Accepted)
    assert "name in the form is not the one" in reason(decided(row=row, child_name=name, mosaic_number=""))


@pytest.mark.parametrize(
    "name", ["Anne Example", "Robin Anne", "Robin", "A.E.", "R.A.", "RRE", "E", "Robin Robin", "–"]
)
def test_part_of_a_name_or_other_initials_name_another_child(name: str) -> None:
    said = reason(decided(row={"child_name": "Robin Anne Example"}, child_name=name))
    assert "name in the form is not the one" in said


def test_a_grade_that_is_gone_from_a_later_file_is_told_as_empty() -> None:
    story = moderated_before()
    found = decided(story=story, part=Part.MODERATOR, auditor_grade=None, moderated_grade=Grade.GOOD)
    assert "the auditor's grade is now empty; it was Good" in reason(found)


def test_a_grade_in_a_file_after_one_without_is_told_with_what_was_there_before() -> None:
    story = Story()
    story.returned("Tue 10 Mar 2026", "")
    assert "the auditor's grade is now Good; it was empty" in reason(decided(story=story))


def test_a_file_is_held_against_the_last_that_came_and_not_against_the_first() -> None:
    corrected = Story(audit(rectification_by=day("Fri 13 Mar 2026")))
    corrected.returned("Tue 10 Mar 2026", "Good")
    corrected.happened(
        "Wed 11 Mar 2026", EventKind.RECTIFICATION_SEEN, "101#2026-03-13", "101", by="2026-03-13"
    )
    corrected.returned("Thu 12 Mar 2026", "Requires Improvement")
    row = {"rectification_by": day("Fri 13 Mar 2026")}
    again = decided(story=corrected, row=row, auditor_grade=Grade.REQUIRES_IMPROVEMENT)
    assert isinstance(again, Accepted)
    anew = moderated_before(sent_back=True)
    anew.moderated("Thu 12 Mar 2026", "Inadequate")
    moderated = {"post": BY_MODERATOR, "part": Part.BOTH, "moderated_grade": Grade.INADEQUATE}
    assert isinstance(decided(story=anew, **moderated), Accepted)
    first = reason(decided(story=anew, **(moderated | {"moderated_grade": Grade.GOOD})))
    assert "now Good; it was Inadequate" in first
