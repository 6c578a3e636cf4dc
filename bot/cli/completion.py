"""`audit-bot completion`: what each shell needs to complete the commands, made from what is declared in `commands.py`.

Where none of its words fits, a shell offers the names of files, as it does by itself.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.cli.commands import COMMANDS, EVERY
from bot.exit_status import DONE


@dataclass(frozen=True, slots=True)
class Words:
    """What may follow a command: the words of its first place, and its options with what they are for; `valued` are
    the options that another word follows."""

    about: str
    choices: tuple[str, ...]
    options: Mapping[str, str]
    valued: frozenset[str]


def perform(given: Namespace) -> int:
    print(SCRIPTS[given.shell](words_of_commands()), end="")  # noqa: T201
    return DONE


def words_of_commands() -> dict[str, Words]:
    """Every command with what may follow it."""
    found = {}
    for name, (about, own) in COMMANDS.items():
        taken = [*EVERY, *own]
        options = {word: str(how.get("help") or "") for word, how in taken if word.startswith("-")}
        choices = next(
            (tuple(how["choices"]) for word, how in own if "choices" in how and word[0] != "-"), ()
        )
        valued = frozenset(w for w, how in taken if w in options and how.get("action") != "store_true")
        found[name] = Words(about, choices, options | {"--help": "what it takes, with examples"}, valued)
    return found


def bash(commands: Mapping[str, Words]) -> str:
    """To be sourced; works with bash 3.2, which macOS has."""
    cases = "".join(
        f"        {name}) words='{' '.join((*its.choices, *its.options))}' ;;\n"
        for name, its in commands.items()
    )
    return f"""\
# audit-bot completion bash >> ~/.bash_completion
_audit_bot() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} words=
    COMPREPLY=()
    case "${{COMP_WORDS[COMP_CWORD-1]}}" in
        {"|".join(_valued(commands))}) return ;;
    esac
    if [ "$COMP_CWORD" -eq 1 ]; then
        words='{" ".join(commands)} --help --version'
    else
        case "${{COMP_WORDS[1]}}" in
{cases}        esac
    fi
    COMPREPLY=( $(compgen -W "$words" -- "$word") )
}}
complete -o default -F _audit_bot audit-bot
"""


def zsh(commands: Mapping[str, Words]) -> str:
    """A function for a folder of `fpath`, or to be sourced after `compinit`."""

    def arguments(its: Words) -> Iterator[str]:
        for option, about in its.options.items():
            value = ":value:_files" if option in its.valued else ""
            yield _quoted(f"{option}[{_escaped(about, '[]:')}]{value}")
        if its.choices:
            yield _quoted(f"1:what:({' '.join(its.choices)})")
        yield _quoted("*:file:_files")

    def listing(name: str, its: Words) -> str:
        return _quoted(f"{name}:{_escaped(its.about, ':')}")

    listed = "".join(f"        {listing(n, its)}\n" for n, its in commands.items())
    cases = "".join(f"        {n}) _arguments {' '.join(arguments(its))} ;;\n" for n, its in commands.items())
    return f"""\
#compdef audit-bot
# audit-bot completion zsh > "${{fpath[1]}}/_audit-bot"
_audit_bot() {{
    local -a commands
    commands=(
{listed}    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    shift words
    (( CURRENT-- ))
    case $words[1] in
{cases}    esac
}}
if [ "$funcstack[1]" = "_audit-bot" ]; then _audit_bot "$@"; else compdef _audit_bot audit-bot; fi
"""


def fish(commands: Mapping[str, Words]) -> str:
    lines = ["# audit-bot completion fish > ~/.config/fish/completions/audit-bot.fish"]
    for name, its in commands.items():
        lines.append(f"complete -c audit-bot -n __fish_use_subcommand -f -a {name} -d {_for_fish(its.about)}")
        after = f"-n '__fish_seen_subcommand_from {name}'"
        if its.choices:
            lines.append(f"complete -c audit-bot {after} -a '{' '.join(its.choices)}'")
        for option, about in its.options.items():
            value = " -r" if option in its.valued else ""
            lines.append(f"complete -c audit-bot {after} -l {option[2:]}{value} -d {_for_fish(about)}")
    return "\n".join(lines) + "\n"


def powershell(commands: Mapping[str, Words]) -> str:
    table = "".join(
        f"        '{name}' = '{' '.join((*its.choices, *its.options))}'\n" for name, its in commands.items()
    )
    return f"""\
# audit-bot completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName audit-bot -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $after = @{{
{table}    }}
    $typed = @($commandAst.CommandElements | ForEach-Object {{ $_.ToString() }})
    $first = $typed.Count -lt 2 -or ($typed.Count -eq 2 -and $wordToComplete)
    $words = if ($first) {{ @($after.Keys) + '--help', '--version' }} else {{ "$($after[$typed[1]])".Split(' ') }}
    $words | Where-Object {{ $_ -and $_ -like "$wordToComplete*" }} | Sort-Object | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_)
    }}
}}
"""


SCRIPTS: Mapping[str, Callable[[Mapping[str, Words]], str]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
    "powershell": powershell,
}


def _valued(commands: Mapping[str, Words]) -> list[str]:
    return sorted(frozenset[str]().union(*(its.valued for its in commands.values())))


def _escaped(text: str, signs: str) -> str:
    return "".join(f"\\{sign}" if sign in signs else sign for sign in text)


def _quoted(text: str) -> str:
    """In a POSIX shell's single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"


def _for_fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
