"""Operations, clauses, the companies bound by them, invoices and orders."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.accounts.rules import is_siren
from essaim.law.text import Text
from essaim.organisations.models import Organisation
from essaim.procurement.clauses_refusals import NOT_YOURS, ClauseRefused, check_followed, check_rates
from essaim.procurement.models import Clause, ClauseBill, ClauseCompany, ClauseOperation, ClauseShare
from essaim.procurement.permissions.clauses import may_facilitate
from essaim.procurement.queries.clauses_sums import due_and_expected
from essaim.procurement.rules.clauses import MOST_CENTS, checked_figures, hours_due


@transaction.atomic
def create_operation(
    *,
    authority: Authority,
    name: str,
    starts_on: date,
    ends_on: date,
    by: User | None,
    on: date,
    is_fictitious: bool = False,
) -> ClauseOperation:
    """Follow an operation whose contracts carry social clauses. Raises ClauseRefused."""
    _check_may(by, authority)
    kept = " ".join(name.split())
    if not kept:
        raise _refused("Donnez un nom à l'opération.", "Give the operation a name.")
    if ends_on < starts_on:
        raise _refused(
            "L'opération finit avant de commencer. Vérifiez les deux dates.",
            "The operation ends before it starts. Check both dates.",
        )
    if ClauseOperation.objects.filter(authority=authority, name=kept, withdrawn_on=None).exists():
        raise _refused(
            f"Une opération s'appelle déjà « {kept} ». Choisissez un autre nom.",
            f"There is already an operation called '{kept}'. Choose another name.",
        )
    operation = ClauseOperation.objects.create(
        authority=authority, name=kept, starts_on=starts_on, ends_on=ends_on, is_fictitious=is_fictitious
    )
    journal.record("clause operation created", operation, by=by, on=on, authority=authority)
    return operation


@transaction.atomic
def add_clause(
    *,
    operation: ClauseOperation,
    lot: str,
    formula: str,
    figures: Mapping[str, Any],
    by: User | None,
    on: date,
    contract: str = "",
    penalty_cents: int | None = None,
    internal_cost_cents: int | None = None,
) -> Clause:
    """A lot's clause; its hours are computed at once. Raises ClauseRefused, or WrongFigures naming the figure."""
    _check_may(by, operation.authority)
    check_followed(operation)
    kept, checked = " ".join(lot.split()), checked_figures(formula, figures)
    if not kept:
        raise _refused("Dites de quel lot il s'agit.", "Say which lot it is.")
    if operation.clauses.filter(lot=kept, withdrawn_on=None).exists():
        raise _refused(
            f"Le lot « {kept} » a déjà une clause dans cette opération.",
            f"The lot '{kept}' already has a clause in this operation.",
        )
    check_rates(penalty_cents, internal_cost_cents)
    clause = Clause(
        operation=operation,
        lot=kept,
        contract=contract.strip(),
        formula=formula,
        figures=checked,
        penalty_cents=penalty_cents,
        internal_cost_cents=internal_cost_cents,
    )
    clause.hours_due = hours_due(formula, checked)
    clause.save()
    journal.record(
        "clause added", clause, by=by, on=on, authority=operation.authority,
        formula=formula, figures=checked, hours_due=clause.hours_due,
    )  # fmt: skip
    return clause


@transaction.atomic
def bind_company(
    *, clause: Clause, siren: str, name: str, part_cents: int, by: User | None, on: date
) -> ClauseShare:
    """The company that holds the lot, or one more member of the consortium. Raises ClauseRefused."""
    authority = clause.operation.authority
    _check_may(by, authority)
    check_followed(clause)
    number, kept = siren.replace(" ", ""), " ".join(name.split())
    if not is_siren(number):
        raise _refused(
            f"« {siren} » n'est pas un numéro SIREN : il a neuf chiffres et une clé. Vérifiez-le.",
            f"'{siren}' is not a SIREN number: it has nine digits and a check digit. Check it.",
        )
    if not 0 <= part_cents <= MOST_CENTS:
        raise _refused("La part du marché ne peut pas être négative.", "The part cannot be negative.")
    known = Organisation.objects.filter(siren=number).first()
    if not kept and not known:
        raise _refused("Donnez le nom de l'entreprise.", "Give the company's name.")
    company, _ = ClauseCompany.objects.get_or_create(
        authority=authority,
        siren=number,
        defaults={"name": kept or known.name, "organisation": known},
    )
    if clause.shares.filter(company=company).exists():
        raise _refused(
            "Cette entreprise est déjà tenue par cette clause.",
            "This company is already bound by this clause.",
        )
    share = ClauseShare.objects.create(clause=clause, company=company, part_cents=part_cents)
    journal.record(
        "company bound by clause", share, by=by, on=on, authority=authority,
        clause=clause.pk, company=company.pk, part_cents=part_cents,
    )  # fmt: skip
    return share


@transaction.atomic
def record_bill(
    *,
    share: ClauseShare,
    kind: str,
    number: str,
    amount_cents: int,
    dated_on: date,
    by: User | None,
    on: date,
) -> ClauseBill:
    """An invoice or an order; the hours of the clause follow. A credit note is negative. Raises ClauseRefused."""
    clause = Clause.objects.select_for_update().get(pk=share.clause_id)
    authority, kept = clause.operation.authority, number.strip()
    _check_may(by, authority)
    check_followed(clause)
    if kind not in dict(ClauseBill.KINDS):
        raise _refused("Choisissez facture ou commande.", "Choose an invoice or an order.")
    if kind == "order" and not clause.is_billed:
        raise _refused(
            "Les heures de cette clause ne dépendent pas des commandes : seules ses factures s'enregistrent.",
            "The hours of this clause do not follow orders: only its invoices are recorded.",
        )
    if not kept:
        raise _refused("Donnez le numéro de la pièce.", "Give the number of the document.")
    if dated_on > on:
        raise _refused("Cette pièce est datée de l'avenir.", "This document is dated in the future.")
    if not 0 < abs(amount_cents) <= MOST_CENTS:
        raise _refused("Donnez un montant, qui ne soit pas zéro.", "Give an amount other than zero.")
    if share.bills.filter(kind=kind, number=kept).exists():
        raise _refused(
            f"La pièce {kept} est déjà enregistrée pour cette entreprise.",
            f"Document {kept} is already recorded for this company.",
        )
    bill = ClauseBill.objects.create(
        share=share, kind=kind, number=kept, amount_cents=amount_cents, dated_on=dated_on
    )
    if sum(share.bills.filter(kind=kind).values_list("amount_cents", flat=True)) < 0:
        raise _refused(
            "L'avoir dépasse ce que cette entreprise a facturé. Vérifiez son montant.",
            "The credit note is above what this company has invoiced. Check its amount.",
        )
    if clause.is_billed:
        clause.hours_due, clause.hours_expected = due_and_expected(clause)
        clause.save(update_fields=["hours_due", "hours_expected"])
    journal.record(
        f"clause {kind} recorded", bill, by=by, on=on, authority=authority,
        clause=clause.pk, amount_cents=amount_cents, hours_due=clause.hours_due,
    )  # fmt: skip
    return bill


def _check_may(by: User | None, authority: Authority) -> None:
    if by is not None and not may_facilitate(by, authority):
        raise ClauseRefused(NOT_YOURS)


def _refused(fr: str, en: str) -> ClauseRefused:
    return ClauseRefused(Text(fr, en))
