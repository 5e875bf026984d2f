"""The words in which the perimeter rule explains itself."""

from essaim.law.text import Text

STATUS_LABELS = {
    "member": Text("Membre de l'ESS", "SSE member"),
    "to_confirm": Text("À confirmer", "To be confirmed"),
    "not_member": Text("Hors de l'ESS", "Not an SSE member"),
}

SOURCES = {
    "ruling": Text("Décision locale", "Local ruling"),
    "listed": Text(
        "Liste d'ESS France ou de la chambre régionale", "List of ESS France or of the regional chamber"
    ),
    "flag": Text("Indicateur ESS de SIRENE", "SIRENE's SSE flag"),
    "category": Text("Catégorie juridique", "Legal category"),
    "rne_form": Text("Forme au registre national des entreprises", "Form in the national business register"),
}

# One sentence for each reason code, in the order a reader would meet them.
REASONS = {
    "ruling_member": Text("Une décision locale la dit membre.", "A local ruling says it is a member."),
    "ruling_not_member": Text(
        "Une décision locale la dit hors de l'ESS.", "A local ruling says it is not a member."
    ),
    "sources_agree": Text(
        "Les sources qui parlent la disent toutes membre.", "All sources that speak say member."
    ),
    "sources_agree_not": Text(
        "Les sources qui parlent la disent toutes hors de l'ESS.",
        "All sources that speak say it is not a member.",
    ),
    "listed": Text(
        "Elle figure sur la liste officielle, seule à parler.",
        "It is on the official list, which alone speaks.",
    ),
    "flag": Text(
        "L'indicateur de SIRENE la dit membre, seul à parler.",
        "The SIRENE flag says member, and alone speaks.",
    ),
    "flag_not": Text(
        "L'indicateur de SIRENE la dit hors de l'ESS, seul à parler.",
        "The SIRENE flag says not a member, and alone speaks.",
    ),
    "category": Text("Sa forme juridique la rend membre.", "Its legal form makes it a member."),
    "category_not": Text("Sa forme juridique l'exclut de l'ESS.", "Its legal form keeps it out of the SSE."),
    "rne_form": Text(
        "Sa forme au registre national des entreprises la rend membre.",
        "Its form in the national business register makes it a member.",
    ),
    "category_excluded_activity": Text(
        "Seule sa forme juridique la désigne, et son activité est de celles que le dénombrement statistique "
        "écarterait : à confirmer.",
        "Only its legal form points to it, and its activity is one a statistical count would leave out: "
        "to be confirmed.",
    ),
    "category_unverified": Text(
        "Seule sa forme juridique la désigne, et l'appartenance de cette forme n'est pas vérifiée : "
        "à confirmer.",
        "Only its legal form points to it, and whether that form belongs is not verified: to be confirmed.",
    ),
    "sources_disagree": Text(
        "Les sources se contredisent : à confirmer par une décision locale.",
        "The sources contradict each other: to be confirmed by a local ruling.",
    ),
    "nothing_known": Text(
        "Aucune source ne parle et sa forme juridique n'est pas connue : à confirmer.",
        "No source speaks and its legal form is not known: to be confirmed.",
    ),
    "no_source": Text("Aucune source ne la dit membre.", "No source says so."),
}

_VERDICTS = {True: Text("membre", "member"), False: Text("hors de l'ESS", "not a member")}


def says(source: str, details: dict[str, str], member: bool) -> Text:
    """One source's evidence: « Indicateur ESS de SIRENE (O) : membre »."""
    detail = f" ({details[source]})" if details[source] and source != "ruling" else ""
    name, verdict = SOURCES[source], _VERDICTS[member]
    return Text(f"{name.fr}{detail} : {verdict.fr}", f"{name.en}{detail}: {verdict.en}")
