"""Commands: what the law allows for a need on a date."""

import json
from datetime import datetime

import click
from django.utils import timezone

from essaim.law.rules.procurement import BUYERS, KINDS, STATUSES, BadNeed, Need
from essaim.law.text import LANGUAGES, Text
from essaim.procurement.rules.routes import STATES, RouteAnswer, answer, as_rows, cents_of, read_code, state

UNVERIFIED = Text("à vérifier", "to be verified")
CHANGED = Text("La loi a changé le {on:%d/%m/%Y}", "The law changed on {on}")
CHANGES = Text("La loi change le {on:%d/%m/%Y}", "The law changes on {on}")
COUNTED = Text(
    "{open} procédures ouvertes, {conditional} à préciser, {closed} fermées au {on:%d/%m/%Y}.",
    "{open} routes open, {conditional} to be specified, {closed} closed on {on}.",
)
MISSING = Text(
    "Il manque : {what}. Par exemple : essaim procurement routes --amount 55000 --kind supplies --on 2026-05-02.",
    "Missing: {what}. For example: essaim procurement routes --amount 55000 --kind supplies --on 2026-05-02.",
)


@click.command()
@click.option("--amount", help="Euros excluding VAT: the whole need, or the lot when lot options are given.")
@click.option("--kind", type=click.Choice(KINDS))
@click.option("--cpv", default="", help="Main CPV code, eight digits.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="Start of the consultation, YYYY-MM-DD; today by default."
)
@click.option(
    "--operation-total", default="", help="Value of all the lots; the amount is then that of a lot."
)
@click.option("--small-lots-total", default="", help="Value of the lots taken out, this one included.")
@click.option("--innovative", type=click.Choice(["yes", "no"]))
@click.option("--buyer", type=click.Choice(BUYERS), default="local", show_default=True)
@click.option(
    "--relies-on", multiple=True, type=click.Choice(STATUSES), help="Status of the supplier in mind."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", envvar="ESSAIM_LANG", default="fr", show_default=True, help=" or ".join(LANGUAGES))
def routes(
    amount: str | None, kind: str | None, cpv: str, on: datetime | None, operation_total: str,
    small_lots_total: str, innovative: str | None, buyer: str, relies_on: tuple[str, ...], form: str, lang: str,
) -> None:  # fmt: skip
    """Every route the law opens, closes or leaves to one more answer, for a need on a date."""
    missing = [name for name, given in (("--amount", amount), ("--kind", kind)) if not given]
    if missing or not amount or not kind:
        raise click.UsageError(MISSING.format(what=", ".join(missing)).in_(lang))
    day = on.date() if on else timezone.localdate()
    try:
        totals = cents_of(operation_total), cents_of(small_lots_total)
        need = Need(
            amount_cents=cents_of(amount) or 0,
            kind=kind,
            cpv=read_code(cpv),
            is_lot=any(each is not None for each in totals),
            operation_cents=totals[0],
            small_lots_cents=totals[1],
            innovative=None if innovative is None else innovative == "yes",
            buyer=buyer,
            relies_on=relies_on,
        )
        told = answer(need, day)
    except BadNeed as error:
        raise click.UsageError(error.text.in_(lang)) from error
    if form == "json":
        click.echo(json.dumps(as_rows(told, lang), ensure_ascii=False, indent=1))
    else:
        click.echo(_text(told, lang))


def _text(told: RouteAnswer, lang: str) -> str:
    lines = []
    for each in told.routes:
        lines.append(f"{each.label.in_(lang)} ({each.route}) : {STATES[state(each)].in_(lang)}")
        lines += [f"  {text.in_(lang)}" for text in each.reasons]
        for cited in each.citations:
            mark = "" if cited.verified else f" [{UNVERIFIED.in_(lang)}]"
            lines.append(f"  {cited.article}{mark}")
        lines.append("")
    for words, change in ((CHANGED, told.past), (CHANGES, told.coming)):
        if change is not None:
            moved = ", ".join(
                f"{after.label.in_(lang)} ({STATES[state(before)].in_(lang)} → {STATES[state(after)].in_(lang)})"
                for before, after in change.routes
            )
            lines.append(f"{words.format(on=change.on).in_(lang)} : {moved}.")
    lines += [gap.value.in_(lang) for gap in told.gaps]
    counts = {name: sum(state(each) == name for each in told.routes) for name in STATES}
    lines.append(COUNTED.format(on=told.on, **counts).in_(lang))
    return "\n".join(lines)


commands: tuple[click.Command, ...] = (routes,)
