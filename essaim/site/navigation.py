"""What the page shell lists on every page: entries whose page exists, by the name of their address."""

from django.utils.translation import gettext_lazy as _

NAVIGATION = [
    {
        "label": _("Explorer"),
        "entries": [
            {
                "url_name": "atlas:choose",
                "label": _("L'atlas"),
                "summary": _("L'ESS d'un territoire en chiffres"),
            },
            {
                "url_name": "atlas:compare",
                "label": _("Comparer"),
                "summary": _("Jusqu'à cinq territoires"),
            },
            {
                "url_name": "organisations:search",
                "label": _("L'annuaire"),
                "summary": _("Qui fait quoi, où, et pourquoi c'est de l'ESS"),
            },
            {
                "url_name": "organisations:map",
                "label": _("La carte"),
                "summary": _("Tous les résultats, regroupés par lieu"),
            },
            {
                "url_name": "organisations:channels",
                "label": _("Les filières"),
                "summary": _("Qui tient chaque maillon, et ce qui manque"),
            },
            {
                "url_name": "territories:locate",
                "label": _("Situer un lieu"),
                "summary": _("Sa commune, son quartier prioritaire"),
            },
        ],
    },
    {
        "label": _("Agir"),
        "entries": [
            {
                "url_name": "procurement:routes",
                "label": _("Que permet le droit ?"),
                "summary": _("Les procédures d'achat public, à une date"),
            },
            {
                "url_name": "procurement:calendar",
                "label": _("Les achats à venir"),
                "summary": _("Ce que les acheteurs publics prévoient"),
            },
            {
                "url_name": "procurement:meetings",
                "label": _("Les rencontres d'affaires"),
                "summary": _("Acheteurs et fournisseurs autour d'une table"),
            },
            {
                "url_name": "organisations:supports",
                "label": _("Qui accompagne qui"),
                "summary": _("Les appuis, étape par étape"),
            },
            {
                "url_name": "organisations:esus",
                "label": _("L'agrément ESUS"),
                "summary": _("Vérifier soi-même les conditions"),
            },
            {
                "url_name": "organisations:propose_new",
                "label": _("Proposer un lieu"),
                "summary": _("Faire entrer une initiative dans l'annuaire"),
            },
        ],
    },
    {"label": _("Décider"), "entries": []},
    {
        "label": _("Comprendre"),
        "entries": [
            {
                "url_name": "procurement:schemes",
                "label": _("Les achats responsables"),
                "summary": _("Objectifs et résultats des SPASER"),
            },
            {
                "url_name": "law",
                "label": _("La loi appliquée"),
                "summary": _("Chaque règle, sa date, son article"),
            },
            {
                "url_name": "atlas:method",
                "label": _("La méthode"),
                "summary": _("Comment chaque chiffre est calculé"),
            },
            {
                "url_name": "organisations:freshness",
                "label": _("La fraîcheur des données"),
                "summary": _("Ce que dit chaque source, et depuis quand"),
            },
            {
                "url_name": "organisations:data",
                "label": _("Les données ouvertes"),
                "summary": _("L'annuaire à télécharger, son dictionnaire"),
            },
            {
                "url_name": "api",
                "label": _("Les données"),
                "summary": _("L'interface de programmation (API)"),
            },
        ],
    },
]

FOOTER = [
    {"url_name": "law", "label": _("La loi appliquée")},
    {"url_name": "atlas:method", "label": _("La méthode")},
    {"url_name": "organisations:data", "label": _("Données ouvertes")},
    {"url_name": "api", "label": _("API")},
    {"url_name": "organisations:object_any", "label": _("Vos données")},
]

MINE = [
    {
        "url_name": "organisations:mine",
        "label": _("Mes organisations"),
        "summary": _("Celles dont vous tenez la fiche"),
    },
    {
        "url_name": "organisations:lists",
        "label": _("Mes listes"),
        "summary": _("D'organisations, à garder ou à partager"),
    },
    {
        "url_name": "organisations:searches",
        "label": _("Mes recherches suivies"),
        "summary": _("Ce qui est nouveau, par courriel"),
    },
    {
        "url_name": "organisations:keys",
        "label": _("Mes clés d'API"),
        "summary": _("Pour interroger l'annuaire par programme"),
    },
    {
        "url_name": "organisations:desk",
        "label": _("Le bureau de l'agent"),
        "summary": _("Ce qui attend une décision"),
        "roles": ("agent", "administrator"),
    },
    {
        "url_name": "procurement:needs",
        "label": _("Les besoins d'achat"),
        "summary": _("Calendrier, fournisseurs, messages"),
        "roles": ("buyer", "administrator"),
    },
    {
        "url_name": "procurement:contract_imports",
        "label": _("Les données des marchés"),
        "summary": _("Imports, entrées à corriger"),
        "roles": ("buyer", "agent", "administrator"),
    },
    {
        "url_name": "procurement:article35",
        "label": _("Le contrôle de l'article 35"),
        "summary": _("Obligations et dispenses, achat par achat"),
        "roles": ("buyer", "agent", "administrator"),
    },
    {
        "url_name": "procurement:clauses",
        "label": _("Les clauses sociales"),
        "summary": _("Heures dues, déclarées, validées"),
        "roles": ("facilitator", "buyer", "agent"),
    },
    {
        "url_name": "procurement:clauses_mine",
        "label": _("Mes heures d'insertion"),
        "summary": _("À déclarer chaque mois pour une entreprise"),
    },
    {
        "url_name": "organisations:imports",
        "label": _("Les imports"),
        "summary": _("Registre et listes entrés dans l'annuaire"),
        "roles": ("agent", "administrator"),
    },
    {
        "url_name": "organisations:journal",
        "label": _("Le journal"),
        "summary": _("Ce qui a été fait, et l'annuler"),
        "roles": ("agent", "administrator"),
    },
]
