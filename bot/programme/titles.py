"""The titles of the list "Audit roles": which post each means, whatever its small words, and what is told of others."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.errors import near_words
from bot.programme.vocabulary import Role

SERVICES = ("Youth Justice", "Edge of Care", "Positive Change", "Exploitation", "Eva Armsby")
"""The internal services the guide names, "as of September 2023" (§9, X13)."""

ALIASES = {
    "psw": Role.PRINCIPAL_SOCIAL_WORKER,
    "audit team manager": Role.AUDIT_MANAGER,
    "head of service of the learning academy": Role.HEAD_OF_LEARNING_ACADEMY,
    "service": Role.SERVICES_INVOLVED,
    "service involved": Role.SERVICES_INVOLVED,
    "qa audit officer": Role.QUALITY_ASSURANCE_AUDIT_OFFICER,
}
"""Other titles under which the guide speaks of the same post (X12)."""

_SMALL_WORDS = {"of", "for", "the", "and", "a", "in"}
_NEAR = 0.75


def post_of(title: str) -> Role | None:
    """The post a title means. Its small words and their order do not matter; a slip in one of the others does."""
    return _POSTS.get(_words(title))


def doubt_about_title(title: str, service: str, services: Collection[str]) -> str:
    """What is to be told of a title that is no post of ours, or of a service without its name; "" when all is well.

    `services` are those the list of audits names.
    """
    role = post_of(title)
    if role is Role.SERVICES_INVOLVED and not service:
        return "The row does not say which service it is for. Enter its name under “Service”."
    if role or not title or any(same_service(title, known) for known in (*SERVICES, *services)):
        return ""
    near = near_words(title.casefold(), _NAMES, alike=_NEAR)
    hint = f" Did you mean “{_NAMES[near[0]]}”?" if near else ""
    return (
        f"“{title}” is not a role the rules know, so its holder gets no letter of such a role.{hint} For an internal "
        "service write “Service involved” as the title and its name under “Service”."
    )


def same_service(one: str, other: str) -> bool:
    """Whether two names mean one service: "Youth Justice" and "Youth Justice Service" do."""
    return _service(one) == _service(other)


def _service(name: str) -> str:
    return re.sub(r"\s+(service|team)s?$", "", " ".join(name.casefold().split()))


def _words(title: str) -> frozenset[str]:
    words = re.findall(r"[a-z0-9]+", title.casefold().replace("'s", "").replace("’s", ""))
    return frozenset(word.removesuffix("s") for word in words if word not in _SMALL_WORDS)


def title_of(role: Role) -> str:
    """The title as it stands in the list: "Group Manager of CP Chairs and IROs"."""
    if role is Role.SERVICES_INVOLVED:
        return "Service involved"
    small = {"of": "of", "and": "and", "or": "or", "cp": "CP", "iro": "IRO", "iros": "IROs"}
    return " ".join(small.get(word, word.capitalize()) for word in role.value.split())


_POSTS = {_words(role.value): role for role in Role} | {
    _words(title): role for title, role in ALIASES.items()
}
_NAMES = {role.value: title_of(role) for role in Role} | {
    title: title_of(role) for title, role in ALIASES.items()
}
