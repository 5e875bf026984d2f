"""The loader trusts nothing: each fault has its own message, and dates are exact."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.law.parameter import (
    InvalidParameters,
    NotInForce,
    UnknownParameter,
    in_force,
    load,
    parameter,
    parameters,
)

GOOD = """
subject: example
label: {fr: "Exemple", en: "Example"}
parameters:
  - id: example.cap
    label: {fr: "Plafond", en: "Cap"}
    type: number
    unit: {fr: "%", en: "%"}
    values:
      - from: 2015-01-01
        to: 2019-12-31
        value: 5
        article: "art. 1"
        source: "texte lu"
        checked_on: 2026-11-22
        verified: true
      - from: 2020-01-01
        to: null
        value: 7.5
        article: "art. 1"
        source: "texte lu"
        checked_on: 2026-11-22
        verified: false
"""


def write(folder: Path, content: str, name: str = "example.yaml") -> Path:
    (folder / name).write_text(content, "utf-8")
    return folder


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    (cap,) = load(write(tmp_path, GOOD)).values()
    assert [(v.value, v.since, v.until, v.verified) for v in cap.values] == [
        (5, date(2015, 1, 1), date(2019, 12, 31), True),
        (7.5, date(2020, 1, 1), None, False),
    ]


FAULTS = {
    "unknown key": ("article:", "artcle:", "does not say: article"),
    "extra key": ("verified: true", "verified: true\n        comment: x", "unknown keys: comment"),
    "missing source": ('        source: "texte lu"\n        checked_on: 2026-11-22\n        verified: true',
                       "        checked_on: 2026-11-22\n        verified: true", "does not say: source"),
    "empty source": ('source: "texte lu"', 'source: " "', "has an empty 'source'"),
    "missing checked_on": ("        checked_on: 2026-11-22\n        verified: true", "        verified: true",
                           "does not say: checked_on"),
    "checked_on not a date": ("checked_on: 2026-11-22", 'checked_on: "2026-11"', "wants a YYYY-MM-DD date"),
    "overlapping dates": ("to: 2019-12-31", "to: 2020-01-01", "has two values on 2020-01-01"),
    "open period followed by another": ("to: 2019-12-31", "to: null", "has two values on 2020-01-01"),
    "ends before it starts": ("to: 2019-12-31", "to: 2014-12-31", "before 2015-01-01"),
    "verified in words": ("verified: true", 'verified: "yes"', "must say verified: true or false"),
    "wrong type of value": ("value: 5", 'value: "five"', "wants a number"),
    "unknown type": ("type: number", "type: amount", "unknown type"),
    "number without unit": ('    unit: {fr: "%", en: "%"}\n', "", "must have a unit"),
    "one language missing": ('{fr: "Plafond", en: "Cap"}', '{fr: "Plafond"}', "needs both"),
    "key written twice": ("value: 5", "value: 5\n        value: 6", "key written twice: value"),
    "subject of another name": ("subject: example", "subject: other", "must name its subject as the file"),
    "not YAML": ("parameters:", "parameters: [", "is not readable YAML"),
    "codes without labels": ('type: number\n    unit: {fr: "%", en: "%"}', "type: codes",
                             "wants codes with their labels"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_stops_the_loading_and_says_where(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    assert before in GOOD
    with pytest.raises(InvalidParameters) as caught:
        load(write(tmp_path, GOOD.replace(before, after, 1)))
    assert message in caught.value.text.en
    assert "example.yaml" in caught.value.text.fr


def test_the_same_name_in_two_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("subject: example", "subject: twin"), "twin.yaml")
    with pytest.raises(InvalidParameters, match="name already taken"):
        load(tmp_path)


def test_a_code_must_be_quoted_so_that_leading_zeros_survive(tmp_path: Path) -> None:
    codes = GOOD.replace('type: number\n    unit: {fr: "%", en: "%"}', "type: codes").replace(
        "value: 5", "value: {0310: x}"
    )
    with pytest.raises(InvalidParameters, match="wants a quoted code"):
        load(write(tmp_path, codes))


def test_social_utility_has_four_aims_then_five() -> None:
    aims = "sse.social_utility_aims"
    assert len(parameter(aims, date(2024, 6, 30)).value) == 4
    assert len(parameter(aims, date(2024, 7, 1)).value) == 5


def test_the_pay_caps_are_seven_and_ten_minimum_wages() -> None:
    on = date(2026, 11, 22)
    caps = [parameter(f"esus.pay_cap_{who}", on) for who in ("top_five", "highest")]
    assert [(cap.value, cap.article) for cap in caps] == [
        (7, caps[0].article),
        (10, "C. trav., art. L3332-17-1 I 3°"),
    ]


def test_a_name_no_one_knows_and_a_day_too_early_are_explained() -> None:
    with pytest.raises(UnknownParameter, match=r"sse\.nothing"):
        parameter("sse.nothing", date(2026, 1, 1))
    with pytest.raises(NotInForce, match="2014-08-02"):
        parameter("sse.form.association", date(2014, 1, 1))


@given(st.dates(min_value=date(2010, 1, 1), max_value=date(2035, 1, 1)))
def test_in_force_gives_each_parameter_once_and_what_parameter_gives(on: date) -> None:
    values = in_force(on)
    assert len({value.id for value in values}) == len(values)
    assert all(parameter(value.id, on) is value for value in values)


def test_every_value_starts_and_ends_on_its_own_days() -> None:
    for each in parameters().values():
        for value in each.values:
            assert parameter(each.id, value.since) is value
            if value.until:
                assert parameter(each.id, value.until) is value
                following = [later for later in each.values if later.covers(value.until + timedelta(days=1))]
                assert value not in following


def test_only_what_was_read_in_the_text_is_marked_verified() -> None:
    doubtful = {value.id for value in in_force(date(2026, 11, 22)) if not value.verified}
    assert {
        "sse.form.cooperative_unverified",
        "sse.form.association_unverified",
        "sse.not_by_form",
        "sse.excluded_activities",
        "sse.official_list",
        "sse.company.entry",
        "sse.social_utility_aims",
    } <= doubtful
    assert not {"sse.form.association", "sse.form.cooperative", "sse.form.mutual", "sse.rne_forms"} & doubtful
