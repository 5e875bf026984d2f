"""The public page on how fresh, how whole and how consistent the directory is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.law.text import Text
from essaim.organisations.queries.freshness import disagreeing_pairs, rejections, source_states
from essaim.organisations.rules.import_words import FIELDS, REASONS, source_label
from essaim.organisations.views.imports import as_file
from essaim.ui.tables import Column, Table
from essaim.ui.words import say

# Voices on membership are not files: they have names of their own.
VOICES = {
    "listed": Text("Liste d'ESS France ou d'une CRESS", "List of ESS France or of a regional chamber"),
    "flag": Text("Indicateur ESS de Sirene", "Sirene's SSE flag"),
    "category": Text("Catégorie juridique", "Legal category"),
    "rne_form": Text("Forme au registre des entreprises", "Form in the business register"),
}


@require_safe
def freshness(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "organisations/freshness.html",
        {"sources": sources_table(), "rejected": rejected_table(), "pairs": pairs_table()},
    )


@require_safe
def freshness_csv(request: HttpRequest) -> HttpResponse:
    """The table of sources, dates as ISO."""
    rows = [
        (state.source, say(source_label(state.source)), state.updated_at.date().isoformat() if state.updated_at else "",
         state.vintage.isoformat() if state.vintage else "", state.organisations, round(state.share_pct, 1),
         state.statements, state.read_rows, state.rejected)
        for state in source_states()
    ]  # fmt: skip
    titles = (_("Code"), _("Source"), _("Mise à jour"), _("Millésime"), _("Organisations"), _("Part (%)"),
              _("Établissements ou unités"), _("Lignes lues"), _("Lignes refusées"))  # fmt: skip
    return as_file("fraicheur.csv", titles, rows)


def sources_table() -> Table | None:
    columns = [
        Column(Text("Source", "Source")),
        Column(Text("Mise à jour", "Updated"), "date"),
        Column(Text("Données au", "Data of"), "date"),
        Column(Text("Organisations", "Organisations"), "number"),
        Column(Text("Part de l'annuaire", "Share of the directory"), "percent"),
        Column(Text("Lignes refusées", "Rows refused"), "number"),
    ]
    rows = [
        (
            source_label(each.source),
            each.updated_at,
            each.vintage,
            each.organisations,
            each.share_pct,
            each.rejected,
        )
        for each in source_states()
    ]
    return Table(columns, rows, Text("Ce que dit chaque source", "What each source says")) if rows else None


def rejected_table() -> Table | None:
    columns = [
        Column(Text("Source", "Source")),
        Column(Text("Raison", "Reason")),
        Column(Text("Lignes", "Rows"), "number"),
    ]
    found = sorted(rejections().items(), key=lambda item: (item[0][0], -item[1]))
    rows = [(source_label(source), REASONS[reason], count) for (source, reason), count in found]
    return (
        Table(columns, rows, Text("Lignes refusées, par raison", "Rows refused, by reason")) if rows else None
    )


def pairs_table() -> Table | None:
    words = (Text("Sur", "About"), Text("Une source", "One source"), Text("L'autre", "The other"))
    columns = [*(Column(each) for each in words), Column(Text("Organisations", "Organisations"), "number")]
    membership = Text("appartenance à l'ESS", "membership of the SSE")
    rows = [
        (
            FIELDS.get(pair.field, membership),
            *(VOICES.get(one) or source_label(one) for one in (pair.low, pair.high)),
            pair.count,
        )
        for pair in disagreeing_pairs()
    ]
    return (
        Table(columns, rows, Text("Désaccords, par paire de sources", "Disagreements, by pair of sources"))
        if rows
        else None
    )
