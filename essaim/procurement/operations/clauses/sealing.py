"""The key that enciphers names takes the place of another: every name is enciphered again."""

from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.procurement.clauses_seal import sealed_again
from essaim.procurement.models import BeneficiaryIdentity


@transaction.atomic
def seal_identities_again(*, by: User | None, on: date) -> tuple[int, int]:
    """Encipher every name with the first key of ESSAIM_IDENTITY_KEY, all or none. Returns how many were, and how many
    no key we have opens: those are left as they are."""
    rows = list(
        BeneficiaryIdentity.objects.select_for_update(of=("self",))
        .select_related("beneficiary__authority")
        .order_by("pk")
    )
    done = []
    for row in rows:
        sealed = sealed_again(row.sealed)
        if sealed is not None:
            row.sealed = sealed
            done.append(row)
    BeneficiaryIdentity.objects.bulk_update(done, ["sealed"], batch_size=500)
    for row in done:
        person = row.beneficiary
        journal.record("identity enciphered again", person, by=by, on=on, authority=person.authority)
    return len(done), len(rows) - len(done)
