"""What an import does to the directory, case by case; the real files; what goes wrong."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from essaim.law.text import ExplainedError
from essaim.observatory.build import build
from essaim.observatory.simulate import simulate
from essaim.observatory.store import Store
from essaim.organisations import acts
from essaim.organisations.importing.forgetting import forget_statements
from essaim.organisations.models import (
    Act,
    Evidence,
    Import,
    Label,
    Organisation,
    Profile,
    Revision,
    Ruling,
    Site,
    Statement,
)  # fmt: skip
from essaim.organisations.operations.importing import import_file, run, undo_import
from essaim.organisations.queries.quality import quality
from essaim.organisations.rules.quality import ITEMS, quality_of
from essaim.organisations.standing import finding_of
from essaim.organisations.tests.factories import (
    TODAY,
    make_authority,
    make_organisation,
    make_site,
    siren_number,
    siret_number,
)
from essaim.organisations.tests.files import content, write_csv, write_register, write_siae, write_successions
from essaim.ui.models import IndexChange

pytestmark = pytest.mark.django_db
SIREN, OTHER = siren_number(501), siren_number(502)
SIRET, SECOND, TAKER = siret_number(SIREN), siret_number(SIREN, 2), siret_number(OTHER)


def bring(path: Path, form: str = "csv", apply: bool = True, **options):
    return import_file(path=path, format=form, by=None, on=TODAY, apply=apply, **options)


def register(tmp_path: Path, year: int, *sirets: str, **values):
    path = write_register(tmp_path / f"r{year}.parquet", [{"siret": siret, **values} for siret in sirets])
    return bring(path, "register", vintage=date(year, 1, 1))


class TestStatus:
    def test_it_is_the_one_the_law_gives_of_the_evidence(self, tmp_path):
        rows = [
            {
                "siren": siren_number(n),
                "nom": f"N{n}",
                "categorie_juridique": form,
                "indicateur_ess": flag,
                "liste_ess": on,
            }
            for n, (form, flag, on) in enumerate(
                [
                    (form, flag, on)
                    for form in ("9220", "5710", "7210")
                    for flag in ("", "O", "N")
                    for on in ("", "oui")
                ],
                510,
            )
        ]
        bring(write_csv(tmp_path / "l.csv", rows))
        for each in Organisation.objects.all():
            found = finding_of(each, TODAY)
            assert (each.status, each.family, each.reason_code) == (
                found.status,
                found.family or "",
                found.reason_code,
            )

    def test_a_ruling_settles_whatever_a_new_file_says(self, tmp_path):
        register(tmp_path, 2025, SIRET, legal_category="9220", flag="O")
        organisation = Organisation.objects.get()
        Ruling.objects.create(
            organisation=organisation,
            authority=make_authority(),
            says="not_member",
            reason="Dissoute",
            ruled_on=TODAY,
        )
        register(tmp_path, 2026, SIRET, legal_category="9220", flag="N")
        organisation.refresh_from_db()
        assert (organisation.status, organisation.reason_code) == ("not_member", "ruling_not_member")

    def test_the_siae_list_says_nothing_of_membership(self, tmp_path):
        bring(write_siae(tmp_path / "s.csv", [{"siret": SIRET}]), "siae")
        assert (Evidence.objects.count(), Label.objects.get().kind) == (0, "siae_aci")


class TestPeople:
    def test_a_profile_a_corrected_column_and_an_added_place_stay(self, tmp_path):
        register(tmp_path, 2025, SIRET, name="NOM DU REGISTRE", address="1 RUE A", lon=3.0, lat=50.6)
        organisation, site = Organisation.objects.get(), Site.objects.get()
        Profile.objects.create(organisation=organisation, summary="Nous réparons des vélos")
        mine = make_site(organisation, siret=None, is_official=False, name="Notre atelier", lon=3.2, lat=50.7)
        with acts.act("corrected", by=None, on=TODAY) as deed:
            deed.update(organisation, name="Les Vélos de Lille")
            deed.update(site, lon=3.0573, lat=50.6292, position_source="people")
        told = register(tmp_path, 2026, SIRET, name="NOUVEAU NOM", address="2 RUE B", lon=3.1, lat=50.65)
        organisation.refresh_from_db()
        site.refresh_from_db()
        mine.refresh_from_db()
        assert (organisation.name, organisation.profile.summary) == (
            "Les Vélos de Lille",
            "Nous réparons des vélos",
        )
        assert (site.lon, site.lat, site.address) == (3.0573, 50.6292, "2 RUE B")
        assert (mine.name, mine.lon) == ("Notre atelier", 3.2)
        assert told.tally.kept == 2

    def test_a_record_made_by_people_keeps_its_name_and_gains_the_rest(self, tmp_path):
        make_organisation(siren=SIREN, name="Le café du coin", naf="", legal_category="9220")
        register(tmp_path, 2026, SIRET, name="ASSOC CDC", naf="56.30Z", rna_id="W123456789")
        found = Organisation.objects.get()
        assert (found.name, found.naf, found.rna_id, found.sector) == (
            "Le café du coin", "56.30Z", "W123456789", "accommodation_food_services",
        )  # fmt: skip

    def test_an_erased_record_is_left_alone(self, tmp_path):
        make_organisation(siren=SIREN, name="…", hidden="erased")
        register(tmp_path, 2026, SIRET, name="NOM")
        assert (Organisation.objects.get().name, Site.objects.count(), Statement.objects.count()) == (
            "…",
            0,
            0,
        )

    def test_an_erased_record_without_siren_does_not_come_back_either(self, tmp_path):
        path = write_csv(
            tmp_path / "l.csv", [{"rna": "W123456789", "nom": "A"}, {"identifiant": "7", "nom": "B"}]
        )
        bring(path)
        for organisation in Organisation.objects.all():
            with acts.act("erased", by=None, on=TODAY) as deed:
                assert forget_statements(deed, organisation) == 1
                deed.update(organisation, name="…", rna_id="", hidden="erased")
        for vintage in (TODAY, date(2026, 12, 1)):
            import_file(path=path, format="csv", by=None, on=date(2026, 12, 1), apply=True, vintage=vintage)
        assert set(Organisation.objects.values_list("name", "rna_id")) == {("…", "")}
        assert set(Statement.objects.values_list("said", flat=True)) == {"{}"}

    def test_what_people_added_stands_in_the_way_of_undo(self, tmp_path):
        register(tmp_path, 2026, SIRET)
        Profile.objects.create(organisation=Organisation.objects.get(), summary="À nous")
        with pytest.raises(acts.CannotUndo):
            undo_import(imported=Import.objects.get(), by=None, on=TODAY)
        assert (Organisation.objects.count(), Profile.objects.count()) == (1, 1)


class TestClosing:
    def test_the_register_closes_what_it_no_longer_has_in_its_territory(self, tmp_path):
        register(tmp_path, 2025, SIRET, SECOND)
        told = register(tmp_path, 2026, SIRET)
        assert dict(Site.objects.values_list("siret", "closed_on")) == {SIRET: None, SECOND: date(2026, 1, 1)}
        assert (Organisation.objects.get().closed_on, told.counts["closed"]) == (None, 1)

    def test_not_elsewhere(self, tmp_path):
        register(tmp_path, 2025, SIRET, commune="59350")
        register(tmp_path, 2026, TAKER, commune="75056")
        assert set(Site.objects.values_list("closed_on", flat=True)) == {None}

    def test_a_list_closes_nothing_it_does_not_hold(self, tmp_path):
        bring(
            write_csv(tmp_path / "l.csv", [{"siren": SIREN, "nom": "A"}, {"siren": OTHER, "nom": "B"}]),
            vintage=date(2025, 1, 1),
        )
        bring(write_csv(tmp_path / "l.csv", [{"siren": SIREN, "nom": "A"}]), vintage=date(2026, 1, 1))
        assert set(Organisation.objects.values_list("closed_on", flat=True)) == {None}

    def test_an_older_register_brings_nothing_back(self, tmp_path):
        register(tmp_path, 2026, SIRET, name="NOUVEAU")
        register(tmp_path, 2025, SIRET, SECOND, name="ANCIEN")
        assert dict(Site.objects.values_list("siret", "closed_on")) == {SIRET: None, SECOND: date(2026, 1, 1)}
        assert Organisation.objects.get().name == "NOUVEAU"


class TestSuccessions:
    def test_labels_follow_the_establishment_and_the_old_one_stays_closed(self, tmp_path):
        links = write_successions(tmp_path / "liens.csv", [(SIRET, TAKER, date(2024, 3, 1))])
        bring(write_siae(tmp_path / "siae_2021.csv", [{"siret": SIRET, "name": "ANCIENNE"}]), "siae")
        bring(
            write_register(tmp_path / "r_2026.parquet", [{"siret": TAKER, "name": "REPRENEUSE"}]),
            "register",
            successions=links,
        )
        old, new = Organisation.objects.get(siren=SIREN), Organisation.objects.get(siren=OTHER)
        assert (old.closed_on, old.successor, old.name) == (date(2024, 3, 1), new, "ANCIENNE")
        assert [(label.organisation, label.site.siret, label.kind) for label in Label.objects.all()] == [
            (new, TAKER, "siae_aci")
        ]

    def test_a_loop_is_not_followed_and_is_told(self, tmp_path):
        links = write_successions(
            tmp_path / "liens.csv", [(SIRET, TAKER, date(2024, 3, 1)), (TAKER, SIRET, date(2024, 4, 1))]
        )
        told = bring(
            write_siae(tmp_path / "s.csv", [{"siret": SIRET}, {"siret": TAKER}]), "siae", successions=links
        )
        assert told.loops == sorted([SIRET, TAKER])
        assert set(Organisation.objects.values_list("closed_on", "successor")) == {(None, None)}


class TestIdentity:
    def test_an_association_known_by_its_rna_receives_its_siren(self, tmp_path):
        bring(write_csv(tmp_path / "a.csv", [{"rna": "W123456789", "nom": "A"}]))
        number = Organisation.objects.get().pk
        bring(write_csv(tmp_path / "b.csv", [{"siren": SIREN, "rna": "W123456789", "nom": "A"}]))
        assert list(Organisation.objects.values_list("pk", "siren", "rna_id")) == [
            (number, SIREN, "W123456789")
        ]

    def test_an_initiative_without_number_is_found_again_by_its_name_and_place(self, tmp_path):
        row = {"nom": "Jardin partagé", "commune": "Roubaix", "cp": "59100"}
        bring(write_csv(tmp_path / "jardins_2025.csv", [row]))
        again = bring(write_csv(tmp_path / "jardins_2026.csv", [{**row, "adresse": "3 rue Verte"}]))
        assert (Organisation.objects.count(), Site.objects.count(), again.counts["updated"]) == (1, 1, 1)

    def test_two_kinds_on_one_establishment_are_two_labels_on_one_site(self, tmp_path):
        told = bring(
            write_siae(tmp_path / "s.csv", [{"siret": SIRET, "kind": "ACI"}, {"siret": SIRET, "kind": "EI"}]),
            "siae",
        )
        assert (Site.objects.count(), sorted(Label.objects.values_list("kind", flat=True))) == (
            1,
            ["siae_aci", "siae_ei"],
        )
        assert dict(told.remarks) == {"no_position": 2, "same_key": 1}


class TestSafety:
    def test_nothing_is_half_done(self, tmp_path, monkeypatch):
        register(tmp_path, 2025, SIRET)
        before, counts = content(), [table.objects.count() for table in (Act, Revision, Import, IndexChange)]
        written = run.write

        def write_and_fall(deed, plan):
            written(deed, plan)
            raise OSError("disk full")

        monkeypatch.setattr(run, "write", write_and_fall)
        with pytest.raises(OSError, match="disk full"):
            register(tmp_path, 2026, SECOND, TAKER)
        assert content() == before
        assert [table.objects.count() for table in (Act, Revision, Import, IndexChange)] == counts

    def test_a_dry_run_writes_nothing(self, tmp_path):
        path = write_siae(tmp_path / "s.csv", [{"siret": SIRET}, {"siret": "1"}])
        told = bring(path, "siae", apply=False)
        assert (told.counts["created"], told.counts["rejected"], told.number) == (1, 1, None)
        assert [table.objects.count() for table in (Organisation, Statement, Import, Act)] == [0, 0, 0, 0]

    def test_a_register_that_lost_many_rows_is_refused_unless_accepted(self, tmp_path):
        sirets = [siret_number(siren_number(600 + n)) for n in range(60)]
        register(tmp_path, 2025, *sirets)
        path = write_register(tmp_path / "cut.parquet", [{"siret": siret} for siret in sirets[:40]])
        with pytest.raises(ExplainedError) as refused:
            bring(path, "register", vintage=date(2026, 1, 1))
        assert all(
            part in refused.value.text.fr
            for part in ("20 établissements sur 60", "33 %", "seuil : 10 %", "--accept-loss")
        )
        assert Site.objects.filter(closed_on__isnull=False).count() == 0
        bring(path, "register", vintage=date(2026, 1, 1), accept_loss=True)
        assert Site.objects.filter(closed_on__isnull=False).count() == 20

    def test_a_file_full_of_bad_rows_is_refused(self, tmp_path):
        path = write_siae(tmp_path / "s.csv", [{"siret": SIRET}, *({"siret": "12"} for _ in range(60))])
        with pytest.raises(ExplainedError):
            bring(path, "siae")

    @pytest.mark.parametrize("options", [{"form": "xml"}, {"vintage": date(2030, 1, 1)}])
    def test_what_is_asked_wrongly_is_explained(self, tmp_path, options):
        form = options.pop("form", "siae")
        with pytest.raises(ExplainedError):
            bring(write_siae(tmp_path / "s.csv", [{"siret": SIRET}]), form, **options)

    def test_the_number_of_queries_does_not_follow_the_number_of_rows(
        self, tmp_path, django_assert_max_num_queries
    ):
        for start, size in ((0, 1), (100, 30)):
            rows = [{"siret": siret_number(siren_number(700 + start + n))} for n in range(size)]
            path = write_siae(tmp_path / f"s{size}.csv", rows)
            with django_assert_max_num_queries(60):
                bring(path, "siae")


class TestQuality:
    def test_the_score_is_the_sum_of_the_weights_of_what_is_there(self):
        assert (quality_of(set()).score, quality_of(set(ITEMS)).score) == (0, 100)
        found = quality_of({"name", "position"})
        assert (found.score, found.missing[0].code) == (20, "summary")

    def test_an_import_writes_it_and_people_raise_it(self, tmp_path):
        register(tmp_path, 2026, SIRET, naf="88.99B", address="1 RUE A", lon=3.0, lat=50.6)
        organisation = Organisation.objects.get()
        assert organisation.quality == quality(organisation).score == 35
        with acts.act("edited", by=None, on=TODAY) as deed:
            deed.create(Profile(organisation=organisation, summary="Une phrase"))
        organisation.refresh_from_db()
        assert organisation.quality == quality(organisation).score == 50

    def test_an_undo_is_not_refused_for_it_and_brings_it_back(self, tmp_path):
        register(tmp_path, 2026, SIRET, naf="88.99B", address="1 RUE A", lon=3.0, lat=50.6)
        organisation = Organisation.objects.get()
        with acts.act("named", by=None, on=TODAY) as deed:
            deed.update(organisation, sigle="ABC")
        with acts.act("edited", by=None, on=TODAY) as later:
            later.create(Profile(organisation=organisation, summary="Une phrase"))
        acts.undo(deed.act, by=None, on=TODAY)
        organisation.refresh_from_db()
        assert (organisation.sigle, organisation.quality) == ("", 50)
        acts.undo(later.act, by=None, on=TODAY)
        organisation.refresh_from_db()
        assert organisation.quality == 35


class TestStore:
    def test_records_have_the_status_the_observatory_gave_them(self, tmp_path):
        simulate(tmp_path / "register", establishments=4_000, scope=["epci:200093201"])
        build(tmp_path / "register", tmp_path / "store")
        rows = Store(tmp_path / "store").current().read("establishments").to_pylist()
        told = bring(tmp_path / "store", "register", territories=["epci:200093201"])
        given = {row["siren"]: (row["status"], row["reason_code"]) for row in rows}
        found = Organisation.objects.values_list("siren", "status", "reason_code")
        assert {siren: tuple(rest) for siren, *rest in found} == given
        assert set(Site.objects.values_list("siret", flat=True)) == {row["siret"] for row in rows}
        assert (Import.objects.get().is_fictitious, told.origin.vintage) == (True, date(2026, 11, 1))


@pytest.mark.shared_data
class TestRealFiles:
    def test_the_siae_list(self, shared_data):
        path = shared_data / "lists" / "siae_geiq_ea_france_2021-02.csv"
        told = bring(path, "siae")
        rows = _plain_rows(path)
        assert told.counts == {
            "read_rows": 3849, "created": len({siret[:9] for siret in rows}), "updated": 0, "closed": 0, "unchanged": 0,
            "rejected": 10, "disagreements": 0,
        }  # fmt: skip
        kinds = defaultdict(set)
        for siret, kind in Label.objects.values_list("site__siret", "kind"):
            kinds[siret].add(kind.removeprefix("siae_").upper())
        assert dict(kinds) == rows
        assert Site.objects.filter(lon__isnull=True).count() == told.remarks["no_position"] == 31
        again = bring(path, "siae")
        assert (again.changes, again.counts["unchanged"]) == (0, told.counts["created"])

    def test_the_digital_sse_database(self, shared_data):
        path = shared_data / "sirene" / "ess_numerique_france_2026.csv"
        told = bring(path)
        assert told.counts | {"disagreements": 0} == {
            "read_rows": 3667, "created": 3629, "updated": 0, "closed": 0, "unchanged": 0, "rejected": 38,
            "disagreements": 0,
        }  # fmt: skip
        assert dict(told.reasons) == {"uncertain_match": 38}
        assert Evidence.objects.filter(source="listed").count() == 2061
        assert Label.objects.filter(kind="esus", site__isnull=True).count() == 78
        before = content()
        undo_import(imported=Import.objects.get(), by=None, on=TODAY)
        assert Organisation.objects.count() == 0
        bring(path)
        assert content() == before


def _plain_rows(path: Path) -> dict[str, set[str]]:
    """SIRET whose check holds -> kinds, by the plainest means."""
    kinds = defaultdict(set)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            doubled = [int(d) * (2 if at % 2 == 0 else 1) for at, d in enumerate(row["siret"])]
            if sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0:
                kinds[row["siret"]].add(row["kind"])
    return dict(kinds)
