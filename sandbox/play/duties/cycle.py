"""§6, §7, §9, §12, §14, §15: one cycle as a whole, from the meeting on its lines of enquiry to the next one. The audit
leads of its services take part in the meeting, the action plan, the workshop and the campaign (§6, §14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from sandbox.play.cast.facts import BELOW_GOOD, Fact, Moment
from sandbox.play.duties.ground import CONFIRMED_BEFORE, LIST_AFTER, MEETING_BEFORE, WEEK, Ground, Reader
from sandbox.play.working_days import later, months_later, of_month


def cycle(ground: Ground, name: str) -> None:
    known, month_one = ground.known(name), ground.month[name]
    heads: list[str] = ground.cycles[name]["Heads of Service"]
    academy, psw = ground.role("Head of Learning Academy"), ground.role("Principal Social Worker")
    manager, chairs = ground.role("Audit Manager"), ground.role("Group Manager of CP Chairs and IROs")
    leads = ground.role(f"Audit Lead, {ground.cycles[name]['Service group']}")  # §6: of the relevant service
    audits = [
        r for r, row in ground.rows.items() if row["Cycle"] == name and row["Audit type"] != "Dip sample"
    ]
    chosen = [r for r in audits if ground.known(r).first("added") is None]
    meeting = known.first("kloe")
    # §6 (O5): the meeting on the lines of enquiry, with the Group Managers; two weeks' notice while no day is known.
    managers = _group_managers(ground, name)
    ground.due("KLOE meeting to arrange", "6", name, [*heads, *psw, *chairs, *manager, *managers, *leads],
              later(month_one - MEETING_BEFORE, -10), unless=[meeting])  # fmt: skip
    if meeting:
        ground.due("KLOE meeting soon", "6", name, [*heads, *psw, *chairs, *academy, *manager, *managers, *leads],
                  later(meeting.on, -5), once=[meeting])  # fmt: skip
        # §6 (O9, O10): the list is completed and goes out within a week.
        list_due = meeting.on + LIST_AFTER
        confirmed = _all_confirmed(ground, chosen)
        ground.due("list to complete", "6", name, [ground.mailbox], later(list_due, -2), once=[meeting])
        ground.due("list for confirmation", "6", name, [*heads, *_group_managers(ground, name), *academy], list_due,
                  once=[meeting], unless=[confirmed])  # fmt: skip
        # §6 (O11): confirmed before anything goes out; a word the day before, then the Learning Academy.
        limit = later(month_one, -CONFIRMED_BEFORE)
        for duty, day in (
            ("confirmation reminder", later(limit, -1)),
            ("confirmation escalated", later(limit, 1)),
        ):
            if day > list_due:
                ground.due(duty, "6", name, [*heads, *academy], day, once=[meeting], unless=[confirmed])
    # §6 (O10, O11): a child chosen later, in the place of another, is for the Head of Service to confirm as well.
    for added in filter(None, (ground.known(r).first("added") for r in audits)):
        columns = ("Head of Service", "Group Manager")
        ground.due("additions for confirmation", "6", name, [*ground.named(added.about, *columns), *academy], added.on,
                   once=[added], unless=[ground.known(added.about).first("confirmed")])  # fmt: skip
    # §7 (O44): everybody is kept informed, week by week, until the cycle is complete.
    complete = ground.complete(name)
    for n in range(1, 11):
        ground.due(
            "weekly picture", "7", name, [*heads, *psw, *academy], month_one + n * WEEK, before=complete
        )
    # §7 (O19): the report on the dip samples.
    ends = of_month(month_one)[-1]
    sent, signed = known.first("dip report sent"), known.first("dip report signed off")
    quality, officer = ground.role("Quality Assurance Audit Officer"), ground.role("Audit Officer")
    ground.due("dip report to write", "7", name, [*quality, *officer], later(ends, 1), unless=[sent])
    if sent:
        ground.due("dip report to sign off", "7", name, [*officer, *psw], later(sent.on, 3),
                  once=[sent], unless=[signed])  # fmt: skip
    # §7 (O20): signed off, it is shared with the Heads of Service; their Group Managers have it too.
    if signed:
        ground.due("dip report shared", "7", name, [*heads, *_group_managers(ground, name)], signed.on,
                  once=[signed], drafted=True)  # fmt: skip
    # §8 (O61): the Highlight report, a week after everything is moderated or the cycle counts as complete.
    counted = [r for r in audits if (out := ground.left_out(ground.known(r))) is None or out.known > complete]
    if counted:
        ground.due("highlight report", "8", name, [ground.mailbox], complete[0] + WEEK)
    # §15 (O121): the report on what follow-up has come to, once the work audited again is moderated.
    if any(ground.rows[r]["Audit type"] == "Re-audit" for r in counted):
        ground.due("impact report", "15", name, [ground.mailbox], complete[0] + WEEK)
    # §12 (O100): two weeks before the board; after it the shorter version for practitioners (O109).
    if board := known.first("board"):
        ground.due("board report", "12", name, [ground.mailbox], later(board.on, -10), once=[board])
        if counted:
            ground.due(
                "practitioners' version", "12", name, [ground.mailbox], later(board.on, 1), once=[board]
            )
    # §14 (O116 to O118): action plan in month four, workshop, campaign.
    agreed, workshop = known.first("action plan"), known.first("workshop")
    ground.due("action plan", "14", name, [*academy, *psw, *heads, *manager, *_group_managers(ground, name), *leads],
              months_later(month_one, 3), unless=[agreed])  # fmt: skip
    if agreed:
        ground.due("workshop", "14", name, [*academy, *heads, *psw, *leads], agreed.on + 2 * WEEK,
                  once=[agreed], unless=[workshop])  # fmt: skip
    if workshop:
        ground.due(
            "learning campaign", "14", name, [*academy, *psw, *manager, *leads], workshop.on, once=[workshop]
        )
    # §3 (O4) and §15 (O119): the next cycle, and a tenth of the work below Good to be audited again in it.
    following = months_later(month_one, 6)
    planned = [ground.known(c).first("in the list") for c in _later_cycles(ground, name)]
    if all(planned):
        ground.due("next cycle", "3", name, [ground.mailbox, *academy], following - 8 * WEEK, unless=planned)
    _re_audits_all(ground, name, audits, complete)
    below = _below_good(ground, (r for r in audits if ground.rows[r]["Audit type"] != "Re-audit"))
    if below:
        ground.due("re-audits", "15", name, [ground.mailbox], following - 5 * WEEK, once=below[:1])


def _below_good(ground: Ground, audits: Iterable[str]) -> list[Fact]:
    """The moderations that found work below Good, the first known first."""
    found = [m for r in audits if (m := ground.known(r).first("moderated")) and m.value in BELOW_GOOD]
    return sorted(found, key=lambda fact: fact.known)


def _re_audits_all(ground: Ground, name: str, audits: Sequence[str], complete: Moment) -> None:
    """§15 (O122): work audited again has not become Good throughout; the Learning Academy may take up all of it."""
    again = [r for r in audits if ground.rows[r]["Audit type"] == "Re-audit"]
    if below := _below_good(ground, again):
        ground.due("re-audit all", "15", name, [*ground.role("Head of Learning Academy"), ground.mailbox],
                  complete[0], once=below[:1], at=complete)  # fmt: skip


def _group_managers(ground: Ground, name: str) -> list[Reader]:
    """§6: of the service, as far as the audits of the cycle that are in the list by then name them."""

    def named(reference: str, moment: Moment) -> str:
        entered = ground.known(reference).first("in the list")
        return ground.at(reference, "Group Manager", moment) if not entered or entered.known <= moment else ""

    return [partial(named, reference) for reference, row in ground.rows.items() if row["Cycle"] == name]


def _later_cycles(ground: Ground, name: str) -> list[str]:
    group = ground.cycles[name]["Service group"]
    return [c for c, row in ground.cycles.items()
            if row["Service group"] == group and ground.month[c] > ground.month[name]]  # fmt: skip


def _all_confirmed(ground: Ground, audits: Sequence[str]) -> Fact | None:
    """The last confirmation, when every audit has one."""
    facts = [ground.known(r).first("confirmed") for r in audits]
    if not facts or any(fact is None for fact in facts):
        return None
    return max((fact for fact in facts if fact), key=lambda fact: fact.known)


def scorecard(ground: Ground) -> None:
    """§9 (O62): every month, the third working day; about months in which audits were under way."""
    day = ground.first.replace(day=1)
    while day <= ground.last:
        if any(month < day for month in ground.month.values()):
            ground.due("scorecard", "9", "", [*ground.role("Performance Team"), *ground.role("Audit Manager")],
                      of_month(day)[2])  # fmt: skip
        day = months_later(day, 1)
