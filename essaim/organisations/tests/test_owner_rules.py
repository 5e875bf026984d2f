"""Hours, edits that meet, mail domains, families of purchases, what may be proposed: plain values."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.organisations.queries.alike import likeness
from essaim.organisations.rules import PROPOSABLE, cpv, mailboxes
from essaim.organisations.rules.codes import plain_code, spaced_code
from essaim.organisations.rules.house import CLAIMS
from essaim.organisations.rules.profile import fingerprint, settle
from essaim.organisations.rules.proposable import NotProposable, checked
from essaim.organisations.rules.timetable import DAYS, NotHours, parse_day, show_day

ON = date(2026, 11, 22)
CLOCKS = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda pair: f"{pair[0]:02d}:{pair[1]:02d}")


class TestHours:
    @pytest.mark.parametrize(
        ("written", "kept"),
        [
            ("9h-12h30, 14h à 18h", [["09:00", "12:30"], ["14:00", "18:00"]]),
            ("14h-18h et 9h-12h", [["09:00", "12:00"], ["14:00", "18:00"]]),
            ("de 9 h 00 à 17:30", [["09:00", "17:30"]]),
            ("18h-24h", [["18:00", "00:00"]]),
            ("20h-2h", [["20:00", "02:00"]]),
            ("Fermé", []),
            ("  ", None),
        ],
    )
    def test_they_are_read_as_people_write_them(self, written, kept):
        assert parse_day(written, 3) == kept

    @pytest.mark.parametrize("written", ["demain", "9h", "25h-26h", "9h-9h", "9h60-10h", "9h-12h, 11h-14h",
                                         "22h-2h, 23h-4h", "8h-9h, 10h-11h, 12h-13h, 14h-15h"])  # fmt: skip
    def test_what_cannot_be_read_is_refused_with_a_reason(self, written):
        with pytest.raises(NotHours):
            parse_day(written, 3)

    @given(st.lists(CLOCKS, min_size=2, max_size=6, unique=True), st.sampled_from(["fr", "en"]))
    def test_what_is_shown_is_read_back_the_same(self, clocks, language):
        ordered = sorted(clocks)[: len(clocks) // 2 * 2]
        ranges = [list(pair) for pair in zip(ordered[::2], ordered[1::2], strict=True)]
        assert parse_day(show_day(ranges, language), 3) == ranges
        assert parse_day(show_day([], language), 3) == []
        assert len(DAYS) == 7


VALUES = st.one_of(st.none(), st.text(max_size=3), st.lists(st.sampled_from("ab"), max_size=2))


class TestEditsThatMeet:
    @given(VALUES, VALUES, VALUES)
    def test_nothing_is_ever_lost_without_asking(self, shown, theirs, mine):
        settled = settle({"x": theirs}, {"x": mine}, {"x": fingerprint(shown)})
        if mine in (theirs, shown):
            assert (dict(settled.changes), dict(settled.conflicts)) == ({}, {})
        elif theirs == shown:
            assert (dict(settled.changes), dict(settled.conflicts)) == ({"x": mine}, {})
        else:
            assert (dict(settled.changes), dict(settled.conflicts)) == ({}, {"x": theirs})

    def test_two_people_on_two_fields_both_win(self):
        seen = {"a": fingerprint("1"), "b": fingerprint("1")}
        settled = settle({"a": "2", "b": "1"}, {"a": "1", "b": "3"}, seen)
        assert (dict(settled.changes), dict(settled.conflicts)) == ({"b": "3"}, {})


class TestMailDomains:
    def test_website_and_shown_mail_give_the_domains(self):
        assert mailboxes.own_domains("https://www.Exemple.fr/page", ["a@courrier.org", "b@gmail.com"]) == (
            "courrier.org", "exemple.fr",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "url",
        [
            "https://facebook.com/nous",
            "https://nous.wixsite.com",
            "http://asso.free.fr",
            "https://localhost",
            "",
        ],
    )
    def test_a_page_at_someone_elses_gives_none(self, url):
        assert mailboxes.own_domains(url, []) == ()

    @pytest.mark.parametrize(
        ("address", "domain"),
        [("a@EXEMPLE.fr.", "exemple.fr"), ("a@b@exemple.fr", "exemple.fr"), ("@exemple.fr", ""), ("a@ex\u0430mple.fr",
         "xn--exmple-4nf.fr"), ("a@é" + "x" * 70 + ".fr", "")],
    )  # fmt: skip
    def test_the_domain_is_what_machines_compare(self, address, domain):
        assert mailboxes.domain_of_address(address) == domain

    def test_every_listed_domain_is_written_as_compared(self):
        listed = mailboxes.PUBLIC_MAILBOXES | mailboxes.SHARED_HOSTS
        assert {each for each in listed if mailboxes.plain_domain(each) != each} == set()


class TestPurchases:
    def test_every_division_and_group_is_there(self):
        lengths = [len(code) for code in cpv.families()]
        assert (lengths.count(2), lengths.count(3), len(lengths)) == (45, 272, 317)

    def test_they_are_found_by_words_and_by_code(self):
        assert cpv.find("restauration")[0] == (
            "55",
            "Services d'hôtellerie, de restauration et de commerce au détail",
        )
        assert cpv.find("restaurations") == cpv.find("restauration")
        assert [code for code, _label in cpv.find("553")] == ["553"]
        assert cpv.find("e") == cpv.find("") == cpv.find("\0") == []


class TestWhatMayBeProposed:
    @pytest.mark.parametrize(
        "changes",
        [
            {"hidden": "x"}, {"status": "member"}, {"website": "javascript:alert(1)"}, {"website": "ftp://a.fr"},
            {"lat": 91.0}, {"lon": float("nan")}, {"siren": "123456789"}, {"rna_id": "X1"}, {"closed_on": "2027-01-01"},
            {"closed_on": "hier"}, {"sector": "nothing"}, {"commune": "00000"}, {"name": ""}, {"label": {"kind": "x"}},
            {"label": {"kind": "esus", "hidden": 1}}, {"phone": "appelez"}, {"email": "x"}, {"summary": "x" * 281},
            {"usual_name": 3},
        ],
    )  # fmt: skip
    def test_what_does_not_fit_is_refused(self, changes):
        with pytest.raises(NotProposable):
            checked(changes, ON)

    def test_the_rest_is_kept_trimmed(self):
        changes = {
            "name": " Les Jours ", "website": "https://exemple.fr", "lat": 50.6, "commune": "59350",
            "postcode": "59000",
            "closed_on": "2026-11-22", "siren": "732829320", "rna_id": "W595001234", "email": "a@b.fr", "site": 4,
            "phone": "03 20 00 00 00", "sector": "trade", "label": {"kind": "esus", "proof": "n° 4", "valid_to": ""},
        }  # fmt: skip
        expected = changes | {"name": "Les Jours", "label": {"kind": "esus", "proof": "n° 4"}}
        assert checked(changes, ON) == expected

    def test_official_facts_are_the_sensitive_ones(self):
        assert {name for name, what in PROPOSABLE.items() if not what.sensitive} == {
            "usual_name", "summary", "website", "phone", "email",
        }  # fmt: skip


class TestLikeness:
    @pytest.mark.parametrize(
        ("first", "second", "is_alike"),
        [
            ("Recyclerie du Nord", "LA RECYCLERIE DU NORD", True),
            ("Les Amis du Vélo", "Amis du velo (les)", True),
            ("Association", "Association des familles de Wazemmes", False),
            ("Le Polder", "Polder", True),
        ],
    )
    def test_names_of_one_place_are_alike(self, first, second, is_alike):
        assert (likeness(first, second) >= 78) == is_alike


def test_codes_forgive_what_hands_do():
    assert plain_code(" abcd-23 45\n") == "ABCD2345"
    assert spaced_code("ABCD2345") == "ABCD 2345"
    assert set("IO01").isdisjoint(CLAIMS.code_alphabet)
    assert len(CLAIMS.code_alphabet) ** CLAIMS.code_length / CLAIMS.most_wrong_tries > 10**11
