"""The words in which the routes of public procurement explain themselves."""

from essaim.law.text import Text

LABELS = {
    "direct": Text(
        "Achat sans publicité ni mise en concurrence", "Purchase without advertising or competition"
    ),
    "small-lot": Text(
        "Petit lot sans publicité ni mise en concurrence", "Small lot without advertising or competition"
    ),
    "innovative": Text("Achat innovant sans mise en concurrence", "Innovative purchase without competition"),
    "adapted": Text("Procédure adaptée", "Adapted procedure"),
    "formalised": Text("Procédure formalisée", "Formalised procedure"),
    "reserved-disability": Text(
        "Marché réservé aux entreprises adaptées et ESAT", "Contract reserved for adapted companies and ESAT"
    ),
    "reserved-integration": Text(
        "Marché réservé aux structures d'insertion", "Contract reserved for work-integration structures"
    ),
    "reserved-prison": Text("Marché réservé au travail en prison", "Contract reserved for work in prison"),
    "reserved-sse": Text("Marché réservé aux entreprises de l'ESS", "Contract reserved for SSE enterprises"),
}

WORDS = {
    "direct.open": Text(
        "Le besoin entier ({whole}) est en dessous de {ceiling}.",
        "The whole need ({whole}) is below {ceiling}.",
    ),
    "direct.closed": Text(
        "Le besoin entier n'est pas en dessous de {ceiling}.", "The whole need is not below {ceiling}."
    ),
    "direct.ask": Text(
        "Dites la valeur de l'opération entière : elle doit être en dessous de {ceiling}.",
        "Say the value of the whole operation: it must be below {ceiling}.",
    ),
    "no_split": Text(
        "On n'a pas le droit de découper un besoin pour rester sous un seuil (CCP, art. R2121-4).",
        "A need may not be split to stay below a threshold (CCP, art. R2121-4).",
    ),
    "small-lot.open": Text(
        "Le lot est en dessous de {ceiling}, et les petits lots font au plus {share} % de tous les lots.",
        "The lot is below {ceiling}, and the small lots make at most {share}% of all lots.",
    ),
    "small-lot.whole": Text(
        "Le montant est celui du besoin entier, non d'un lot.",
        "The amount is that of the whole need, not of a lot.",
    ),
    "small-lot.amount": Text("Le lot n'est pas en dessous de {ceiling}.", "The lot is not below {ceiling}."),
    "small-lot.share": Text(
        "Les petits lots dépassent {share} % de la valeur de tous les lots.",
        "The small lots exceed {share}% of the value of all lots.",
    ),
    "small-lot.ask": Text(
        "Dites si le montant est celui d'un lot, la valeur de tous les lots, et celle des petits lots : ils doivent "
        "faire au plus {share} % de l'ensemble.",
        "Say whether the amount is that of a lot, the value of all lots, and that of the small lots: they must make at "
        "most {share}% of the whole.",
    ),
    "not_entered": Text(
        "Le droit applicable à cette date n'a pas été saisi sur ce point : vérifiez-le.",
        "The law of that date was not entered on this point: check it.",
    ),
    "innovative.open": Text(
        "Le besoin est dit innovant et son montant reste en dessous de {ceiling}.",
        "The need is said to be innovative and its amount stays below {ceiling}.",
    ),
    "innovative.lot": Text(
        "Le lot est dit innovant, il est en dessous de {ceiling}, et les lots concernés font au plus {share} % de tous "
        "les lots.",
        "The lot is said to be innovative, it is below {ceiling}, and the lots concerned make at most {share}% of all "
        "lots.",
    ),
    "innovative.amount": Text(
        "Le montant, ou la part des lots, dépasse ce que permet l'achat innovant (besoin en dessous de {ceiling}).",
        "The amount, or the share of the lots, exceeds what an innovative purchase allows (need below {ceiling}).",
    ),
    "innovative.no": Text("Le besoin est dit non innovant.", "The need is said not to be innovative."),
    "innovative.ask": Text(
        "Le montant le permet : dites si ce qui est acheté est nouveau ou sensiblement amélioré.",
        "The amount allows it: say whether what is bought is new or sensibly improved.",
    ),
    "innovative.ask_lots": Text(
        "Dites si le montant est celui d'un lot, et la valeur de tous les lots et des petits lots.",
        "Say whether the amount is that of a lot, and the value of all lots and of the small lots.",
    ),
    "innovative.young": Text(
        "À cette date, tout ce que vend une jeune entreprise innovante est réputé innovant.",
        "On that date, all that a young innovative firm sells is deemed innovative.",
    ),
    "innovative.not_young": Text(
        "Être une jeune entreprise innovante ne suffit pas à cette date : c'est l'achat qui doit être innovant.",
        "Being a young innovative firm is not enough on that date: the purchase itself must be innovative.",
    ),
    "innovative.none": Text(
        "Cette possibilité n'existait pas encore à cette date.",
        "This possibility did not exist yet on that date.",
    ),
    "adapted.below": Text(
        "Le besoin entier ({whole}) est en dessous du seuil européen de {threshold}.",
        "The whole need ({whole}) is below the European threshold of {threshold}.",
    ),
    "adapted.lot": Text(
        "L'opération atteint le seuil européen, mais le lot est en dessous de {ceiling} et les petits lots font au "
        "plus {share} % de tous les lots.",
        "The operation reaches the European threshold, but the lot is below {ceiling} and the small lots make at most "
        "{share}% of all lots.",
    ),
    "adapted.social": Text(
        "Le code {cpv} est celui d'un service social ou spécifique : la procédure adaptée est ouverte quel que soit le "
        "montant.",
        "The code {cpv} is that of a social or specific service: the adapted procedure is open whatever the amount.",
    ),
    "adapted.ask_code": Text(
        "Le besoin atteint le seuil européen de {threshold}. La procédure adaptée reste possible si le service est un "
        "service social ou spécifique de l'annexe 3 du code : donnez son code CPV ou vérifiez cette liste, plus large "
        "que celle que nous tenons.",
        "The need reaches the European threshold of {threshold}. The adapted procedure remains possible if the service "
        "is a social or specific one of annex 3 of the code: give its CPV code or check that list, wider than the one "
        "we hold.",
    ),
    "adapted.ask_lots": Text(
        "Dites la valeur de l'opération entière et celle des petits lots : le seuil européen est de {threshold}.",
        "Say the value of the whole operation and that of the small lots: the European threshold is {threshold}.",
    ),
    "adapted.closed": Text(
        "Le besoin entier atteint le seuil européen de {threshold}.",
        "The whole need reaches the European threshold of {threshold}.",
    ),
    "formalised.compulsory": Text(
        "Elle est obligatoire : aucune autre procédure ordinaire n'est ouverte à partir de {threshold}.",
        "It is compulsory: no other ordinary procedure is open from {threshold}.",
    ),
    "formalised.choice": Text(
        "Elle est permise, sans être imposée : qui la choisit l'applique tout entière.",
        "It is allowed, without being imposed: who chooses it applies it whole.",
    ),
    "formalised.unsure": Text(
        "Elle est permise. Qu'elle soit obligatoire dépend de ce qui n'a pas été dit.",
        "It is allowed. Whether it is compulsory depends on what was not said.",
    ),
    "reserved.any_amount": Text(
        "La réservation est permise quel que soit le montant, pour le marché ou un lot.",
        "The reservation is allowed whatever the amount, for the contract or a lot.",
    ),
    "reserved.share": Text(
        "Le titulaire emploie au moins {share} % de {people}.",
        "The holder employs at least {share}% of {people}.",
    ),
    "reserved.notice_article": Text(
        "L'avis cite l'article {article}.", "The notice cites article {article}."
    ),
    "reserved.notice_decision": Text(
        "L'avis, ou les documents de la consultation sans avis, annonce la décision de réserver.",
        "The notice, or the consultation documents without a notice, states the decision to reserve.",
    ),
    "reserved.combined": Text(
        "Un même marché peut être réservé ensemble au handicap et à l'insertion.",
        "One contract may be reserved for disability and integration together.",
    ),
    "reserved.not_combined": Text(
        "Un même marché ne peut pas être réservé ensemble au handicap et à l'insertion.",
        "One contract may not be reserved for disability and integration together.",
    ),
    "reserved.no_shortcut": Text(
        "Ni l'agrément ESUS ni l'appartenance à l'ESS ne suffisent : il faut être {holder}.",
        "Neither the ESUS approval nor belonging to the SSE is enough: one must be {holder}.",
    ),
    "reserved.refused": Text(
        "Non pour ce fournisseur : le statut invoqué ({relied}) n'ouvre pas cette réservation, il faut être {holder}.",
        "Not for this supplier: the status relied on ({relied}) does not open this reservation, one must be {holder}.",
    ),
    "prison.not_yet": Text(
        "Cette réservation n'existait pas encore à cette date.",
        "This reservation did not exist yet on that date.",
    ),
    "prison.no_share": Text(
        "La réservation existe, mais la part de personnes détenues n'était pas encore fixée : vérifiez.",
        "The reservation exists, but the share of prisoners was not set yet: check.",
    ),
    "sse.listed": Text(
        "Le code {cpv} est sur la liste des services qui peuvent être réservés.",
        "The code {cpv} is on the list of services that may be reserved.",
    ),
    "sse.not_service": Text(
        "Seuls des services peuvent être réservés à l'ESS, jamais des travaux ni des fournitures.",
        "Only services may be reserved for the SSE, never works or supplies.",
    ),
    "sse.not_listed": Text(
        "Le code {cpv} n'est pas l'un des {count} services de la liste (code exact, à huit chiffres).",
        "The code {cpv} is not one of the {count} listed services (exact code, eight digits).",
    ),
    "sse.ask": Text(
        "Donnez le code CPV du service : seuls {count} codes peuvent être réservés.",
        "Give the CPV code of the service: only {count} codes may be reserved.",
    ),
    "sse.utilities": Text(
        "Cette réservation est celle des pouvoirs adjudicateurs : vérifiez que vous en êtes un.",
        "This reservation is for contracting authorities: check that you are one.",
    ),
    "sse.holder": Text(
        "Le titulaire est une entreprise de l'ESS (loi 2014-856, art. 1) ou équivalente, et sa mission de service "
        "public est liée à ces services.",
        "The holder is an SSE enterprise (act 2014-856, art. 1) or equivalent, with a public-service mission tied to "
        "these services.",
    ),
    "sse.years": Text("Le marché dure au plus {years} ans.", "The contract lasts at most {years} years."),
    "sse.lock": Text(
        "Son titulaire n'en reçoit pas d'autre sur la même base pendant {years} ans, chez aucun acheteur.",
        "Its holder gets no other on the same basis for {years} years, from any buyer.",
    ),
    "sse.notice": Text("L'avis mentionne {articles}.", "The notice refers to {articles}."),
}

HOLDERS = {
    "reserved-disability": Text(
        "une entreprise adaptée, un ESAT ou un équivalent", "an adapted company, an ESAT or an equivalent"
    ),
    "reserved-integration": Text(
        "une structure d'insertion par l'activité économique ou un équivalent",
        "a work-integration structure or an equivalent",
    ),
    "reserved-prison": Text(
        "un opérateur qui emploie des personnes détenues", "an operator that employs prisoners"
    ),
    "reserved-sse": Text("une entreprise de l'ESS ou un équivalent", "an SSE enterprise or an equivalent"),
}

PEOPLE = {
    "reserved-disability": Text("travailleurs handicapés", "disabled workers"),
    "reserved-integration": Text("travailleurs défavorisés", "disadvantaged workers"),
    "reserved-prison": Text("personnes détenues", "prisoners"),
}

STATUS_LABELS = {
    "sse": Text("membre de l'ESS", "SSE member"),
    "esus": Text("agrément ESUS", "ESUS approval"),
    "siae": Text("structure d'insertion (SIAE)", "work-integration structure (SIAE)"),
    "ea": Text("entreprise adaptée", "adapted company"),
    "esat": Text("ESAT", "ESAT (sheltered work)"),
    "prison": Text("emploi de personnes détenues", "employer of prisoners"),
    "young_innovative": Text("jeune entreprise innovante", "young innovative firm"),
}


def euros(cents: int) -> Text:
    """A sum in both languages: "60 000 €", "€60,000"; its cents only when there are some."""
    whole, part = divmod(cents, 100)
    grouped = f"{whole:,}"
    tail = f"{part:02}" if part else ""
    return Text(
        f"{grouped.replace(',', chr(0x202F))}{',' + tail if tail else ''}{chr(0xA0)}€",
        f"€{grouped}{'.' + tail if tail else ''}",
    )


def said(key: str, **values: object) -> Text:
    """The sentence `key`; a value that is a Text is said in each language."""
    return Text(
        *(
            WORDS[key].in_(each).format(**{n: _in(v, each) for n, v in values.items()})
            for each in ("fr", "en")
        )
    )


def _in(value: object, language: str) -> object:
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, float) and language == "fr":
        return f"{value:g}".replace(".", ",")
    return value
