"""`audit-bot`: the commands of the person who installs and watches the bot.

Exit status: 0 done, 1 something needs a person, 2 the configuration is wrong, 3 the bot could not do its work.
Everything heavy is imported inside the command that uses it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bot import __version__
from bot.errors import AuditBotError, Busy, SettingsError

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from bot.settings import Settings


DONE, NEEDS_A_PERSON, WRONG_CONFIGURATION, NOT_DONE = 0, 1, 2, 3
DEFAULT_SETTINGS = "config/sandbox.toml"
LARGEST_READ = 200_000_000
"""Bytes of a file that are looked at, at most; anything near it is refused for its size."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.command(arguments)
    except SettingsError as fault:
        _say_faults(arguments, fault.problems)
        return WRONG_CONFIGURATION
    except Busy as fault:
        _say_faults(arguments, [str(fault)])
        return NEEDS_A_PERSON
    except AuditBotError as fault:
        _say_faults(arguments, [str(fault)])
        return NOT_DONE
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        if os.environ.get("AUDIT_BOT_DEBUG"):
            raise
        _say_faults(
            arguments,
            [
                f"The bot met something it does not know ({type(fault).__name__}: {fault}). Nothing is lost: run it "
                "again. If it comes back, set AUDIT_BOT_DEBUG=1 and show what is printed to whoever maintains the bot."
            ],
        )
        return NOT_DONE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="audit-bot",
        description="Runs the paperwork of a case-file audit programme inside Microsoft 365.",
    )
    parser.add_argument("--version", action="version", version=f"audit-bot {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, does: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(command=does)
        sub.add_argument(
            "--settings",
            default=DEFAULT_SETTINGS,
            metavar="FILE",
            help=f"the profile (default {DEFAULT_SETTINGS})",
        )
        sub.add_argument("--json", action="store_true", help="answer in JSON, for other programs")
        return sub

    def pretend(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--today", metavar="DATE", help="as if it were this day (2026-03-02) or moment")

    run = command(
        "run", _run, "Look at the list and the mailbox and do what ought to have been done by today."
    )
    pretend(run)
    run.add_argument(
        "--post-only", action="store_true", help="only the mailbox look, without the daily digest"
    )
    planned = command("plan", _plan, "Show what would go out, to whom and why. Nothing is sent.")
    pretend(planned)
    planned.add_argument("--from", dest="first", metavar="DATE", help="first day (default today)")
    planned.add_argument("--to", dest="last", metavar="DATE", help="last day (default the first day)")
    planned.add_argument(
        "--xlsx",
        metavar="FILE",
        help="write a spreadsheet instead; without --to it shows the next ten working days",
    )
    told = command("story", _story, "Tell everything that happened to one audit and what comes next.")
    told.add_argument("reference", metavar="REF", help="the audit's reference, FSP-2026-03-014")
    pretend(told)
    book = command("rules", _rules, "Print the rule book: every date and every letter, in words.")
    book.add_argument("--xlsx", metavar="FILE", help="write a spreadsheet instead, to read, print and sign")
    shown = command(
        "letters", _letters, "Show every letter as it would go out, or send a sample of one to yourself."
    )
    shown.add_argument(
        "--out", default="letters", metavar="DIR", help="folder for the pages (default letters)"
    )
    shown.add_argument("--pictures", action="store_true", help="also take pictures, if Chromium is here")
    shown.add_argument(
        "--to", metavar="ADDRESS", help="send a sample to this address instead, and to no other"
    )
    shown.add_argument("--letter", metavar="NAME", help="which letter, with --to: 07_audit_reminder")
    first = command("init", _init, "Lay out the settings, letters and forms in a folder, to be edited there.")
    first.add_argument("folder", metavar="DIR", help="what is there already is left as it is")
    check = command("check", _check, "Check the configuration and try, on itself alone, all that a run does.")
    check.add_argument(
        "--tenant-facts",
        action="store_true",
        help="measure how this tenant behaves, and keep it for the runs",
    )
    command("serve", _serve, "Stay awake: the daily run on working days, the mailbox every few minutes.")
    read = command("read", _read, "Read returned audit tools from files, without any tenant.")
    read.add_argument("files", nargs="+", metavar="FILE")
    form = command("form", _form, "Look at a form before it is used: which questions the reader finds in it.")
    form.add_argument(
        "what", choices=["check"], help="check: what is found, what is missing, what would be read"
    )
    form.add_argument("files", nargs="+", metavar="FILE")
    return parser


# ------------------------------------------------------------------------------------------------------- commands


def _run(arguments: argparse.Namespace) -> int:
    import logging

    from bot.daily_run.attended import attended

    logging.getLogger("bot").addHandler(logging.NullHandler())  # what is wrong is said below, once
    settings = _settings_of_a_run(arguments)
    found = attended(
        settings, clock=_moment(arguments.today), say=_saying(arguments), whole=not arguments.post_only
    )
    if found.report is None:
        _say_faults(arguments, found.faults)
    elif arguments.json:
        _print_json(found.report.as_json())
    else:
        _show_report(found.report)
        _say_faults(arguments, found.faults)
    return found.status


def _settings_of_a_run(arguments: argparse.Namespace) -> Settings:
    """The profile of a run. One that cannot be used is told on every road that it still names."""
    from pathlib import Path

    from bot.clock import now
    from bot.daily_run.attended import told_of_wrong_profile
    from bot.settings import load

    path = Path(arguments.settings)
    try:
        return load(path)
    except SettingsError as fault:
        told_of_wrong_profile(path, fault.problems, now)
        raise


def _plan(arguments: argparse.Namespace) -> int:
    from datetime import date, timedelta

    from bot.daily_run.look import planned_between

    with _desk(arguments) as desk:
        first = date.fromisoformat(arguments.first) if arguments.first else desk.today
        last = date.fromisoformat(arguments.last) if arguments.last else first
        if arguments.xlsx and not arguments.last:
            last = desk.setting.working.after(first, 10)
        if last < first or last - first > timedelta(366):
            raise SettingsError(["--to must be a day after --from, and within a year of it."])
        days, problems = planned_between(desk, first, last)
    if arguments.xlsx:
        from bot.papers.overviews import planned_letters

        _write(arguments.xlsx, planned_letters(days))
        return NEEDS_A_PERSON if problems else DONE
    if arguments.json:
        _print_json(
            {
                "letters": [
                    {
                        "on": day.isoformat(),
                        "audit": letter.reference,
                        "rule": letter.rule.id,
                        "letter": letter.rule.letter,
                        "to": [p.email for p in letter.to],
                        "cc": [p.email for p in letter.cc],
                        "why": letter.day.why,
                        "guide": letter.rule.guide,
                        "draft_only": letter.rule.draft_only,
                    }
                    for day, letters in days.items()
                    for letter in letters
                ],
                "problems": [{"where": p.where, "what": p.what, "who": p.who} for p in problems],
            }
        )
        return NEEDS_A_PERSON if problems else DONE
    from bot.programme.working_days import day_in_words

    rows = [
        (
            day_in_words(day),
            letter.reference,
            letter.rule.id,
            ", ".join(p.name for p in letter.to),
            ", ".join(p.name for p in letter.cc),
            f"{letter.day.why} (§{letter.rule.guide})",
        )
        for day, letters in days.items()
        for letter in letters
    ]
    console = _console()
    _table(console, "What would go out", ("Day", "Audit", "Letter", "To", "Copied to", "Why"), rows)
    _show_problems(console, problems)
    return NEEDS_A_PERSON if problems else DONE


def _init(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.own_files import laid_out

    files = list(laid_out(Path(arguments.folder)))
    if arguments.json:
        _print_json(
            {"written": [str(f) for f, new in files if new], "kept": [str(f) for f, new in files if not new]}
        )
        return DONE
    written = sum(new for _, new in files)
    console = _console()
    kept = f"{len(files) - written} left as they were"
    console.print(f"{written} file{'' if written == 1 else 's'} written to {arguments.folder}, {kept}.")
    console.print(
        f"Next: copy {Path(arguments.folder) / 'config/example_tenant.toml'}, fill it in, and run: audit-bot check"
    )
    return DONE


def _story(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from bot.daily_run.look import told_story

    with _desk(arguments) as desk:
        found = told_story(desk, arguments.reference)
    if found is None:
        _say_faults(arguments, [f"There is no audit {arguments.reference} in an open cycle of the list."])
        return NEEDS_A_PERSON
    if arguments.json:
        _print_json(asdict(found))
        return DONE
    console = _console()
    console.print(f"[bold]{found.reference}[/bold]  {found.status}")
    if found.next_step:
        console.print(found.next_step)
    from bot.programme.working_days import day_in_words

    for title, steps in (
        ("What happened", found.past),
        ("Dates", found.dates),
        ("What comes next", found.coming),
    ):
        rows = [(day_in_words(s.on), s.what, s.why, f"§{s.guide}" if s.guide else "") for s in steps]
        if rows:
            _table(console, title, ("Day", "What", "Why", "Guide"), rows)
    return DONE


def _rules(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict
    from pathlib import Path

    from bot.own_files import rules_beside
    from bot.papers.overviews import rule_book
    from bot.programme.rule_words import date_lines, letter_lines

    book = rules_beside(Path(arguments.settings))
    if arguments.xlsx:
        _write(arguments.xlsx, rule_book(book))
    elif arguments.json:
        _print_json(
            {
                "dates": [asdict(line) for line in date_lines(book)],
                "letters": [asdict(line) for line in letter_lines(book)],
            }
        )
    else:
        console = _console()
        dates = [(f"§{n.guide}", n.sets, _lines(n.when, n.of), n.note) for n in date_lines(book)]
        _table(console, "Dates", ("Guide", "Date", "When, and for which", "How the guide was read"), dates)
        letters = [
            (
                f"§{n.guide}",
                _lines(n.name, n.of),
                _lines(n.when, n.until and f"not once: {n.until}"),
                _lines(n.to, n.cc and f"copied: {n.cc}"),
                n.note,
            )
            for n in letter_lines(book)
        ]
        _table(
            console,
            "Letters",
            ("Guide", "Letter, for which", "When", "To", "How the guide was read"),
            letters,
        )
    return DONE


def _letters(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.daily_run.gallery import write_gallery
    from bot.daily_run.sample_letters import samples
    from bot.daily_run.sample_settings import letters_of, settings_of
    from bot.programme.rules import rulebook

    if bool(arguments.to) != bool(arguments.letter):
        raise SettingsError(["--to and --letter belong together: which letter goes to whom?"])
    given = settings_of(Path(arguments.settings))
    try:
        book = rulebook(given.rules.read_text(encoding="utf-8"))
    except OSError as fault:
        raise SettingsError([f"{given.rules} cannot be opened: {fault.strerror}."]) from fault
    found = samples(letters_of(given), book, given)
    if arguments.to:
        return _send_sample(arguments, found)
    page = write_gallery(found, Path(arguments.out), pictures=arguments.pictures)
    if arguments.json:
        _print_json(
            {
                "page": str(page),
                "letters": [
                    {
                        "name": sample.name,
                        "letter": sample.shown.letter,
                        "subject": sample.shown.subject,
                        "preview": sample.shown.preview,
                        "to": list(sample.shown.to),
                        "cc": list(sample.shown.cc),
                        "on": sample.shown.on.isoformat(),
                        "why": sample.shown.why,
                        "important": sample.shown.important,
                        "reading_ease": sample.shown.ease,
                    }
                    for sample in found
                ],
            }
        )
    else:
        _console().print(f"{len(found)} letters. Open {page} in a browser.", highlight=False)
    return DONE


def _send_sample(arguments: argparse.Namespace, found: Sequence[Any]) -> int:
    from bot.daily_run.gallery import sample_to
    from bot.papers.letter_language import nearest

    names = [sample.name for sample in found]
    chosen = next((s for s in found if arguments.letter in (s.name, s.shown.letter)), None)
    if chosen is None:
        others = nearest(arguments.letter, names) or f" They are: {', '.join(names)}."
        raise SettingsError([f"There is no letter “{arguments.letter}”.{others}"])
    with _desk(arguments) as desk:
        outcome = sample_to(chosen, arguments.to, desk)
    if outcome.state != "sent":
        _say_faults(arguments, [f"The sample did not go: {outcome.state}. {outcome.why}".strip()])
        return NOT_DONE
    _console().print(f"Sent to {arguments.to}: {chosen.shown.title}.", highlight=False)
    return DONE


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _write(name: str, data: bytes) -> None:
    from pathlib import Path

    try:
        Path(name).write_bytes(data)
    except OSError as fault:
        raise SettingsError([f"{name} cannot be written: {fault.strerror}."]) from fault


def _check(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.daily_run.check import checks

    found, facts = checks(Path(arguments.settings), measure=arguments.tenant_facts)
    if arguments.json:
        lines = [{"what": c.what, "problems": list(c.problems), "notes": list(c.notes)} for c in found]
        told = [{"name": f.name, "measured": f.measured, "assumed": f.assumed} for f in facts]
        _print_json({"checks": lines, "facts": told} if arguments.tenant_facts else lines)
    else:
        console = _console()
        for check in found:
            mark = "[green]✓[/green]" if not check.problems else "[red]✗[/red]"
            console.print(f"{mark} {check.what}")
            for problem in check.problems:
                console.print(f"    {problem}", style="red", highlight=False, markup=False)
            for note in check.notes:
                console.print(f"    {note}", highlight=False, markup=False)
        if facts:
            rows = [(f.name, f.measured or "not measured", f.assumed) for f in facts]
            _table(console, "This tenant", ("Point", "Measured", "Assumed"), rows)
    wrong = [check for check in found if check.problems]
    if not wrong:
        return DONE
    return WRONG_CONFIGURATION if any(check.configuration for check in wrong) else NEEDS_A_PERSON


def _serve(arguments: argparse.Namespace) -> int:
    from bot.schedule import serve

    return serve(_settings_of_a_run(arguments))


def _read(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.office.reading_room import read_safely
    from bot.own_files import questions_beside

    questions = questions_beside(Path(arguments.settings))
    answers = []
    for name, data in _files(arguments.files):
        said = (
            _unreadable(data)
            if isinstance(data, str)
            else read_safely(data, Path(name).name, questions).as_json()
        )
        answers.append({"file": name, **said})
    if arguments.json:
        _print_json(answers)
    else:
        _show_answers(answers)
    return DONE if all(answer["outcome"] == "read" for answer in answers) else NEEDS_A_PERSON


def _form(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.office.reading_room import check_safely
    from bot.own_files import questions_beside
    from bot.papers.answers import Refused
    from bot.papers.form_check import turned_away

    questions = questions_beside(Path(arguments.settings))
    found = []
    for name, data in _files(arguments.files):
        if isinstance(data, str):
            found.append((name, turned_away(Refused(data))))
        else:
            found.append((name, check_safely(data, Path(name).name, questions)))
    if arguments.json:
        _print_json([{"file": name, **check.as_json()} for name, check in found])
    else:
        for name, check in found:
            _show_form(name, check)
    return NEEDS_A_PERSON if any(check.problems for _, check in found) else DONE


def _files(names: Sequence[str]) -> Iterator[tuple[str, bytes | str]]:
    """Each file's content, or in one line why it cannot be opened."""
    from pathlib import Path

    for name in names:
        path = Path(name)
        try:
            if path.is_dir():
                yield name, f"{name} is a folder, not a file."
            elif path.exists() and not path.is_file():
                yield name, f"{name} is not an ordinary file."
            else:
                with path.open(
                    "rb"
                ) as file:  # a little more than is read at all, so that its size can be told
                    yield name, file.read(LARGEST_READ)
        except FileNotFoundError:
            yield name, f"There is no file {name}."
        except (OSError, ValueError) as fault:
            yield name, f"{name} cannot be opened: {getattr(fault, 'strerror', None) or fault}."


def _unreadable(why: str) -> dict[str, Any]:
    from bot.papers.answers import Refused

    return Refused(why).as_json()


# ------------------------------------------------------------------------------------------------------- the desk


def _desk(arguments: argparse.Namespace, *, locked: bool = False) -> Any:
    """A desk at the profile the command names; `locked` keeps every other run out meanwhile."""
    from pathlib import Path

    from bot.daily_run.desk import open_desk
    from bot.settings import load

    moment = _moment(getattr(arguments, "today", None))
    return open_desk(load(Path(arguments.settings)), clock=moment, say=_saying(arguments), locked=locked)


def _saying(arguments: argparse.Namespace) -> Callable[[str], None]:
    return (lambda _line: None) if arguments.json or not sys.stderr.isatty() else _progress


def _moment(today: str | None) -> Callable[[], datetime]:
    """The clock of a run. A pretended day goes on from its hour as real time passes."""
    from bot.clock import now, pretended

    if not today:
        return now
    try:
        start = pretended(today)
    except ValueError as fault:
        raise SettingsError([f"--today {today} is not a date. Write it like 2026-03-02."]) from fault
    begun = now()
    return lambda: start + (now() - begun)


def _progress(line: str) -> None:
    from bot.clock import london_date, now

    print(f"{london_date(now())}  {line} …", file=sys.stderr)  # noqa: T201


# ------------------------------------------------------------------------------------------------------- showing


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _table(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    if not rows:
        console.print(f"{title}: nothing.")
        return
    table = Table(title=title, title_justify="left", title_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)


def _show_problems(console: Console, problems: Sequence[Any]) -> None:
    if problems:
        _table(
            console, "Needs a person", ("Where", "What", "Who"), [(p.where, p.what, p.who) for p in problems]
        )


def _show_report(report: Any) -> None:
    from bot.programme.rules import called
    from bot.programme.working_days import day_in_words

    console = _console()
    console.print(f"[bold]{day_in_words(report.today)}[/bold]")
    rows = [(called(rule), str(count)) for rule, count in sorted(report.letters.items())]
    _table(console, "Letters", ("Letter", "How many"), rows)
    console.print(f"{report.messages} messages read, {report.rows} rows of the list brought up to date.")
    if report.digest_sent:
        console.print("The daily digest is in the Audit Team's mailbox.")
    if report.questions:
        wait = "questions about messages wait" if report.questions > 1 else "question about a message waits"
        console.print(f"{report.questions} {wait} for a person: the digest says which.", style="yellow")
    for line in report.held:
        console.print(f"Held: {line}", style="yellow", markup=False)
    _show_problems(console, report.needs_a_person)


def _show_answers(answers: Sequence[dict[str, Any]]) -> None:
    console = _console()
    rows = []
    for answer in answers:
        grades = " → ".join(str(answer[g]) for g in ("auditor_grade", "moderated_grade") if answer.get(g))
        problems = "; ".join(f"{p['where']}: {p['what']}" for p in answer.get("problems") or ())
        rows.append(
            (
                str(answer["file"]),
                str(answer["outcome"]),
                str(answer.get("reference") or ""),
                str(answer.get("part") or ""),
                grades,
                str(answer.get("reason") or "") or problems,
            )
        )
    _table(console, "Returned audits", ("File", "Outcome", "Audit", "Part", "Grades", "Reason"), rows)


def _show_form(name: str, check: Any) -> None:
    """A form's check, in sentences."""
    console = _console()
    console.print(f"[bold]{name}[/bold]", markup=True)

    def told(title: str, found: Sequence[str]) -> None:
        if found:
            console.print(f"{title} ({len(found)}): {'; '.join(found)}.", markup=False)

    told("Found by the tag of its control", check.by_control)
    told("Found by the words beside it, because it has no control", check.by_label)
    told("Not found", check.missing)
    told("Kept as they are; nothing follows from them", check.unknown_tags)
    if check.untagged:
        console.print(
            f"Controls without a tag: {check.untagged}. They are read only by the words beside them."
        )
    read = check.read.as_json()
    grades = [f"{word}: {read[key]}" for word, key in _GRADES if read[key]]
    outcome = "; ".join([str(read["outcome"]), *grades]) + (f". {read['reason']}" if read["reason"] else ".")
    console.print(f"As it is, it would be {outcome}", markup=False)
    for problem in check.problems:
        console.print(f"Put right: {problem}", style="red", markup=False)
    if not check.problems:
        console.print("Nothing has to be put right.", style="green")


_GRADES = (("auditor's grade", "auditor_grade"), ("moderated grade", "moderated_grade"))


def _say_faults(arguments: argparse.Namespace, faults: Sequence[str]) -> None:
    if getattr(arguments, "json", False):
        _print_json({"problems": list(faults)})
        return
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201


def _print_json(value: object) -> None:
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))  # noqa: T201
