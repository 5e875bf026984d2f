"""When something must be answered: the law's months for data requests, the house's days for the rest."""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import yaml

from essaim.law.parameter import parameter

_POLICY = yaml.safe_load((Path(__file__).parent / "desk.yaml").read_text(encoding="utf-8"))
REQUESTS_A_DAY: int = _POLICY["requests_a_day"]
HOUSE_DAYS: Mapping[str, int] = MappingProxyType(_POLICY["answer_within_days"])
"""Queue -> days within which the house means to answer; not law."""


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or its last day: 31 January plus one month is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def answer_due(received_on: date) -> date:
    """Last day to answer a request about personal data (GDPR, article 12(3))."""
    return add_months(received_on, parameter("personal_data.answer_months", received_on).value)


def extended_due(received_on: date) -> date:
    """Last day once extended. The months run from the receipt, together: 31 January gives 30 April, not 28 April."""
    months = parameter("personal_data.answer_months", received_on).value
    more = parameter("personal_data.extension_months", received_on).value
    return add_months(received_on, months + more)


def kept_until(answered_on: date) -> date:
    """Last day on which who asked, and in what words, is kept to answer for the decision (Code civil, art. 2224)."""
    return add_months(answered_on, parameter("personal_data.action_months", answered_on).value)


def house_due(queue: str, since: date) -> date:
    return since + timedelta(days=HOUSE_DAYS[queue])
