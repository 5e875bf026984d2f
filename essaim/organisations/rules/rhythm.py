"""When the next mail of a followed search may leave."""

from calendar import monthrange
from datetime import date, timedelta


def next_date(rhythm: str, after: date) -> date:
    """The day of the next mail: tomorrow, in seven days, or the same day of next month (its last when shorter)."""
    if rhythm == "daily":
        return after + timedelta(days=1)
    if rhythm == "weekly":
        return after + timedelta(days=7)
    year, month = divmod(after.year * 12 + after.month, 12)
    return date(year, month + 1, min(after.day, monthrange(year, month + 1)[1]))
