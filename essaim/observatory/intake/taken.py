"""What the intake hands to the pipeline: one shape, whatever the files looked like."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

UNIT_COLUMNS = (
    "siren",
    "statutDiffusionUniteLegale",
    "dateCreationUniteLegale",
    "sigleUniteLegale",
    "identifiantAssociationUniteLegale",
    "trancheEffectifsUniteLegale",
    "etatAdministratifUniteLegale",
    "denominationUniteLegale",
    "denominationUsuelle1UniteLegale",
    "categorieJuridiqueUniteLegale",
    "activitePrincipaleUniteLegale",
    "economieSocialeSolidaireUniteLegale",
    "caractereEmployeurUniteLegale",
)

ESTABLISHMENT_COLUMNS = (
    "siren",
    "siret",
    "statutDiffusionEtablissement",
    "dateCreationEtablissement",
    "trancheEffectifsEtablissement",
    "etablissementSiege",
    "numeroVoieEtablissement",
    "indiceRepetitionEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "codePostalEtablissement",
    "codeCommuneEtablissement",
    "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
    "dateDebut",
    "etatAdministratifEtablissement",
    "enseigne1Etablissement",
    "denominationUsuelleEtablissement",
    "activitePrincipaleEtablissement",
    "caractereEmployeurEtablissement",
)

GEOLOCATION_COLUMNS = (
    "siret",
    "x",
    "y",
    "epsg",
    "plg_qp24",
    "plg_code_commune",
    "x_longitude",
    "y_latitude",
)

HISTORY_COLUMNS = (
    "siret",
    "dateDebut",
    "dateFin",
    "etatAdministratifEtablissement",
    "changementEtatAdministratifEtablissement",
)

ESS_LIST_COLUMNS = ("siren", "family", "list")

REJECTED_COLUMNS = ("file", "line", "reason", "detail")

FORMATS = ("csv", "parquet")
DIALECTS = ("official", "portal", "ess_france", "regional")


@dataclass(frozen=True, slots=True)
class TakenFile:
    """Where one table came from.

    source: id in `essaim.observatory.sources.registry`; role: the table it feeds ("units",
    "establishments", "geolocation", "history", "ess_list"); a portal file feeds three and is listed once
    per role. format: what was inside ("csv" or "parquet"), zipped or not. rows: rows kept in the table.
    vintage: ISO date of the extract; vintage_from: "simulated", "fetch", "name",
    "content" (a portal's small file) or "mtime".
    """

    role: str
    source: str
    path: Path
    format: str
    dialect: str
    sha256: str
    size_bytes: int
    rows: int
    vintage: date
    vintage_from: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True)
class Intake:
    """Parquet files in official column names, ready for the pipeline.

    From CSV and portal files: every column of `UNIT_COLUMNS` / `ESTABLISHMENT_COLUMNS`... is there, all text
    (booleans "true"/"false", dates ISO, empty is null), plus `record` BIGINT, the number of the record in
    the source file (1 = first after the header, rejected ones counted; give it to `line_of`).
    From official Parquet: the person's own file, official types, no `record` (use file_row_number), and
    optional columns may be absent: `file(role).columns` says what is there.
    `rejected`: Parquet (file, line, reason, detail) of structurally bad rows; `line` BIGINT is physical.
    `fictitious` is true when the folder was written by `simulate`.
    """

    units: Path
    establishments: Path
    geolocation: Path | None
    history: Path | None
    ess_list: Path | None
    qpv: Path | None
    rejected: Path
    files: tuple[TakenFile, ...]
    fictitious: bool = False

    @property
    def vintage(self) -> date:
        """The date of the register extract: that of the establishments file."""
        return self.file("establishments").vintage

    def file(self, role: str) -> TakenFile:
        """The provenance of a role's table; KeyError when the folder does not feed it."""
        for taken in self.files:
            if taken.role == role:
                return taken
        raise KeyError(role)
