"""Read the post: what each message is, what it brought, and where it is to be filed once all that is safe.

Nothing is lost on the way: a message stays in the Inbox until what it carried is in the ledger, and its file is in the
document library or known to be waiting for it. Whatever is not understood goes to the folder "Please look at" with the
reason in words. Whatever may be an Inadequate, be it that nobody can tell, is marked so and told at once (§10).

`kinds.py` says what kinds of message there are and who deals with each; what they all need is in `reading.py`.
"""
