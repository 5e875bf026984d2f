"""Beneficiaries: under a pseudonym everywhere; their name is enciphered apart, read one at a time, and purged."""

import secrets
from datetime import date

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.rules.insertion import eligibility_end, months_after
from essaim.law.text import Text
from essaim.procurement import clauses_seal
from essaim.procurement.clauses_refusals import (
    NOT_KEPT,
    NOT_YOURS,
    OTHER_AUTHORITY,
    WITHDRAWN,
    WRONG_ENGAGEMENT,
    PersonRefused,
)
from essaim.procurement.models import (
    Beneficiary,
    BeneficiaryIdentity,
    ClauseShare,
    EligibilityProof,
    Engagement,
)
from essaim.procurement.permissions.clauses import may_facilitate, may_identify
from essaim.procurement.rules.clauses import POLICY
from essaim.procurement.rules.proof_words import proof_kinds

# Without characters that look alike, as people copy pseudonyms by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PSEUDONYM_LENGTH = 7


@sensitive_variables("identity")
@transaction.atomic
def register_beneficiary(
    *, authority: Authority, identity: clauses_seal.Identity | None, by: User | None, on: date
) -> Beneficiary:
    """A new pseudonym; with `identity`, the name is enciphered beside it. Raises PersonRefused."""
    if by is not None and not may_facilitate(by, authority):
        raise PersonRefused(NOT_YOURS)
    if identity is not None and (by is None or not may_identify(by, authority)):
        raise PersonRefused(NOT_YOURS)
    beneficiary = Beneficiary.objects.create(authority=authority, pseudonym=_pseudonym(), registered_on=on)
    journal.record("beneficiary registered", beneficiary, by=by, on=on, authority=authority)
    if identity is not None:
        BeneficiaryIdentity.objects.create(
            beneficiary=beneficiary, sealed=clauses_seal.seal(identity), kept_until=_kept_until(on)
        )
    return beneficiary


@transaction.atomic
def add_proof(
    *, beneficiary: Beneficiary, kind: str, valid_from: date, valid_to: date | None, by: User | None, on: date
) -> EligibilityProof:
    """What makes the person eligible, from a day to another; without an end, as long as local policy has it.

    The name is then kept some months after the last day of eligibility. Raises PersonRefused."""
    authority = beneficiary.authority
    if by is not None and not may_facilitate(by, authority):
        raise PersonRefused(NOT_YOURS)
    known = proof_kinds(on)
    if kind not in known:
        raise _refused("Choisissez un justificatif de la liste.", "Choose a proof of the list.")
    if valid_from > on:
        raise _refused(
            "Ce justificatif n'est pas encore valable : enregistrez-le quand il le sera.",
            "This proof is not valid yet: record it when it is.",
        )
    end = eligibility_end(valid_from)
    if valid_to is not None and not valid_from <= valid_to <= end:
        raise _refused(
            f"La fin doit être entre le {valid_from:%d/%m/%Y} et le {end:%d/%m/%Y}, durée d'éligibilité retenue.",
            f"The end must lie between {valid_from} and {end}, the length of eligibility retained.",
        )
    if beneficiary.proofs.filter(kind=kind, valid_from=valid_from).exists():
        raise _refused("Ce justificatif est déjà enregistré.", "This proof is already recorded.")
    proof = EligibilityProof.objects.create(
        beneficiary=beneficiary, kind=kind, valid_from=valid_from, valid_to=valid_to or end, seen_on=on
    )
    last = max(beneficiary.proofs.values_list("valid_to", flat=True))
    BeneficiaryIdentity.objects.filter(beneficiary=beneficiary).update(kept_until=_kept_until(last))
    journal.record("eligibility proof added", beneficiary, by=by, on=on, authority=authority, proof=proof.pk)
    return proof


@transaction.atomic
def engage_beneficiary(
    *,
    share: ClauseShare,
    beneficiary: Beneficiary,
    starts_on: date,
    ends_on: date,
    expected_minutes: int,
    by: User | None,
    on: date,
) -> Engagement:
    """The company takes the person on for the clause: it may then declare their hours. Raises PersonRefused."""
    authority = share.clause.operation.authority
    if by is not None and not may_facilitate(by, authority):
        raise PersonRefused(NOT_YOURS)
    if beneficiary.authority_id != authority.pk:
        raise PersonRefused(OTHER_AUTHORITY)
    if share.clause.withdrawn_on is not None:
        raise PersonRefused(WITHDRAWN)
    if ends_on < starts_on or expected_minutes < 0:
        raise PersonRefused(WRONG_ENGAGEMENT)
    if Engagement.objects.filter(share=share, beneficiary=beneficiary, starts_on=starts_on).exists():
        raise _refused("Cet engagement est déjà enregistré.", "This engagement is already recorded.")
    engagement = Engagement.objects.create(
        share=share,
        beneficiary=beneficiary,
        starts_on=starts_on,
        ends_on=ends_on,
        expected_minutes=expected_minutes,
    )
    journal.record(
        "beneficiary engaged", engagement, by=by, on=on, authority=authority,
        share=share.pk, expected_minutes=expected_minutes,
    )  # fmt: skip
    return engagement


@transaction.atomic
def read_identity(*, beneficiary: Beneficiary, by: User, on: date) -> clauses_seal.Identity:
    """Who the pseudonym stands for; the journal keeps who looked and when. Raises PersonRefused."""
    if not may_identify(by, beneficiary.authority):
        raise PersonRefused(NOT_YOURS)
    kept = BeneficiaryIdentity.objects.filter(beneficiary=beneficiary).first()
    if kept is None:
        raise PersonRefused(NOT_KEPT)
    identity = clauses_seal.opened(kept.sealed)
    if identity is None:
        raise _refused(
            "L'identité a été chiffrée avec une autre clé. Remettez la clé d'identité de l'installation.",
            "The identity was enciphered with another key. Put back the installation's identity key.",
        )
    journal.record("identity read", beneficiary, by=by, on=on, authority=beneficiary.authority)
    return identity


@transaction.atomic
def erase_identity(*, beneficiary: Beneficiary, by: User, on: date) -> None:
    """The name goes before its time, at the person's request; the pseudonym and the hours stay.

    Raises PersonRefused."""
    if not may_identify(by, beneficiary.authority):
        raise PersonRefused(NOT_YOURS)
    removed, _ = BeneficiaryIdentity.objects.filter(beneficiary=beneficiary).delete()
    if not removed:
        raise PersonRefused(NOT_KEPT)
    journal.record("identity erased", beneficiary, by=by, on=on, authority=beneficiary.authority)


@transaction.atomic
def purge_identities(*, by: User | None, on: date) -> int:
    """Remove the names whose time has come; pseudonyms and hours stay. Returns how many."""
    due = BeneficiaryIdentity.objects.filter(kept_until__lt=on).select_related("beneficiary__authority")
    people = [each.beneficiary for each in due]
    BeneficiaryIdentity.objects.filter(beneficiary__in=people).delete()
    for each in people:
        journal.record("identity purged", each, by=by, on=on, authority=each.authority)
    return len(people)


def _kept_until(last: date) -> date:
    return months_after(last, POLICY.identity_kept_months)


def _pseudonym() -> str:
    while True:
        found = "B-" + "".join(secrets.choice(ALPHABET) for _ in range(PSEUDONYM_LENGTH))
        if not Beneficiary.objects.filter(pseudonym=found).exists():
            return found


def _refused(fr: str, en: str) -> PersonRefused:
    return PersonRefused(Text(fr, en))
