"""What is invented in a demonstration's directory: once, marked, undone like any import, never beside real records."""

from datetime import date

import pytest
from click.testing import CliRunner

from essaim.organisations.cli.demonstration import demonstrate
from essaim.organisations.exports.rows import facts
from essaim.organisations.models import Import, Label, Organisation, StepPresence, Support
from essaim.organisations.operations.demonstration import NotADemonstration, demonstrate_directory
from essaim.organisations.operations.importing import undo_import
from essaim.organisations.rules.demonstration import Hall, demonstration
from essaim.organisations.tests.directory_factory import write_directory
from essaim.organisations.tests.factories import make_agent, make_authority, make_organisation

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)


def rows() -> list[object]:
    labels = Label.objects.filter(dataset="demonstration").order_by("organisation_id")
    return [
        *labels.values_list("organisation_id", "kind"),
        *StepPresence.objects.order_by("id").values_list("organisation_id", "channel", "step"),
        *Support.objects.order_by("id").values_list("organisation_id", "title"),
    ]


def test_rows_are_invented_once_and_say_so(client) -> None:
    write_directory()
    before = facts().vintage
    made = demonstrate_directory(by=None, on=ON)
    assert (made.is_new, made.labels > 3, made.steps > 3, made.supports > 1) == (True, True, True, True)
    written = rows()
    assert len(written) == made.labels + made.steps + made.supports
    assert all(title.endswith("(fictif)") for title in Support.objects.values_list("title", flat=True))
    assert Import.objects.get(format="demonstration").is_fictitious
    assert (facts().fictitious, facts().vintage) == (True, before)
    again = demonstrate_directory(by=None, on=date(2026, 12, 24))
    assert (again.is_new, again.supports, rows()) == (False, made.supports, written)
    assert "(fictif)" in client.get("/organisations/supports/").content.decode()


def test_the_agent_sees_it_among_the_imports_and_may_undo_it(client) -> None:
    write_directory()
    demonstrate_directory(by=None, on=ON)
    client.force_login(make_agent(make_authority()))
    page = client.get("/organisations/imports/?lang=en").content.decode()
    assert "Demonstration (invented)" in page
    imported = Import.objects.get(format="demonstration")
    assert client.get(f"/organisations/imports/{imported.pk}/").status_code == 200
    undo_import(imported=imported, by=None, on=ON)
    assert rows() == []
    assert demonstrate_directory(by=None, on=ON).is_new


def test_nothing_is_written_without_apply() -> None:
    write_directory()
    assert demonstrate_directory(apply=False, by=None, on=ON).supports
    assert rows() == []


def test_nothing_is_invented_beside_real_organisations() -> None:
    make_organisation()
    with pytest.raises(NotADemonstration, match="real organisations"):
        demonstrate_directory(by=None, on=ON)


def test_nothing_is_invented_once_a_real_file_was_imported() -> None:
    write_directory()
    Import.objects.update(is_fictitious=False)
    with pytest.raises(NotADemonstration, match="real organisations"):
        demonstrate_directory(by=None, on=ON)
    assert rows() == []


def test_an_empty_directory_is_told_what_to_do_first() -> None:
    with pytest.raises(NotADemonstration, match="make demo-data"):
        demonstrate_directory(by=None, on=ON)


def test_every_label_is_in_force_that_day_and_nobody_has_two() -> None:
    write_directory()
    demonstrate_directory(by=None, on=ON)
    found = Label.objects.filter(dataset="demonstration")
    assert all(each.valid_from <= ON <= each.valid_to for each in found)
    assert found.values("organisation").distinct().count() == found.count()


def test_a_hall_takes_each_activity_in_its_turn() -> None:
    hall = Hall([(1, "a"), (2, "a"), (3, "b"), (4, "c")])
    assert hall.first(["a", "b"], 3) == [1, 3, 2]
    assert hall.take(["a", "b"], 2) == [1, 3]
    assert hall.take(["a", "b"], 2) == [2]
    assert hall.take(["z"]) == []


def test_the_command_is_dry_then_writes_then_says_it_is_done() -> None:
    write_directory()
    dry = CliRunner().invoke(demonstrate, ["--lang", "en", "--on", "2026-11-22"])
    assert (dry.exit_code, dry.output.endswith("Add --apply.\n"), Support.objects.count()) == (0, True, 0)
    done = CliRunner().invoke(demonstrate, ["--lang", "en", "--apply", "--on", "2026-11-22"])
    assert done.output.startswith("Invented in the directory: ")
    again = CliRunner().invoke(demonstrate, ["--lang", "fr", "--apply"])
    assert again.output == "La démonstration est déjà dans l'annuaire : rien n'a changé.\n"


def test_the_file_of_the_demonstration_names_known_codes() -> None:
    from essaim.organisations.rules import LABELS, SUPPORT_STAGES, SUPPORTS  # noqa: PLC0415
    from essaim.organisations.rules.channels import CHANNELS  # noqa: PLC0415

    content = demonstration()
    assert {each["kind"] for each in content["labels"]} <= set(LABELS)
    assert all(each["step"] in CHANNELS[each["channel"]].steps for each in content["steps"])
    assert {each["kind"] for each in content["supports"]} <= set(SUPPORTS)
    assert {stage for each in content["supports"] for stage in each["stages"]} <= set(SUPPORT_STAGES)
    assert Organisation.objects.count() == 0
