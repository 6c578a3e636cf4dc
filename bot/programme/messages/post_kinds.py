"""What kind of thing a message in the shared mailbox is, from its envelope alone.

The order of the questions matters: the first that fits decides (RFC 3834; Exchange's own headers). Nothing that
is recognised here is ever answered. A person's mail is never taken for a machine's because of its words: words count
only where the sender is a machine by name, or left no address to return to.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.programme.messages.post import Post


class PostKind(StrEnum):
    OWN = "our own letter"
    REPORT = "a report of delivery"  # failed, delayed, delivered … : what it says decides
    AUTOMATIC = "automatic reply"
    RECALL = "a request to recall"
    NOTICE = "a notice from Outlook"  # receipts, meeting answers
    LETTER = "a letter from a person"


_MACHINES = re.compile(
    r"(?:mailer-daemon|mail-daemon|postmaster|microsoftexchange[0-9a-f]{32}|bounces?|mail\.delivery\.system)\b"
)
"""The names under which mail systems write."""
_FAILED = re.compile(
    r"undeliver(?:able|ed)|non remis|unzustellbar|failure notice|delivery (?:has )?fail|"
    r"mail delivery (?:failed|system)|delivery failure|returned mail|mail could not be delivered|"
    r"could not be delivered|couldn't be delivered|address not found|message not delivered|not been delivered|"
    r"delivery status notification ?\(failure\)|returned to sender|wasn't delivered|recipient address rejected",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"delay|still (?:being )?(?:tried|retried|trying)|warning: could not send|will (?:keep|continue) (?:trying|to be)|"
    r"temporar|has not yet been delivered|verzögert|retard",
    re.IGNORECASE,
)
_DELIVERED = re.compile(
    r"^(?:successful mail delivery|delivered|relayed|expanded|read|gelesen|lu)\b|"
    r"delivery status notification ?\((?:success|relay|expanded)\)|"
    r"(?:has been|was) (?:successfully )?(?:delivered|relayed|expanded)",
    re.IGNORECASE,
)


def report_in_words(subject: str, words: str = "") -> str:
    """ "failed", "delayed", "delivered" or "": what an older system's report says, by its subject, then its words."""
    for text in (subject, words[:1500]):
        for action, pattern in (("delayed", _DELAYED), ("delivered", _DELIVERED), ("failed", _FAILED)):
            if pattern.search(text):
                return action
    return ""


def kind_of(post: Post, mailbox: str) -> PostKind:
    """What this message is. `mailbox` is the shared mailbox's own address."""
    message_class = post.message_class.casefold()
    content_type = " ".join(post.header("content-type").casefold().split())
    if "multipart/report" in content_type and "disposition-notification" in content_type:
        return PostKind.NOTICE
    if message_class.startswith("report.") and message_class.endswith((".ipnrn", ".ipnnrn")):
        return PostKind.NOTICE  # somebody read it, or deleted it unread
    if (message_class.startswith("report.") and message_class.endswith((".ndr", ".dr"))) or (
        "multipart/report" in content_type and "delivery-status" in content_type
    ):
        return PostKind.REPORT
    machine = bool(_MACHINES.match(post.sender)) or post.header("return-path") == "<>"
    if post.header("x-failed-recipients") and machine:
        return PostKind.REPORT
    if machine and not _is_reply(post) and report_in_words(post.subject):
        return PostKind.REPORT
    if post.sender == mailbox:
        return PostKind.OWN
    if message_class.startswith(("ipm.outlook.recall", "ipm.recall")):
        return PostKind.RECALL
    if message_class.startswith(("report.", "ipm.schedule")):
        return PostKind.NOTICE
    return PostKind.AUTOMATIC if _automatic(post, message_class) else PostKind.LETTER


def _automatic(post: Post, message_class: str) -> bool:
    """Whether no person sent this (RFC 3834, and what programs write besides)."""
    # X-Auto-Response-Suppress alone is nothing, on purpose: ordinary programs put it on ordinary mail. So is
    # X-MS-Exchange-Inbox-Rules-Loop: mail that a rule passes on carries it as well. Together they are a rule's reply.
    suppresses = "all" in post.header("x-auto-response-suppress").casefold()
    return (
        post.header("auto-submitted").casefold().startswith("auto-")
        or message_class.startswith("ipm.note.rules.")
        or bool(post.header("x-autoreply") or post.header("x-autorespond") or post.header("x-autoresponder"))
        or "autoresponder" in post.header("x-post-messageclass").casefold()
        or post.header("precedence").casefold() in ("auto_reply", "auto-reply")
        or post.header("x-ms-exchange-generated-message-source").casefold() == "mailbox rules agent"
        or (suppresses and bool(post.header("x-ms-exchange-inbox-rules-loop")))
        or post.header("return-path") == "<>"
        or post.sender.partition("@")[0] in ("mailer-daemon", "mail-daemon")
    )


def _is_reply(post: Post) -> bool:
    """A person's answer to a report, by its subject: "RE: Undeliverable: …"."""
    return re.match(r"\s*(?:re|aw|sv|fw|fwd|wg|tr)\s*:", post.subject, re.IGNORECASE) is not None
