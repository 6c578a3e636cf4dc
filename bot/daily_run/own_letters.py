"""The bot's own letters: those no rule of the book plans, by the names under which they stand in the ledger.

Every other letter hangs on a rule and on what that is about; where its rule is in the book no longer, nothing plans it
today, and it is not owed.
"""

from __future__ import annotations

from bot.daily_run.kept_back import TO_DECIDE
from bot.daily_run.levels import NEXT_LEVEL
from bot.daily_run.stopped_letters import STOPPED
from bot.daily_run.team_files.telling import TEAM_FILES
from bot.daily_run.told_at_once import AT_ONCE
from bot.programme.telling.receipts import RECEIPT
from bot.programme.telling.summary import ALARM, DIGEST

OWN_LETTERS = frozenset({ALARM, DIGEST, RECEIPT, STOPPED, TEAM_FILES, TO_DECIDE, NEXT_LEVEL, *AT_ONCE})
