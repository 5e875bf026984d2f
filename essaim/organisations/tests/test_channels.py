"""Value chains: what activity suggests and why, what people declare, which steps are empty."""

import csv
import io
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from essaim.law.text import Text
from essaim.organisations import acts
from essaim.organisations.models import Act, Offer, Organisation, Profile, StepPresence, Steward
from essaim.organisations.operations import steps as operations
from essaim.organisations.queries.channels import actors_by_step, channel_in
from essaim.organisations.rules.channels import CHANNELS, folded, plain, suggested_steps
from essaim.organisations.rules.nomenclature import naf_code, naf_label
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)

MEL, REUSE = "epci:200093201", CHANNELS["reuse"]
NAFS = sorted({code for one in CHANNELS.values() for step in one.steps.values() for code in step.naf})
WORDS = sorted({word for one in CHANNELS.values() for step in one.steps.values() for word in step.words})
texts = st.lists(
    st.sampled_from([*WORDS, "les amis de", "Réparation", "tricot"]) | st.text(max_size=30), max_size=4
)
codes = st.lists(st.sampled_from([*NAFS, "94.99Z", "", "?"]), max_size=4)


def found(nafs: list[str], words: list[str]) -> set[tuple[str, str]]:
    return {(each.channel, each.step) for each in suggested_steps(nafs, words)}


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Rows of a test are written without acts, which is what says that the directory changed."""
    cache.clear()


class TestVocabulary:
    def test_every_step_can_be_suggested_by_something_and_every_activity_exists(self):
        silent = [
            (one.code, step.code) for one in CHANNELS.values() for step in one.steps.values()
            if not step.naf and not step.words
        ]  # fmt: skip
        assert silent == []
        assert [code for code in NAFS if naf_code(code) != code or naf_label(code) is None] == []

    def test_words_are_written_as_they_are_searched(self):
        assert [word for word in WORDS if plain(word) != word.strip()] == []

    def test_each_channel_has_at_least_four_steps_said_in_both_languages(self):
        for one in CHANNELS.values():
            assert len(one.steps) >= 4
            assert all(isinstance(text, Text) and text.fr and text.en for text in (one.label, one.summary))


class TestDeduction:
    @pytest.mark.parametrize(
        ("nafs", "words", "steps"),
        [
            (["3832Z"], [], {("reuse", "sort"), ("reuse", "recycle")}),
            ([], ["LA RESSOURCERIE DU PORT"], {("reuse", "resell")}),
            ([], ["Centre de tri"], {("reuse", "sort")}),
            ([], ["Tricot et compagnie"], set()),
            (["94.99Z"], ["Les amis de la musique"], set()),
            ([], ["Épicerie solidaire"], {("food", "distribute"), ("food", "aid")}),
        ],
    )
    def test_what_is_suggested(self, nafs: list[str], words: list[str], steps: set):
        assert found(nafs, words) == steps

    def test_each_suggestion_says_why(self):
        suggested = suggested_steps(["47.79Z"], ["Ressourcerie, bric-à-brac"])
        assert [reason.text.fr for reason in suggested[0].reasons] == [
            "activité 47.79Z, Commerce de biens d'occasion",
            "« bric-à-brac »",
            "« Ressourcerie »",
        ]

    def test_a_phrase_does_not_run_from_one_text_to_the_next(self):
        assert ("reuse", "sort") not in found([], ["Notre centre", "de coworking"])
        assert found([], ["bric", "a brac"]) == set()

    @given(codes, texts, codes, texts)
    def test_knowing_more_never_takes_a_step_away(self, nafs, words, more_nafs, more_words):
        assert found(nafs, words) <= found(nafs + more_nafs, words + more_words)

    @given(st.text() | st.text("Éàçœ’– Réparation-vélo Æ\u00a0", max_size=20))
    def test_the_quick_folding_is_that_of_unicode(self, words: str):
        assert plain(words) == " ".join(re.findall("[a-z0-9]+", folded(words)))

    @given(codes, texts)
    def test_every_reason_is_true(self, nafs: list[str], words: list[str]):
        for each in suggested_steps(nafs, words):
            step = CHANNELS[each.channel].steps[each.step]
            assert each.reasons
            for reason in each.reasons:
                if reason.kind == "naf":
                    assert reason.value in step.naf & {naf_code(code) for code in nafs}
                else:
                    assert any(f" {plain(reason.value)}" in f" {plain(text)}" for text in words)
                    assert plain(reason.value).startswith(tuple(word.strip() for word in step.words))

    @given(codes, texts)
    def test_the_fast_path_finds_what_a_plain_reading_finds(self, nafs: list[str], words: list[str]):
        """Word by word, without one regular expression."""

        def holds(step, text: str) -> bool:
            return any(f" {word}" in f" {plain(text)} " for word in step.words)

        expected = {
            (one.code, step.code) for one in CHANNELS.values() for step in one.steps.values()
            if {naf_code(code) for code in nafs} & step.naf or any(holds(step, text) for text in words)
        }  # fmt: skip
        assert found(nafs, words) == expected


@pytest.mark.django_db
class TestOperations:
    def declare(self, organisation: Organisation, by, step: str = "sort") -> StepPresence:
        return operations.declare_step(organisation=organisation, channel="reuse", step=step, by=by, on=TODAY)

    def test_declaring_twice_is_declaring_once_and_withdrawing_what_is_not_there_changes_nothing(self):
        organisation = make_organisation()
        assert self.declare(organisation, None) == self.declare(organisation, None)
        for _ in range(2):
            operations.withdraw_step(
                organisation=organisation, channel="reuse", step="sort", by=None, on=TODAY
            )
        assert list(Act.objects.order_by("id").values_list("verb", flat=True)) == [
            "step declared",
            "step withdrawn",
        ]

    def test_declaring_a_deduced_step_makes_it_said(self):
        organisation = make_organisation()
        StepPresence.objects.create(
            organisation=organisation, channel="reuse", step="sort", origin="activity"
        )
        assert self.declare(organisation, None).origin == "said"

    def test_stewards_and_agents_of_the_territory_may_others_may_not(self):
        organisation, steward = make_site().organisation, make_user()
        Steward.objects.create(organisation=organisation, user=steward, role="editor", since=TODAY)
        self.declare(organisation, steward)
        self.declare(organisation, make_agent(make_authority()), step="repair")
        for by in (make_user(), make_agent(make_authority(territory="epci:200046977"))):
            with pytest.raises(operations.StepRefused, match="agents of the authority"):
                self.declare(organisation, by, step="collect")
            with pytest.raises(operations.StepRefused):
                operations.withdraw_step(
                    organisation=organisation, channel="reuse", step="sort", by=by, on=TODAY
                )
        assert set(organisation.steps.values_list("step", flat=True)) == {"sort", "repair"}

    def test_a_step_that_does_not_exist_or_a_hidden_record_is_refused(self):
        with pytest.raises(operations.StepRefused, match="no such step: reuse/dream"):
            self.declare(make_organisation(), None, step="dream")
        with pytest.raises(operations.StepRefused):
            self.declare(make_organisation(hidden="objection"), None)


@pytest.mark.django_db
class TestWhoIsWhere:
    def test_declared_go_first_and_only_open_published_places_of_the_territory_count(self):
        said = make_site(make_organisation(name="Zoé trie")).organisation
        StepPresence.objects.create(organisation=said, channel="reuse", step="sort", origin="said")
        make_site(make_organisation(name="Alpha", naf="38.32Z"))
        make_site(make_organisation(name="Caché", naf="38.32Z", hidden="objection"))
        make_site(make_organisation(name="Fermée", naf="38.32Z", closed_on=TODAY))
        make_site(make_organisation(name="Partie", naf="38.32Z"), closed_on=TODAY)
        make_site(make_organisation(name="Lyon", naf="38.32Z"), commune="69123")
        actors = actors_by_step(REUSE, MEL)["sort"]
        assert [(actor.name, actor.is_said) for actor in actors] == [("Zoé trie", True), ("Alpha", False)]
        assert actors[0].reasons == ()
        assert [reason.fr for reason in actors[1].reasons] == [
            "activité 38.32Z, Récupération de déchets triés"
        ]
        assert {actor.name for actor in actors_by_step(REUSE, "")["sort"]} == {
            "Zoé trie", "Alpha", "Partie", "Lyon",
        }  # fmt: skip

    def test_the_activity_of_a_place_the_usual_name_and_the_offers_count_too(self):
        by_site = make_site(make_organisation(name="A"), naf="47.79Z").organisation
        by_name = make_site(make_organisation(name="B")).organisation
        Profile.objects.create(organisation=by_name, usual_name="La Ressourcerie")
        by_offer = make_site(make_organisation(name="C")).organisation
        Offer.objects.create(organisation=by_offer, title="Brocante solidaire")
        ids = [actor.organisation_id for actor in actors_by_step(REUSE, MEL)["resell"]]
        assert sorted(ids) == sorted([by_site.pk, by_name.pk, by_offer.pk])

    def test_an_empty_step_names_the_nearest_outside_with_its_distance_from_the_edge(self):
        make_site(make_organisation(name="Arras", naf="38.11Z"), commune="62041", lon=2.7772, lat=50.2910)
        make_site(make_organisation(name="Amiens", naf="38.11Z"), commune="80021", lon=2.2957, lat=49.8941)
        held = {each.step.code: each for each in channel_in(REUSE, MEL)}
        assert held["collect"].actors == []
        assert held["collect"].nearest.actor.name == "Arras"
        assert 20 < held["collect"].nearest.km < 45
        assert held["repair"].nearest is None

    def test_as_many_queries_with_thirty_as_with_one(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as met:
                channel_in(REUSE, MEL)
            return len(met)

        make_site(make_organisation(naf="38.32Z"))
        one = queries()
        for _ in range(29):
            make_site(make_organisation(naf="38.32Z"))
        cache.clear()
        assert queries() == one == 10

    def test_what_was_found_serves_until_the_next_act(self):
        first = make_site(make_organisation(naf="38.32Z")).organisation
        with CaptureQueriesContext(connection) as cold:
            assert len(actors_by_step(REUSE, MEL)["sort"]) == 1
        with CaptureQueriesContext(connection) as warm:
            actors_by_step(REUSE, MEL)
        assert (len(cold), len(warm)) == (5, 1)
        with acts.act("renamed", by=None, on=TODAY) as deed:
            deed.update(first, naf="94.99Z")
        assert actors_by_step(REUSE, MEL) == {}


@pytest.mark.django_db
class TestPages:
    def test_the_page_shows_each_step_its_reasons_and_the_gaps(self, client: Client):
        make_site(make_organisation(name="<b>Trieuse</b>", naf="38.32Z"))
        html = client.get(
            reverse("organisations:channel", args=["reuse"]), {"territory": MEL}
        ).content.decode()
        assert "&lt;b&gt;Trieuse&lt;/b&gt;" in html
        assert "activité 38.32Z, Récupération de déchets triés" in html
        assert "3 maillons sans acteur connu" in html
        assert re.findall(r'class="flow-count"[^>]*>(\d+)<', html) == ["0", "1", "0", "0", "1"]
        assert (
            "Acteurs à chaque maillon : Collecter 0, Trier 1, Réparer 0, Vendre ou donner 0, Recycler 1."
            in html
        )

    def test_the_csv_has_a_line_for_each_actor_and_for_each_empty_step(self, client: Client):
        make_site(make_organisation(name="+33", naf="38.32Z"))
        answer = client.get(reverse("organisations:channel_csv", args=["reuse"]), {"territory": MEL})
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [(row["Maillon"], row["Organisation"], row["Origine"]) for row in rows] == [
            ("collect", "", ""), ("sort", "'+33", "déduit"), ("repair", "", ""), ("resell", "", ""),
            ("recycle", "'+33", "déduit"),
        ]  # fmt: skip

    @pytest.mark.parametrize("name", ["channel", "channel_csv"])
    def test_an_unknown_channel_is_not_found(self, client: Client, name: str):
        assert client.get(reverse(f"organisations:{name}", args=["moon"])).status_code == 404

    def test_the_list_of_channels_keeps_the_territory(self, client: Client):
        html = client.get(reverse("organisations:channels"), {"territory": MEL}).content.decode()
        assert html.count("?territory=epci%3A200093201") == len(CHANNELS)

    def test_a_steward_ticks_and_unticks(self, client: Client):
        organisation, steward = make_organisation(), make_user()
        Steward.objects.create(organisation=organisation, user=steward, role="owner", since=TODAY)
        StepPresence.objects.create(organisation=organisation, channel="reuse", step="sort", origin="said")
        client.force_login(steward)
        address = reverse("organisations:steps", args=[organisation.pk])
        assert 'value="reuse/sort" checked' in client.get(address).content.decode()
        client.post(address, {"step": ["reuse/repair", "food/cook", "moon/walk"]})
        assert set(organisation.steps.values_list("channel", "step")) == {
            ("reuse", "repair"),
            ("food", "cook"),
        }
