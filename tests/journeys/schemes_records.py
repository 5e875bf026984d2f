"""What the journeys of schemes need in the site's own database and store: run as a module, prints their ids as JSON."""

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from essaim.observatory.contracts.importing import import_files  # noqa: E402
from essaim.organisations.tests.factories import make_agent, make_authority  # noqa: E402
from essaim.procurement.operations.schemes import (  # noqa: E402
    create_scheme,
    publish_figures,
    set_objective,
)
from essaim.procurement.operations.schemes_control import answer_duty, enter_purchase  # noqa: E402
from essaim.procurement.queries.contracts import contract_store  # noqa: E402
from essaim.procurement.queries.schemes_figures import figures_of  # noqa: E402
from essaim.procurement.rules.schemes_decp import decp_file  # noqa: E402
from essaim.procurement.tests.contracts_factory import MEL, contract  # noqa: E402
from tests.journeys.desk_records import session_of  # noqa: E402


def main() -> None:
    today = timezone.localdate()
    authority = make_authority(siren=MEL)
    buyer = make_agent(authority, "buyer")
    rows = [contract(number, social=["clause"] if number % 3 == 0 else ["none"]) for number in range(1, 10)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "contrats.json"
        path.write_text(json.dumps(decp_file(rows)[0], ensure_ascii=False), encoding="utf-8")
        import_files([path], contract_store(), on=today)
    scheme = create_scheme(
        authority=authority, name="SPASER de la métropole", first_year=2024, last_year=2027, by=None, on=today
    )
    set_objective(
        scheme=scheme, category="social", measure="number", target_pct=40, target_year=2027, by=None, on=today
    )
    publication = publish_figures(
        scheme=scheme, first_year=2024, last_year=2025, figures=figures_of(scheme, 2024, 2025, today), by=None,
        on=today,
    )  # fmt: skip
    purchase = enter_purchase(
        authority=authority, reference="2026-12", wording="Nettoyage des écoles", kind="services",
        consulted_on=today.replace(year=2026, month=9, day=1), amount_cents=50_000_000, by=None, on=today,
    )  # fmt: skip
    answer_duty(
        purchase=purchase, duty="social_condition", outcome="waived", waiver="link", text="Aucune main-d'œuvre.",
        by=None, on=today,
    )  # fmt: skip
    ids = {
        "session": session_of(buyer),
        "scheme": scheme.pk,
        "publication": publication.pk,
        "purchase": purchase.pk,
        "key": rows[0]["key"],
    }
    sys.stdout.write(json.dumps(ids))


if __name__ == "__main__":
    main()
