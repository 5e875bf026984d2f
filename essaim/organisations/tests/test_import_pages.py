"""Imports and freshness in the browser and from the command line."""

import os
import time
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from essaim.law.text import ExplainedError
from essaim.organisations import acts
from essaim.organisations.cli.imports import import_command, undo_command
from essaim.organisations.importing.kept import file_of
from essaim.organisations.models import Import, Organisation, Proposal, Site
from essaim.organisations.operations.importing import (
    CannotImport,
    apply_draft,
    draft_import,
    import_file,
    purge_uploads,
)
from essaim.organisations.queries import freshness
from essaim.organisations.queries.freshness import disagreeing_pairs, rejections, source_states
from essaim.organisations.rules.import_words import limits
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_organisation,
    make_user,
    siren_number,
    siret_number,
)
from essaim.organisations.tests.files import write_csv, write_siae
from essaim.ui.formats import date_long

pytestmark = pytest.mark.django_db
SIREN = siren_number(901)
SIRET = siret_number(SIREN)
LIST = f"siret;nom;labels\n{SIRET};=HYPERLINK(1);ESUS\n@SUM(1);<script>;\n".encode()


@pytest.fixture(autouse=True)
def fresh_figures():
    """Tests start again from the same ids: what was worked out for one is not for the next."""
    for kept in (freshness._states, freshness._pairs):
        kept.cache_clear()


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"


@pytest.fixture
def agent() -> Client:
    client = Client()
    client.force_login(make_agent())
    return client


def send(client: Client, content: bytes = LIST, **values: str):
    file = SimpleUploadedFile("liste_2026-03.csv", content)
    return client.post(reverse("organisations:import_new"), {"file": file, "format": "csv", **values})


class TestPages:
    def test_a_file_is_looked_at_then_applied_then_undone(self, agent):
        page = send(agent)
        row = Import.objects.get()
        assert (page.status_code, page.url) == (302, reverse("organisations:import", args=[row.pk]))
        assert (row.vintage, row.dataset, row.created, row.rejected) == (date(2026, 3, 1), "list:liste", 1, 1)
        assert Organisation.objects.count() == 0
        assert "Rien n'est encore écrit" in agent.get(page.url).content.decode().replace("&#x27;", "'")

        agent.post(reverse("organisations:import_apply", args=[row.pk]))
        assert list(Organisation.objects.values_list("siren", "name")) == [(SIREN, "=HYPERLINK(1)")]
        row.refresh_from_db()
        assert (row.summary["is_applied"], row.act.by) == (True, row.act.by)

        agent.post(reverse("organisations:import_undo", args=[row.pk]))
        assert Organisation.objects.count() == 0
        assert "Cet import est annulé" in agent.get(page.url).content.decode()

    def test_nothing_is_applied_twice(self, agent):
        send(agent)
        address = reverse("organisations:import_apply", args=[Import.objects.get().pk])
        agent.post(address)
        page = agent.post(address, follow=True)
        assert "déjà appliqué" in page.content.decode()
        assert Organisation.objects.count() == 1

    def test_refused_rows_are_downloaded_with_formulas_made_harmless(self, agent):
        send(agent)
        page = agent.get(reverse("organisations:import_rejected", args=[Import.objects.get().pk]))
        assert (
            page.content.decode("utf-8-sig").splitlines()[1]
            == "3;SIRET dont la clé est fausse;'@SUM(1);'@SUM(1)"
        )

    def test_text_from_a_file_is_never_markup(self, agent):
        content = f"siret;nom\n{SIRET};<img src=x onerror=alert(1)>\n".encode()
        page = agent.get(send(agent, content).url).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page

    def test_a_wrong_file_is_explained_beside_the_field(self, agent):
        page = send(agent, b"couleur;taille\nbleu;2\n")
        assert (page.status_code, Import.objects.count()) == (422, 0)
        assert "Colonnes trouvées" in page.content.decode()

    def test_others_may_not(self, client):
        client.force_login(make_user())
        assert {send(client).status_code, client.get(reverse("organisations:imports")).status_code} == {403}
        assert Import.objects.count() == 0

    def test_the_list_asks_as_many_questions_for_one_import_as_for_thirty(
        self, agent, django_assert_num_queries
    ):
        def add(count: int) -> None:
            Import.objects.bulk_create(
                Import(format="csv", file_name="l.csv", sha256="0", dataset="list:l") for _ in range(count)
            )

        add(1)
        agent.get(reverse("organisations:imports"))
        for more in (0, 29):
            add(more)
            with django_assert_num_queries(5):
                assert agent.get(reverse("organisations:imports")).status_code == 200


class TestDrafts:
    def test_what_is_applied_is_what_was_looked_at(self, tmp_path):
        draft = draft_import(
            content=[LIST],
            file_name="../../liste.csv",
            format="csv",
            dataset="amis",
            vintage=None,
            by=None,
            on=TODAY,
        )
        assert (draft.file_name, draft.dataset, draft.act) == ("liste.csv", "list:amis", None)
        found = apply_draft(draft=draft, by=None, on=TODAY)
        assert (found.number, found.counts["created"], Import.objects.count()) == (draft.pk, 1, 1)

    def test_a_file_too_large_is_refused_and_not_kept(self, settings, monkeypatch):
        monkeypatch.setattr("essaim.organisations.operations.importing.uploads.UPLOAD_BYTES", 10)
        with pytest.raises(CannotImport):
            draft_import(
                content=[LIST], file_name="l.csv", format="csv", dataset="", vintage=None, by=None, on=TODAY
            )
        assert [path for path in Path(settings.HOME).rglob("*") if path.is_file()] == []

    def test_files_leave_the_server_after_some_days_and_the_page_says_so(self, agent, settings):
        send(agent)
        old = Import.objects.get()
        send(agent, LIST + b"\n")
        new = Import.objects.exclude(pk=old.pk).get()
        long_ago = time.time() - (limits().kept_days * 86_400 + 60)
        os.utime(file_of(old), (long_ago, long_ago))
        assert purge_uploads(by=None, on=TODAY) == 1
        assert (file_of(old).parent.exists(), file_of(new).exists()) == (False, True)
        page = agent.get(reverse("organisations:import", args=[old.pk])).content.decode()
        assert reverse("organisations:import_apply", args=[old.pk]) not in page
        assert "plus sur le serveur" in page
        with pytest.raises(CannotImport):
            apply_draft(draft=old, by=None, on=TODAY)
        apply_draft(draft=new, by=None, on=TODAY)
        assert Organisation.objects.count() == 1


class TestFreshness:
    def bring(self, tmp_path: Path) -> None:
        siae = [{"siret": SIRET, "naf": "8899B", "city": "Lille", "post_code": "59000"}, {"siret": "1"}]
        import_file(
            path=write_siae(tmp_path / "siae_2021-02.csv", siae), format="siae", by=None, on=TODAY, apply=True
        )
        row = {"siret": SIRET, "nom": "A", "naf": "38.11Z", "categorie_juridique": "9220", "indicateur_ess": "N",
               "commune": "Roubaix", "cp": "59100"}  # fmt: skip
        import_file(
            path=write_csv(tmp_path / "amis_2025.csv", [row]), format="csv", by=None, on=TODAY, apply=True
        )

    def test_each_source_tells_its_age_its_share_and_what_it_refused(self, tmp_path):
        self.bring(tmp_path)
        make_organisation()
        states = [(s.source, s.vintage, s.organisations, s.share_pct, s.rejected) for s in source_states()]
        assert states == [
            ("list:amis", date(2025, 1, 1), 1, 50.0, 0),
            ("siae", date(2021, 2, 1), 1, 50.0, 1),
        ]
        assert dict(rejections()) == {("siae", "bad_siret"): 1}

    def test_disagreements_are_counted_by_pair(self, tmp_path):
        self.bring(tmp_path)
        found = {(pair.field, pair.low, pair.high): pair.count for pair in disagreeing_pairs()}
        assert found == {
            ("activity", "list:amis", "siae"): 1,
            ("commune", "list:amis", "siae"): 1,
            ("membership", "category", "flag"): 1,
        }

    def test_a_hidden_record_is_counted_nowhere(self, tmp_path):
        self.bring(tmp_path)
        with acts.act("objection", by=None, on=TODAY) as deed:
            deed.update(Organisation.objects.get(), hidden="objection")
        assert (source_states(), disagreeing_pairs()) == ([], ())

    def test_the_page_and_its_table_are_public(self, client, tmp_path):
        self.bring(tmp_path)
        page = client.get(reverse("organisations:freshness")).content.decode()
        for words in ("Liste « amis »", date_long(date(2021, 2, 1), "fr"), "SIRET dont la clé est fausse"):
            assert words in page
        lines = client.get(reverse("organisations:freshness_csv")).content.decode("utf-8-sig").splitlines()
        assert [line.split(";")[0] for line in lines] == ["Code", "list:amis", "siae"]


class TestCommands:
    def run(self, command, *arguments: str):
        return CliRunner().invoke(command, [*arguments, "--lang", "fr"])

    def test_dry_then_applied_then_undone(self, tmp_path):
        path = str(write_siae(tmp_path / "siae_2026-01.csv", [{"siret": SIRET, "name": "RECYCLERIE"}]))
        dry = self.run(import_command, "--from", path, "--format", "siae")
        assert (dry.exit_code, Organisation.objects.count()) == (0, 0)
        assert dry.output.splitlines()[-2:] == [
            "Rien n'a été écrit : ajoutez --apply.",
            "1 lignes lues, 0 refusées : 1 organisations créées, 0 modifiées, 0 fermées, 0 inchangées, "
            "0 en désaccord entre sources.",
        ]
        assert self.run(import_command, "--from", path, "--format", "siae", "--apply").exit_code == 0
        number = str(Import.objects.get().pk)
        assert self.run(undo_command, number).exit_code == 0
        assert Site.objects.count() == 1
        assert self.run(undo_command, number, "--apply").output == f"Import {number} annulé.\n"
        assert Site.objects.count() == 0

    def test_wrong_use_and_failures_are_told_apart(self, tmp_path):
        assert self.run(import_command, "--from", "x", "--format", "xml").exit_code == 2
        assert (
            self.run(import_command, "--from", "x", "--format", "csv", "--territory", "epci:1").exit_code == 2
        )
        assert isinstance(
            self.run(import_command, "--from", "x", "--format", "csv").exception, ExplainedError
        )
        assert isinstance(self.run(undo_command, "12").exception, ExplainedError)


def test_imports_leave_proposals_alone(tmp_path):
    organisation = make_organisation(siren=SIREN)
    Proposal.objects.create(
        organisation=organisation, kind="correction", changes={"name": "B"}, made_on=TODAY
    )
    import_file(
        path=write_siae(tmp_path / "s.csv", [{"siret": SIRET}]), format="siae", by=None, on=TODAY, apply=True
    )
    assert list(Proposal.objects.values_list("state", "changes")) == [("open", {"name": "B"})]
