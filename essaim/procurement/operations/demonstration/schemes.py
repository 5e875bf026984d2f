"""The SPASER of the demonstration, its publication, and purchases under the article 35 control."""

from contextlib import suppress
from datetime import date, timedelta

from essaim.accounts.models import Authority, User
from essaim.procurement.models import Scheme
from essaim.procurement.operations import schemes, schemes_control
from essaim.procurement.queries.schemes_figures import figures_of
from essaim.procurement.rules.demonstration import buyers, cents, marked, script


def demonstrate_scheme(*, authority: Authority, by: User | None, on: date) -> Scheme:
    """A joint scheme under way, with its objectives and the figures of its first two years."""
    told = script()["scheme"]
    first, last = on.year - told["years_before"], on.year + told["years_after"]
    scheme = schemes.create_scheme(
        authority=authority, name=marked(f"{told['name']} {first}-{last}"), first_year=first, last_year=last,
        adopted_on=date(first, 1, 31), by=by, on=on,
    )  # fmt: skip
    for place in told["joined"]:
        party = buyers()[place]
        schemes.add_buyer(scheme=scheme, siren=party.siret[:9], name=party.name, by=by, on=on)
    for each in told["objectives"]:
        schemes.set_objective(
            scheme=scheme, category=each["category"], measure=each["measure"], target_pct=each["target_pct"],
            target_year=on.year + each["in_years"], by=by, on=on,
        )  # fmt: skip
    over = on.year - 1
    figures = figures_of(scheme, first, over, on)
    schemes.publish_figures(scheme=scheme, first_year=first, last_year=over, figures=figures, by=by, on=on)
    return scheme


def demonstrate_control(*, authority: Authority, by: User | None, on: date) -> None:
    """Purchases whose duties are met, waived, or still to be answered."""
    for each in script()["scheme"]["purchases"]:
        purchase = schemes_control.enter_purchase(
            authority=authority, reference=each["reference"], wording=marked(each["wording"]), kind=each["kind"],
            consulted_on=on + timedelta(days=each["consulted"]), amount_cents=cents(each["euros"]),
            duration_months=each["months"], by=by, on=on,
        )  # fmt: skip
        for answer in each["answers"]:
            # A day whose thresholds are not held yet: the purchase is shown without answer, as it would be for anyone.
            with suppress(schemes_control.ControlRefused):
                schemes_control.answer_duty(purchase=purchase, **answer, by=by, on=on)
