"""Nobody becomes the owner of a page by accident, twice, or unseen."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail as outbox_of
from django.db import connection
from django.test import TestCase
from django.utils import timezone

from essaim.accounts.models import Entry
from essaim.organisations import letter
from essaim.organisations.claim_refusals import ClaimRefused
from essaim.organisations.models import Claim, Contact, Profile, Steward
from essaim.organisations.operations import claims, team
from essaim.organisations.queries import stewards
from essaim.organisations.rules.house import CLAIMS
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)

OWN = "ada@exemple.org"


def owned(**values):
    """An organisation whose own domain is exemple.org, with its head office."""
    organisation = make_organisation(**values)
    make_site(organisation)
    Profile.objects.create(organisation=organisation, website="https://www.exemple.org")
    return organisation


def mailed_code(position: int = -1) -> str:
    return re.search(r"code : (\w+)", outbox_of.outbox[position].body)[1]


def by_mail(organisation, person) -> tuple[Claim, str]:
    claim = claims.start_claim(organisation=organisation, method="mail", email=OWN, by=person, on=TODAY)
    return claim, mailed_code()


def owner_of(organisation):
    person = make_user()
    Steward.objects.create(organisation=organisation, user=person, role="owner", since=TODAY)
    return person


class TestByMail(TestCase):
    def test_the_right_code_makes_an_owner_and_leaves_no_code_behind(self):
        organisation, person = owned(), make_user()
        claim, code = by_mail(organisation, person)
        assert code not in str(Claim.objects.values().get())
        done = claims.enter_code(claim=claim, code=f" {code[:4].lower()} {code[4:]}", by=person, on=TODAY)
        assert (done.state, done.code_hash, done.email) == ("granted", "", "")
        assert list(organisation.stewards.values_list("user", "role")) == [(person.pk, "owner")]
        assert [entry.act for entry in Entry.objects.order_by("id")] == ["claim made", "claim granted"]

    def test_only_an_address_of_its_own_domain_gets_a_code(self):
        organisation = owned()
        for address in (
            "ada@gmail.com",
            "ada@mail.exemple.org",
            "ada@exemple.org.evil.fr",
            "exemple.org",
            "",
        ):
            with pytest.raises(ClaimRefused):
                claims.start_claim(
                    organisation=organisation, method="mail", email=address, by=make_user(), on=TODAY
                )
        assert (Claim.objects.count(), outbox_of.outbox) == (0, [])

    def test_a_contact_that_is_not_shown_proves_nothing(self):
        organisation = make_organisation()
        contact = Contact.objects.create(organisation=organisation, email="ada@secret.org")
        assert stewards.domains_of(organisation) == ()
        Contact.objects.filter(pk=contact.pk).update(consent_on=TODAY)
        assert stewards.domains_of(organisation) == ("secret.org",)

    def test_wrong_codes_are_counted_even_refused_then_close_the_claim(self):
        organisation, person = owned(), make_user()
        claim, code = by_mail(organisation, person)
        for tried in range(1, CLAIMS.most_wrong_tries):
            with pytest.raises(ClaimRefused):
                claims.enter_code(claim=claim, code="WRONG", by=person, on=TODAY)
            claim.refresh_from_db()
            assert (claim.wrong_tries, claim.state) == (tried, "open")
        with pytest.raises(ClaimRefused):
            claims.enter_code(claim=claim, code="WRONG", by=person, on=TODAY)
        with pytest.raises(ClaimRefused):
            claims.enter_code(claim=claim, code=code, by=person, on=TODAY)
        claim.refresh_from_db()
        assert (claim.state, Steward.objects.count()) == ("refused", 0)

    def test_an_expired_code_says_so_and_closes(self):
        organisation, person = owned(), make_user()
        claim, code = by_mail(organisation, person)
        Claim.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        with pytest.raises(ClaimRefused) as refused:
            claims.enter_code(claim=claim, code=code, by=person, on=TODAY)
        claim.refresh_from_db()
        assert ("délai" in refused.value.text.fr, claim.state) == (True, "expired")

    def test_someone_elses_code_is_of_no_use(self):
        organisation, person = owned(), make_user()
        claim, code = by_mail(organisation, person)
        with pytest.raises(ClaimRefused):
            claims.enter_code(claim=claim, code=code, by=make_user(), on=TODAY)
        assert Steward.objects.count() == 0

    def test_one_open_claim_each_and_a_few_a_day(self):
        organisation, person = owned(), make_user()
        by_mail(organisation, person)
        with pytest.raises(ClaimRefused):
            by_mail(organisation, person)
        by_mail(organisation, make_user())
        for _ in range(CLAIMS.most_a_day - 1):
            by_mail(owned(), person)
        with pytest.raises(ClaimRefused):
            by_mail(owned(), person)

    def test_a_hidden_or_merged_record_is_not_claimed(self):
        for hidden in ("objection", "non_diffusible", "erased"):
            with pytest.raises(ClaimRefused):
                by_mail(owned(hidden=hidden), make_user())

    def test_a_mail_that_cannot_leave_leaves_no_open_claim(self):
        with (
            self.settings(EMAIL_BACKEND="essaim.organisations.tests.broken_mail.Broken"),
            pytest.raises(ClaimRefused),
        ):
            claims.start_claim(organisation=owned(), method="mail", email=OWN, by=make_user(), on=TODAY)
        assert [claim.state for claim in Claim.objects.all()] == ["expired"]


class TestWhereSomeoneOwns(TestCase):
    def test_the_right_code_only_announces_it(self):
        organisation = owned()
        owner, agent = owner_of(organisation), make_agent()
        person = make_user()
        claim, code = by_mail(organisation, person)
        with self.captureOnCommitCallbacks(execute=True):
            claim = claims.enter_code(claim=claim, code=code, by=person, on=TODAY)
        assert (claim.state, claim.proved_on, claim.code_hash) == ("open", TODAY, "")
        assert organisation.stewards.count() == 1
        assert {mail.to[0] for mail in outbox_of.outbox[1:]} == {owner.email, agent.email}
        assert stewards.claims_waiting(organisation) == [claim]

    def test_its_owner_decides(self):
        organisation = owned()
        owner, person = owner_of(organisation), make_user()
        claim, code = by_mail(organisation, person)
        claims.enter_code(claim=claim, code=code, by=person, on=TODAY)
        claims.decide_claim(claim=claim, granted=True, reason="", by=owner, on=TODAY)
        assert organisation.stewards.count() == 2


class TestAnAgentsDecision(TestCase):
    def setUp(self):
        self.organisation, self.person, self.agent = owned(), make_user(), make_agent()
        self.claim = claims.start_claim(
            organisation=self.organisation, method="agent", motive="Trésorière", by=self.person, on=TODAY
        )

    def decide(self, **values):
        return claims.decide_claim(
            **{"claim": self.claim, "reason": "Vu", "by": self.agent, "on": TODAY} | values
        )

    def test_granted_with_a_mail_that_says_why(self):
        with self.captureOnCommitCallbacks(execute=True):
            self.decide(granted=True)
        assert self.organisation.stewards.get().user == self.person
        assert [(mail.to, "Vu" in mail.body) for mail in outbox_of.outbox] == [([self.person.email], True)]

    def test_refused_with_a_reason_or_not_at_all(self):
        with pytest.raises(ClaimRefused):
            self.decide(granted=False, reason=" ")
        assert self.decide(granted=False).decision_reason == "Vu"
        assert Steward.objects.count() == 0

    def test_once_and_not_by_oneself_nor_by_anyone(self):
        far = make_agent(make_authority(territory="epci:200046977"))
        for nobody in (self.person, make_user(), far):
            with pytest.raises(ClaimRefused):
                self.decide(granted=True, by=nobody)
        self.decide(granted=True)
        with pytest.raises(ClaimRefused):
            self.decide(granted=False)
        assert Steward.objects.count() == 1

    def test_an_agent_does_not_grant_their_own(self):
        claim = claims.start_claim(
            organisation=self.organisation, method="agent", motive="Moi", by=self.agent, on=TODAY
        )
        with pytest.raises(ClaimRefused):
            self.decide(claim=claim, granted=True)

    def test_withdrawn_or_expired_it_is_over(self):
        claims.withdraw_claim(claim=self.claim, by=self.person, on=TODAY)
        with pytest.raises(ClaimRefused):
            self.decide(granted=True)
        again = claims.start_claim(
            organisation=self.organisation, method="agent", motive="Encore", by=self.person, on=TODAY
        )
        last = timezone.localdate(again.expires_at)
        days = (last, last + timedelta(days=1))
        assert [claims.expire_claims(by=None, on=day) for day in days] == [0, 1]
        again.refresh_from_db()
        assert again.state == "expired"


class TestByPost(TestCase):
    def test_the_code_is_in_the_letter_and_an_earlier_letter_is_void(self):
        organisation, person, agent = (
            owned(name="Épicerie <b>#solidaire</b> & Cie"),
            make_user(),
            make_agent(),
        )
        claim = claims.start_claim(organisation=organisation, method="post", by=person, on=TODAY)
        with pytest.raises(ClaimRefused):
            claims.enter_code(claim=claim, code="", by=person, on=TODAY)
        with pytest.raises(ClaimRefused):
            claims.prepare_letter(claim=claim, by=person, on=TODAY)
        claim, first = claims.prepare_letter(claim=claim, by=agent, on=TODAY)
        claim, second = claims.prepare_letter(claim=claim, by=agent, on=TODAY)
        pdf = letter.as_pdf(letter.claim_letter(claim, second, sender="Métropole", on=TODAY))
        text = _text_of(pdf)
        wanted = (f"{second[:4]} {second[4:]}", "<b>#solidaire</b> & Cie", "1 rue Nationale", "59000 Lille")
        assert [words for words in wanted if words not in text] == []
        assert b"/StructTreeRoot" in pdf
        with pytest.raises(ClaimRefused):
            claims.enter_code(claim=claim, code=first, by=person, on=TODAY)
        assert claims.enter_code(claim=claim, code=second, by=person, on=TODAY).state == "granted"

    def test_without_an_address_there_is_no_letter(self):
        with pytest.raises(ClaimRefused):
            claims.start_claim(organisation=make_organisation(), method="post", by=make_user(), on=TODAY)


def _text_of(pdf: bytes) -> str:
    import io  # noqa: PLC0415  # only here

    from pypdf import PdfReader  # noqa: PLC0415  # only here

    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


class TestTeam(TestCase):
    def setUp(self):
        self.organisation = owned()
        self.owner = owner_of(self.organisation)

    def invited(self, email="bob@exemple.net", role="editor"):
        claim = team.invite(organisation=self.organisation, email=email, role=role, by=self.owner, on=TODAY)
        token = re.search(r"invitations/\d+/([\w-]+)/", outbox_of.outbox[-1].body)[1]
        return claim, token

    def test_the_link_makes_a_colleague_once(self):
        claim, token = self.invited()
        bob = make_user()
        assert token not in str(Claim.objects.values().get())
        steward = team.accept_invitation(claim=claim, token=token, by=bob, on=TODAY)
        assert (steward.user, steward.role) == (bob, "editor")
        with pytest.raises(ClaimRefused):
            team.accept_invitation(claim=claim, token=token, by=make_user(), on=TODAY)

    def test_a_wrong_late_cancelled_or_replaced_link_opens_nothing(self):
        claim, token = self.invited()
        newer, newer_token = self.invited()
        for each, secret in ((claim, token), (newer, "x"), (newer, ""), (newer, newer_token + "é")):
            with pytest.raises(ClaimRefused):
                team.accept_invitation(claim=each, token=secret, by=make_user(), on=TODAY)
        team.cancel_invitation(claim=newer, by=self.owner, on=TODAY)
        late, late_token = self.invited()
        Claim.objects.filter(pk=late.pk).update(expires_at=timezone.now())
        for each, secret in ((newer, newer_token), (late, late_token)):
            with pytest.raises(ClaimRefused):
                team.accept_invitation(claim=each, token=secret, by=make_user(), on=TODAY)
        assert self.organisation.stewards.count() == 1

    def test_an_invitation_never_lowers_an_owner(self):
        claim, token = self.invited()
        assert team.accept_invitation(claim=claim, token=token, by=self.owner, on=TODAY).role == "owner"

    def test_only_owners_and_agents_run_it(self):
        editor = make_user()
        Steward.objects.create(organisation=self.organisation, user=editor, role="editor", since=TODAY)
        for nobody in (editor, make_user()):
            with pytest.raises(ClaimRefused):
                team.invite(
                    organisation=self.organisation, email="a@b.fr", role="editor", by=nobody, on=TODAY
                )
        with pytest.raises(ClaimRefused):
            team.change_role(
                steward=self.organisation.stewards.get(user=editor), role="owner", by=editor, on=TODAY
            )

    def test_the_last_owner_stays_unless_an_agent_says_otherwise(self):
        mine = self.organisation.stewards.get()
        with pytest.raises(ClaimRefused):
            team.remove_steward(steward=mine, by=self.owner, on=TODAY)
        with pytest.raises(ClaimRefused):
            team.change_role(steward=mine, role="editor", by=self.owner, on=TODAY)
        other = Steward.objects.create(
            organisation=self.organisation, user=make_user(), role="editor", since=TODAY
        )
        team.change_role(steward=other, role="owner", by=self.owner, on=TODAY)
        team.remove_steward(steward=mine, by=self.owner, on=TODAY)
        team.remove_steward(steward=other, by=make_agent(), on=TODAY)
        assert self.organisation.stewards.count() == 0


@pytest.mark.django_db(transaction=connection.vendor == "postgresql")
@pytest.mark.parametrize("case", ["two codes", "one decision twice", "two owners leaving"])
def test_two_at_once_leave_one_consistent_state(case):
    """On PostgreSQL two threads, each with its connection, meet at the record's row; SQLite's test database lies in
    the memory of one connection, where one can only come after the other."""
    organisation = owned()
    people = [make_user(), make_user()]
    agent = make_agent()
    if case == "two codes":
        pairs = [by_mail(organisation, person) for person in people]
        jobs = [
            lambda c=claim, k=code, p=person: claims.enter_code(claim=c, code=k, by=p, on=TODAY)
            for (claim, code), person in zip(pairs, people, strict=True)
        ]
    elif case == "one decision twice":
        claim = claims.start_claim(
            organisation=organisation, method="agent", motive="Moi", by=people[0], on=TODAY
        )
        jobs = [
            lambda g=granted: claims.decide_claim(claim=claim, granted=g, reason="Vu", by=agent, on=TODAY)
            for granted in (True, False)
        ]
    else:
        rows = [
            Steward.objects.create(organisation=organisation, user=person, role="owner", since=TODAY)
            for person in people
        ]
        jobs = [
            lambda r=row, p=person: team.remove_steward(steward=r, by=p, on=TODAY)
            for row, person in zip(rows, people, strict=True)
        ]
    refused = run_together(jobs)
    owners = organisation.stewards.filter(role="owner").count()
    if case == "two codes":
        waiting = Claim.objects.filter(state="open", proved_on=TODAY).count()
        assert (owners, waiting, refused) == (1, 1, 0)
    elif case == "one decision twice":
        claim.refresh_from_db()
        assert (refused, owners) == (1, 1 if claim.state == "granted" else 0)
    else:
        assert (owners, refused) == (1, 1)


def is_refused(job) -> bool:
    try:
        job()
    except ClaimRefused:
        return True
    return False


def run_together(jobs) -> int:
    """How many were refused; anything else raised is a failure."""
    barrier, refused, broken = threading.Barrier(len(jobs)), [], []

    def run(job):
        try:
            barrier.wait(timeout=10)
            job()
        except ClaimRefused as error:
            refused.append(error)
        except Exception as error:
            broken.append(error)
        finally:
            connection.close()

    if connection.vendor == "sqlite":
        return sum(is_refused(job) for job in jobs)
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert broken == []
    return len(refused)
