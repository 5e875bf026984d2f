"""How many requests a minute are too many. A window that slides: what was asked in the minute before counts for the
share of it still in view, as if it had been asked evenly."""

from math import ceil

WINDOW_S = 60
# Shares of a minute are not exact in binary: a millionth of a request is nobody's business.
NOTHING = 1e-6


def in_view(before: int, now: int, elapsed_s: float) -> float:
    """Requests of the last minute: `now` of the minute that began `elapsed_s` ago, and a share of those `before`."""
    return before * (1 - elapsed_s / WINDOW_S) + now


def wait_s(before: int, now: int, elapsed_s: float, limit: int) -> int:
    """Whole seconds before one more request is welcome; 0 when it is welcome already. `limit` is at least 1."""
    if in_view(before, now, elapsed_s) + 1 <= limit + NOTHING:
        return 0
    left_s = WINDOW_S - elapsed_s
    if now + 1 <= limit and before:
        # Within this minute: until the share of the minute before has shrunk enough.
        needed = WINDOW_S * (1 - (limit + NOTHING - 1 - now) / before) - elapsed_s
        if needed <= left_s:
            return max(1, ceil(needed))
    # In the next minute, where those of this one are the ones before.
    share = WINDOW_S * (1 - (limit + NOTHING - 1) / now) if now else 0
    return max(1, ceil(left_s + max(0, share)))
