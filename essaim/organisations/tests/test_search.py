"""The directory's search, on small directories written by hand."""

from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest

from essaim.law.text import Text
from essaim.organisations.models import Contact, Label, Offer, Profile, ServedZone
from essaim.organisations.search import NoSuchPlace, Question, every_id, place_of, rebuild, search
from essaim.organisations.search.question import CUT, LONGEST_QUERY, NO_PLACE
from essaim.organisations.tests.factories import TODAY, make_organisation, make_site

pytestmark = pytest.mark.django_db

LILLE, ROUBAIX = "59350", "59512"
MEL = "epci:200093201"


def names(q: str = "", **asked) -> list[str]:
    return [found.name for found in search(Question(q=q, **asked), on=TODAY).items]


def reasons(q: str, **asked) -> list[str]:
    return [why.fr for found in search(Question(q=q, **asked), on=TODAY).items for why in found.why_matched]


def place(name: str, commune: str = LILLE, *, usual_name: str = "", summary: str = "", offers=(), **site):
    organisation = make_organisation(name=name)
    if usual_name or summary:
        Profile.objects.create(organisation=organisation, usual_name=usual_name, summary=summary)
    for title in offers:
        Offer.objects.create(organisation=organisation, title=title)
    return make_site(organisation, commune=commune, **site)


@pytest.fixture
def recycleries():
    place("Recyclerie du Textile", ROUBAIX, lon=3.17, lat=50.69)
    place("L'Œuvre des Recycleries", LILLE)
    place("Chez Nadia", ROUBAIX, offers=["Buffets et traiteur"], lon=3.18, lat=50.69)
    rebuild()


def test_words_add_up_and_a_commune_is_a_word_like_another(recycleries):
    assert names("recyclerie roubaix") == ["Recyclerie du Textile"]
    assert reasons("recyclerie roubaix") == ["nom : Recyclerie du Textile", "lieu : Roubaix"]
    assert sorted(names("roubaix")) == ["Chez Nadia", "Recyclerie du Textile"]


@pytest.mark.parametrize(
    "typed", ["recyclerie", "Recycleries", "RECYCLERIE", "récyclerie", "resyclerie", "recyclerei", "recycl"]
)
def test_plurals_accents_case_misspellings_and_beginnings_find_the_same(recycleries, typed):
    assert sorted(names(typed)) == ["L'Œuvre des Recycleries", "Recyclerie du Textile"]


def test_a_ligature_is_two_letters(recycleries):
    assert names("oeuvre") == names("œuvre") == ["L'Œuvre des Recycleries"]


def test_an_offer_is_found_and_named_as_the_reason(recycleries):
    assert reasons("traiteurs") == ["offre : Buffets et traiteur"]


def test_a_close_spelling_is_told(recycleries):
    assert "orthographe proche : recyclerie" in reasons("resyclerie")
    assert search(Question(q="resyclerie roubaix"), on=TODAY).count == 1


def test_a_word_that_exists_is_not_stretched_to_its_neighbours():
    place("Les Amis du Port")
    place("Les Amis du Pont")
    rebuild()
    assert names("port") == ["Les Amis du Port"]


def test_words_that_never_meet_are_read_loosely():
    place("Les Lapons", "69123", lon=4.83, lat=45.76)
    place("Les Lapins", ROUBAIX)
    rebuild()
    answer = search(Question(q="lapons roubaix"), on=TODAY)
    assert ([item.name for item in answer.items], answer.was_loosened) == (["Les Lapins"], True)
    assert search(Question(q="lapons lyon"), on=TODAY).was_loosened is False


def test_quotes_keep_words_together_and_minus_leaves_out(recycleries):
    assert names('"recyclerie du textile"') == ["Recyclerie du Textile"]
    assert names('"textile du recyclerie"') == []
    assert names("recyclerie -textile") == ["L'Œuvre des Recycleries"]
    assert sorted(names("-textile")) == ["Chez Nadia", "L'Œuvre des Recycleries"]


@pytest.mark.parametrize("typed", ["S.C.I.C.", "scic", "SCIC", "s.c.i.c"])
def test_a_sigle_is_found_with_or_without_dots(typed):
    place("Société Bleue S.C.I.C. à capital variable")
    place("Verte SCIC")
    place("Jaune")
    rebuild()
    assert sorted(names(typed)) == ["Société Bleue S.C.I.C. à capital variable", "Verte SCIC"]


def test_a_number_is_found_with_or_without_spaces():
    site = place("La Numérotée")
    organisation = site.organisation
    organisation.rna_id = "W595012345"
    organisation.save()
    place("Une autre")
    rebuild()
    siren, siret = organisation.siren, site.siret
    spaced = f"{siren[:3]} {siren[3:6]} {siren[6:]}"
    for typed in (siren, spaced, siret, f"{spaced} {siret[9:]}", "W595012345", "w595012345", f"numérotée {siren}",
                  siret[:11]):  # fmt: skip
        assert names(typed) == ["La Numérotée"], typed
    assert reasons(siret) == [f"numéro : {siret}"]


def test_labels_are_found_by_sign_and_by_words():
    site = place("Les Jardins")
    Label.objects.create(organisation=site.organisation, kind="siae_aci", seen_on=TODAY)
    rebuild()
    assert names("ACI") == names("chantier insertion") == ["Les Jardins"]
    assert reasons("aci") == ["label : Atelier et chantier d'insertion (ACI)"]


def test_a_label_of_one_site_is_not_the_other_s_and_an_ended_one_nobody_s():
    organisation = make_organisation(name="Deux lieux")
    first, second = make_site(organisation), make_site(organisation)
    Label.objects.create(organisation=organisation, site=first, kind="siae_ei", seen_on=TODAY)
    ended = TODAY - timedelta(days=400)
    Label.objects.create(organisation=organisation, kind="esus", valid_to=ended, seen_on=ended)
    rebuild()
    found = {item.site_id: item.labels for item in search(Question(), on=TODAY).items}
    assert found == {first.pk: ("siae_ei",), second.pk: ()}


def test_an_activity_code_speaks_plain_words():
    organisation = make_organisation(name="Dupont", naf="56.21Z", sector="accommodation_food_services")
    make_site(organisation)
    rebuild()
    assert names("traiteur") == ["Dupont"]
    assert reasons("traiteur") == ["activité : Traiteur, buffets et réceptions"]


def test_the_usual_name_is_shown_and_the_official_one_still_finds():
    place("ASSOCIATION POUR LE DEVELOPPEMENT DURABLE", usual_name="La Fourmilière")
    rebuild()
    assert names("developpement") == names("fourmiliere") == ["La Fourmilière"]


def test_what_is_hidden_merged_or_closed_is_not_found():
    kept = make_organisation(name="Fanfare gardée")
    make_organisation(name="Fanfare cachée", hidden="objection")
    make_organisation(name="Fanfare fondue", merged_into=kept)
    make_organisation(name="Fanfare close", closed_on=TODAY)
    rebuild()
    assert names("fanfare") == ["Fanfare gardée"]


def test_a_closed_site_is_not_a_place():
    organisation = make_organisation(name="Fanfare")
    make_site(organisation, closed_on=TODAY)
    still = make_site(organisation)
    rebuild()
    assert [item.site_id for item in search(Question(), on=TODAY).items] == [still.pk]


def test_a_contact_is_never_found():
    organisation = make_organisation(name="Fanfare")
    Contact.objects.create(
        organisation=organisation,
        person="Zéphirine Quatrebarbes",
        email="zephirine@exemple.fr",
        consent_on=TODAY,
    )
    rebuild()
    assert names("zephirine") == names("quatrebarbes") == names("zephirine@exemple.fr") == []


def test_territories_hold_their_communes():
    place("Lilloise")
    place("Lyonnaise", "69123", lon=4.83, lat=45.76)
    place("Bordure", LILLE, qpv="QN05923M")
    rebuild()
    for code in ("commune:59350", MEL, "departement:59", "region:32"):
        assert sorted(names(territory=code)) == ["Bordure", "Lilloise"]
    assert names(territory="qpv:QN05923M") == ["Bordure"]
    assert len(names(territory="country:FR")) == 3


def test_serving_a_place_is_serving_all_of_it():
    said = {
        "Nationale": {"kind": "national"},
        "Régionale": {"kind": "territories", "territories": ["region:32"]},
        "Du rayon": {"kind": "radius", "radius_km": 12},
        "D'Arras": {"kind": "territories", "territories": ["commune:62041"]},
        "Muette": None,
    }
    for name, zone in said.items():
        site = place(name)
        if zone:
            ServedZone.objects.create(organisation=site.organisation, **zone)
    rebuild()

    def serving(code):
        return sorted(names(serves=code))

    assert serving("commune:59512") == ["Du rayon", "Muette", "Nationale", "Régionale"]
    assert serving("commune:62041") == ["D'Arras", "Nationale", "Régionale"]
    assert serving("departement:59") == ["Du rayon", "Nationale", "Régionale"]
    assert serving("commune:13055") == ["Nationale"]


def test_the_rotation_shows_its_seed_and_other_sorts_do_not(recycleries):
    assert search(Question(), on=TODAY).seed == "2026-11-22"
    assert search(Question(q="roubaix"), on=TODAY).seed == ""


def test_names_are_in_french_order():
    for name in ("Zèbre", "éclat", "Écho", "Abeille", "Œuf", "oeillet", "Association des amis de la Lys",
                 "Association des amis de la Deûle", "association des Amis", "1000 et une"):  # fmt: skip
        place(name)
    rebuild()
    assert names(sort="name") == [
        "1000 et une", "Abeille", "association des Amis", "Association des amis de la Deûle",
        "Association des amis de la Lys", "Écho", "éclat", "oeillet", "Œuf", "Zèbre",
    ]  # fmt: skip


def test_a_page_beyond_the_last_is_the_last():
    for number in range(7):
        place(f"Fanfare {number}")
    rebuild()
    answer = search(Question(sort="name", size=3, page=9), on=TODAY)
    assert ([item.name for item in answer.items], answer.page, answer.pages) == (["Fanfare 6"], 3, 3)


def test_every_id_gives_organisations_once():
    organisation = make_organisation(name="Fanfare")
    make_site(organisation)
    make_site(organisation)
    other = make_organisation(name="Fanfare seule")
    rebuild()
    assert search(Question(q="fanfare"), on=TODAY).count == 3
    assert every_id(Question(q="fanfare")) == [organisation.pk, other.pk]


STRANGE = (
    '"', '""', "-", "--", "a" * 10_000, "((( AND OR NOT", "name:x^4 ~2", "*", "\x00", "🦔", "' OR 1=1", "[1 TO 2]",
    "…", '-"', "éé éé", "\\", "/.*/", "https://exemple.fr/?a=b", "1 2 3", "W", "٣٣٣", "a:b", "𝓯𝓪𝓷", '"de" la -le',
)  # fmt: skip


def test_nothing_typed_is_an_error(recycleries):
    for typed in STRANGE:
        assert search(Question.from_query({"q": typed}), on=TODAY).count >= 0, typed


def test_a_text_too_long_is_cut_and_said():
    question = Question.from_query({"q": "recyclerie " * 1_000})
    assert (len(question.q), question.ignored) == (LONGEST_QUERY, (CUT,))


def test_what_is_not_understood_is_left_out_and_said():
    question = Question.from_query(
        {"status": ["member", "martian"], "page": "x", "within": "5", "sort": "rank", "territory": "epci:0"}
    )
    assert question == Question(statuses=("member",))
    assert (
        Text(
            "Le critère « status = martian » n'est pas compris : la recherche n'en tient pas compte.",
            "The criterion “status = martian” is not understood: the search leaves it aside.",
        )
        in question.ignored
    )
    assert NO_PLACE in question.ignored
    assert len(question.ignored) == 5


def test_a_question_is_its_address():
    question = Question(
        q='recyclerie "du nord"', territory=MEL, around="3.06,50.63", within_km=5.5, serves="commune:59350",
        statuses=("member", "to_confirm"), labels=("esus",), publics=("jeunes",), sort="name", page=3, size=50,
        bbox=(1.5, 2.5, 3.5, 4.5),
    )  # fmt: skip
    pairs: dict[str, list[str]] = {}
    for name, value in parse_qsl(question.to_query()):
        pairs.setdefault(name, []).append(value)
    assert Question.from_query(pairs) == question
    assert Question().to_query() == ""


def test_an_old_commune_is_followed_and_an_unknown_place_is_refused():
    assert place_of("commune:59298").code == "commune:59350"
    with pytest.raises(NoSuchPlace):
        place_of("commune:99999")
    with pytest.raises(NoSuchPlace):
        place_of("200,50")


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    place("Fanfare")
    rebuild()
    search(Question(), on=TODAY)
    with django_assert_num_queries(0):
        search(Question(q="fanfare", territory=MEL), on=TODAY)
    for number in range(30):
        place(f"Fanfare {number}")
    rebuild()
    search(Question(), on=TODAY)
    with django_assert_num_queries(0):
        search(Question(q="fanfare", territory=MEL), on=TODAY)


def test_documents_are_read_in_a_fixed_number_of_queries(django_assert_max_num_queries):
    for number in range(30):
        place(f"Fanfare {number}", offers=["a", "b"], summary="s")
    with django_assert_max_num_queries(12):
        rebuild()


def test_another_day_than_the_index_s_has_its_own_rotation(recycleries):
    later = date(2027, 6, 1)
    assert sorted(item.name for item in search(Question(), on=later).items) == sorted(names())
