"""Regions to communes: the table that ships with the product, and where it comes from."""

from essaim.law.text import Text
from essaim.observatory.sources.source import LICENCE_OUVERTE, Source

SOURCE = Source(
    id="territories",
    role=None,
    title=Text(
        "Communes, intercommunalités, départements, régions (code officiel géographique)",
        "Communes, intercommunal bodies, departments, regions (official geographic code)",
    ),
    publisher="Insee, DGCL, IGN ; compilation Etalab",
    licence=LICENCE_OUVERTE,
    rhythm=Text("annuel (1er janvier)", "yearly (1 January)"),
    page="https://www.npmjs.com/package/@etalab/decoupage-administratif",
    resources=(),
    stem="",
    columns=(),
    notes=Text(
        "Livré avec Essaim (essaim/observatory/reference) : rien à télécharger.",
        "Ships with Essaim (essaim/observatory/reference): nothing to download.",
    ),
)
