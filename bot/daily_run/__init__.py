"""One look at the list, the mailbox and the ledger, and what follows from it.

look     the lists, the post, the ledger
read     what each message is                          post/
record   what happened goes into the ledger first
plan     what ought to have been done by today         bot/programme/planning/planner.py
do       letters, then rows, then filing               do.py
repeat   until there is nothing left to plan
tell     the digest                                    tell.py
"""
