"""Commands: social clauses: hours due, forecast, validated."""

import json
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone

from essaim.law.text import ExplainedError, Text
from essaim.procurement.clauses_report import as_pdf, as_table
from essaim.procurement.models import ClauseOperation
from essaim.procurement.operations.clauses.sealing import seal_identities_again
from essaim.procurement.queries.clauses_summary import operation_summary
from essaim.procurement.rules.clauses import FORMULAS, exact_hours, hours_due


class Amount(click.ParamType):
    """Euros, or a percentage: a comma or a point."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            found = Decimal(str(value).replace("%", "").replace(" ", "").replace(",", "."))
        except InvalidOperation:
            self.fail(f"{value!r} is not a number", param, ctx)
        if not found.is_finite():
            self.fail(f"{value!r} is not a number", param, ctx)
        return found


@click.command("hours")
@click.option("--formula", type=click.Choice(list(FORMULAS)), default="works", show_default=True)
@click.option(
    "--amount", type=Amount(), help="Contract amount in euros; invoiced amount for billed formulas."
)
@click.option("--labour-share", type=Amount(), help="Labour share, in percent.")
@click.option("--effort", type=Amount(), help="Insertion effort, in percent.")
@click.option("--hourly-cost", type=Amount(), help="Cost of one hour, in euros.")
@click.option("--staff-hours", type=int, help="Cleaning: hours of the staff.")
@click.option("--transferred-hours", type=int, default=0, help="Cleaning: of which transferred staff.")
@click.option("--euros-per-hour", type=Amount(), help="Intellectual services: invoiced amount for one hour.")
@click.option("--hours", "stated", type=int, help="Hours the contract sets itself.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def hours(
    formula: str,
    amount: Decimal | None,
    labour_share: Decimal | None,
    effort: Decimal | None,
    hourly_cost: Decimal | None,
    staff_hours: int | None,
    transferred_hours: int,
    euros_per_hour: Decimal | None,
    stated: int | None,
    form: str,
) -> None:
    """Hours due under a social clause, rounded down: amount x labour share x effort / hourly cost."""
    given = {
        "amount_cents": _cents(amount),
        "labour_share_pct": labour_share,
        "effort_pct": effort,
        "hourly_cost_cents": _cents(hourly_cost),
        "staff_hours": staff_hours,
        "transferred_hours": transferred_hours,
        "cents_per_hour": _cents(euros_per_hour),
        "hours": stated,
    }
    figures = {each.name: given[each.name] for each in FORMULAS[formula].figures}
    billed = _cents(amount) if FORMULAS[formula].is_billed else 0
    if billed is None or billed < 0:
        raise click.UsageError("Give --amount: what was invoiced, zero or more.")
    due, exact = hours_due(formula, figures, billed), exact_hours(formula, figures, billed)
    if form == "json":
        said = {"formula": formula, "hours_due": due, "exact_hours": _two_decimals(exact), "figures": {
            name: str(value) if isinstance(value, Decimal) else value for name, value in figures.items()
        }}  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    click.echo(
        f"{due} heures dues ({FORMULAS[formula].label.fr.lower()}, arrondi de {_two_decimals(exact)})."
    )


def _cents(euros: Decimal | None) -> int | None:
    if euros is None:
        return None
    if euros * 100 != int(euros * 100):
        raise click.UsageError(f"{euros} has more than two decimals: write cents at most.")
    return int(euros * 100)


def _two_decimals(exact: Fraction) -> str:
    """Cut, not rounded: 833.33 for 833 and a third."""
    return f"{int(exact * 100) / 100:.2f}"


@click.command("clauses-summary")
@click.argument("operation", type=int)
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "pdf"]), default="csv", show_default=True)
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def clauses_summary(operation: int, form: str, to: Path) -> None:
    """Write the summary of one operation (its number is in its address): no pseudonym, no name."""
    found = ClauseOperation.objects.select_related("authority").filter(pk=operation).first()
    if found is None:
        raise ExplainedError(
            Text(f"Aucune opération ne porte le numéro {operation}. Voyez l'adresse de sa page.",
                 f"No operation bears the number {operation}. See the address of its page.")
        )  # fmt: skip
    summary = operation_summary(found, timezone.localdate())
    table = as_table(summary)
    if form == "pdf":
        to.write_bytes(as_pdf(summary))
    elif form == "xlsx":
        to.write_bytes(table.as_xlsx())
    else:
        to.write_text("\ufeff" + table.as_csv(), encoding="utf-8")
    click.echo(f"{len(table.rows)} lignes écrites dans {to}.")


@click.command("seal-identities")
@click.option("--apply", is_flag=True, help="Write; without it, only count.")
def seal_identities(apply: bool) -> None:
    """Encipher every beneficiary's name again, with the first key of ESSAIM_IDENTITY_KEY.

    Put the new key before the old one, separated by a comma, restart the site, run this, then take the old key out.
    """
    with transaction.atomic():
        done, unreadable = seal_identities_again(by=None, on=timezone.localdate())
        transaction.set_rollback(not apply)
    click.echo(
        f"{done} noms {'chiffrés de nouveau' if apply else 'à chiffrer de nouveau (--apply pour écrire)'}."
    )
    if unreadable:
        raise ExplainedError(
            Text(
                f"Aucune clé d'ESSAIM_IDENTITY_KEY n'ouvre {unreadable} noms : ils sont laissés tels quels. "
                "N'ôtez pas l'ancienne clé, ou retrouvez celle qui les ouvre.",
                f"No key of ESSAIM_IDENTITY_KEY opens {unreadable} names: they are left as they are. "
                "Do not take the old key out, or find the one that opens them.",
            )
        )


commands: tuple[click.Command, ...] = (hours, clauses_summary, seal_identities)
