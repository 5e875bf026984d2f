"""The columns of every export, and what each means: the one list that the files, the dictionary and the page read."""

from dataclasses import dataclass
from typing import Literal

from essaim.law.text import Text

Kind = Literal["text", "integer", "number", "boolean", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """`values` names the closed list a code comes from, if any; several codes are joined by a semicolon."""

    name: str
    kind: Kind
    label: Text
    source: Text
    nullable: bool = True
    unit: str = ""
    values: str = ""


REGISTER = Text("Répertoire SIRENE (Insee)", "SIRENE register (Insee)")
RNA = Text("Répertoire national des associations", "National register of associations")
GEOGRAPHY = Text("Code officiel géographique (Insee)", "Official geographic code (Insee)")
POSITION = Text(
    "Géolocalisation SIRENE, ou la source de l'import", "SIRENE geolocation, or the imported source"
)
RULE = Text(
    "Règle du périmètre de l'ESS appliquée aux sources", "Rule of the SSE perimeter applied to the sources"
)
OURS = Text("Cet annuaire", "This directory")
PEOPLE = Text("Les responsables de l'organisation", "The organisation's own people")
AGREEMENTS = Text(
    "Listes d'agréments importées ou saisies par un agent",
    "Lists of approvals, imported or entered by an agent",
)


def _column(name: str, kind: Kind, fr: str, en: str, source: Text, **more: object) -> Column:
    return Column(name, kind, Text(fr, en), source, **more)  # type: ignore[arg-type]  # named fields


COLUMNS: tuple[Column, ...] = (
    _column("uri", "text", "Adresse stable de la fiche", "Stable address of the record", OURS, nullable=False),
    _column("organisation_id", "integer", "Numéro dans l'annuaire", "Number in the directory", OURS,
            nullable=False),
    _column("site_id", "integer", "Numéro du lieu dans l'annuaire", "Number of the place in the directory", OURS),
    _column("siren", "text", "SIREN, neuf chiffres", "SIREN, nine digits", REGISTER),
    _column("siret", "text", "SIRET du lieu, quatorze chiffres", "SIRET of the place, fourteen digits", REGISTER),
    _column("rna_id", "text", "Numéro RNA", "RNA number", RNA),
    _column("name", "text", "Nom officiel", "Official name", REGISTER, nullable=False),
    _column("sigle", "text", "Sigle", "Acronym", REGISTER),
    _column("usual_name", "text", "Nom d'usage", "Usual name", PEOPLE),
    _column("site_name", "text", "Enseigne ou nom du lieu", "Sign or name of the place", REGISTER),
    _column("status", "text", "Statut ESS", "SSE status", RULE, nullable=False, values="status"),
    _column("status_reason", "text", "Raison du statut", "Reason of the status", RULE, values="status_reason"),
    _column("family", "text", "Famille de l'ESS", "SSE family", RULE, values="family"),
    _column("legal_category", "text", "Catégorie juridique, quatre chiffres", "Legal category, four digits",
            REGISTER),
    _column("naf", "text", "Activité principale de l'organisation (NAF rév. 2)",
            "Main activity of the organisation (NAF rev. 2)", REGISTER),
    _column("site_naf", "text", "Activité principale du lieu (NAF rév. 2)",
            "Main activity of the place (NAF rev. 2)", REGISTER),
    _column("sector", "text", "Secteur", "Sector", OURS, nullable=False, values="sector"),
    _column("size_band", "text", "Tranche d'effectif salarié de l'organisation",
            "Band of employees of the organisation", REGISTER),
    _column("employer", "boolean", "Le lieu emploie-t-il ?", "Does the place employ?", REGISTER),
    _column("created_on", "date", "Création de l'organisation", "Creation of the organisation", REGISTER),
    _column("site_opened_on", "date", "Ouverture du lieu", "Opening of the place", REGISTER),
    _column("is_head_office", "boolean", "Le lieu est-il le siège ?", "Is the place the head office?", REGISTER),
    _column("address", "text", "Adresse du lieu", "Address of the place", REGISTER),
    _column("postcode", "text", "Code postal", "Postcode", REGISTER),
    _column("commune", "text", "Commune (code Insee)", "Commune (Insee code)", GEOGRAPHY),
    _column("commune_name", "text", "Nom de la commune", "Name of the commune", GEOGRAPHY),
    _column("epci", "text", "Intercommunalité (SIREN)", "Grouping of communes (SIREN)", GEOGRAPHY),
    _column("departement", "text", "Département", "Department", GEOGRAPHY),
    _column("region", "text", "Région", "Region", GEOGRAPHY),
    _column("qpv", "text", "Quartier prioritaire (code 2024)", "Priority neighbourhood (2024 code)",
            Text("Agence nationale de la cohésion des territoires", "National agency for territorial cohesion")),
    _column("lon", "number", "Longitude (WGS 84)", "Longitude (WGS 84)", POSITION, unit="°"),
    _column("lat", "number", "Latitude (WGS 84)", "Latitude (WGS 84)", POSITION, unit="°"),
    _column("position_source", "text", "Origine de la position", "Origin of the position", POSITION),
    _column("labels", "text", "Labels et agréments en cours", "Labels and approvals in force", AGREEMENTS,
            values="labels"),
    _column("summary", "text", "L'organisation en une phrase", "The organisation in a sentence", PEOPLE),
    _column("website", "text", "Site web", "Website", PEOPLE),
    _column("evidence", "text", "Sources qui parlent de son appartenance à l'ESS",
            "Sources that speak of its SSE membership", OURS, values="evidence"),
    _column("first_seen_on", "date", "Entrée dans l'annuaire", "Entered the directory", OURS, nullable=False),
    _column("last_seen_on", "date", "Vue pour la dernière fois dans une source", "Last seen in a source", OURS,
            nullable=False),
    _column("vintage", "date", "Date des données reprises", "Date the data speaks of", OURS),
    _column("fictitious", "boolean", "Donnée inventée pour la démonstration ?", "Made up for demonstration?",
            OURS, nullable=False),
)  # fmt: skip

NAMES = tuple(column.name for column in COLUMNS)
