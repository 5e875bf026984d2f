"""What the journeys of contracts need in the site's own database and store: run as a module, prints its ids as JSON."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from essaim.observatory.contracts.tests.published import amendment, entry  # noqa: E402
from essaim.organisations.tests.factories import make_agent, make_authority  # noqa: E402
from essaim.procurement.operations.contracts import import_contracts, look_at_contracts  # noqa: E402
from essaim.procurement.operations.schemes import create_scheme  # noqa: E402
from essaim.procurement.queries.contracts import contract_store  # noqa: E402
from essaim.procurement.tests.contracts_factory import MEL  # noqa: E402
from tests.journeys.desk_records import session_of  # noqa: E402

BUYER = {"id": f"{MEL}00016"}


def file_of(*entries: dict) -> bytes:
    """A published file of these contracts."""
    return json.dumps({"marches": {"marche": list(entries)}}, ensure_ascii=False).encode()


def main() -> None:
    today = timezone.localdate()
    authority = make_authority(siren=MEL)
    scheme = create_scheme(
        authority=authority, name="SPASER de la métropole", first_year=2024, last_year=2027, by=None, on=today
    )
    looked_at = look_at_contracts(
        content=[
            file_of(
                entry("2024-1", acheteur=BUYER, modifications=[amendment(1, "2024-06-01", montant=62_000)]),
                entry("2024-2", acheteur=BUYER, considerationsSociales=None),
                entry("2024-3", acheteur=BUYER, montant="environ 40 000 euros"),
                entry("2024-4", acheteur={"id": "9999"}, dateNotification="31/02/2024"),
            )
        ],
        file_name="marches-de-la-metropole-2024-export-hebdomadaire.json",
        authority=authority,
        by=None,
        on=today,
    )
    import_contracts(looked_at=looked_at, by=None, on=today)
    rejected = [each["rejected"] for each in contract_store().rejected(looked_at.sha256)]
    ids = {
        "session": session_of(make_agent(authority, "buyer")),
        "newcomer": session_of(make_agent(make_authority(), "buyer")),
        "scheme": scheme.pk,
        "import": looked_at.pk,
        "rejected": rejected[1],
        "key": f"{BUYER['id']}/2024-1",
    }
    sys.stdout.write(json.dumps(ids))


if __name__ == "__main__":
    main()
