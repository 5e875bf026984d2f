"""Why a claim, an invitation or a change of the team is refused: what, why, what next."""

from essaim.law.text import ExplainedError, Text
from essaim.organisations.rules.house import CLAIMS


class ClaimRefused(ExplainedError):
    """The claim cannot go on as asked."""


UNKNOWN_METHOD = Text(
    "Cette façon de prouver n'existe pas. Choisissez le courriel, le courrier ou la décision d'un agent.",
    "There is no such proof. Choose e-mail, post or an agent's decision.",
)
NOT_PUBLISHED = Text(
    "Cette fiche n'est pas publiée : elle ne peut pas être revendiquée. Écrivez à la collectivité.",
    "This page is not published: it cannot be claimed. Write to the authority.",
)
ALREADY_IN = Text(
    "Vous agissez déjà pour cette organisation : rien n'est à faire.",
    "You already act for this organisation: there is nothing to do.",
)
ONE_AT_A_TIME = Text(
    "Vous avez déjà une demande en cours pour cette organisation. Terminez-la ou retirez-la d'abord.",
    "You already have an open request for this organisation. Finish it or withdraw it first.",
)
NOT_YOURS = Text(
    "Cette demande est celle d'une autre personne. Ouvrez la vôtre depuis la page de l'organisation.",
    "This request is someone else's. Open your own from the organisation's page.",
)
NOT_OPEN = Text(
    "Cette demande n'est plus en cours : elle a été décidée, retirée, ou son délai est passé. "
    "Vous pouvez en ouvrir une autre.",
    "This request is no longer open: it was decided, withdrawn, or its time has passed. You may open another.",
)
EXPIRED = Text(
    "Ce code n'est plus valable : son délai est passé. Ouvrez une nouvelle demande pour en recevoir un autre.",
    "This code is no longer valid: its time has passed. Open a new request to receive another.",
)
NO_CODE_YET = Text(
    "Aucun code n'est encore parti pour cette demande. Attendez la lettre, ou la réponse.",
    "No code has left for this request yet. Wait for the letter, or for the answer.",
)
TOO_MANY_TRIES = Text(
    f"{CLAIMS.most_wrong_tries} codes faux : la demande est fermée. Faites-en une autre pour recevoir un code.",
    f"{CLAIMS.most_wrong_tries} wrong codes: the request is closed. Open a new one to receive another code.",
)
NO_ADDRESS = Text(
    "Nous n'avons pas d'adresse complète pour cette organisation : la lettre ne saurait où aller. "
    "Demandez la décision d'un agent.",
    "We have no full address for this organisation: the letter would not know where to go. Ask an agent to decide.",
)
NO_MOTIVE = Text(
    "Dites en quelques mots qui vous êtes pour cette organisation : l'agent décide d'après cela.",
    "Say in a few words who you are for this organisation: the agent decides from that.",
)
NO_DOMAIN = Text(
    "Nous ne connaissons ni site web ni courriel propres à cette organisation : le code ne peut pas partir par "
    "courriel. Choisissez le courrier ou la décision d'un agent.",
    "We know no website or e-mail of this organisation's own: the code cannot leave by e-mail. Choose the post or an "
    "agent's decision.",
)
MAIL_FAILED = Text(
    "Le courriel n'a pas pu partir. Réessayez dans quelques minutes, ou choisissez le courrier.",
    "The e-mail could not leave. Try again in a few minutes, or choose the post.",
)
NOT_A_DECIDER = Text(
    "Cette décision revient aux responsables de l'organisation et aux agents de la collectivité.",
    "This decision belongs to the owners of the organisation and to the authority's agents.",
)
ONE_S_OWN = Text(
    "On ne décide pas de sa propre demande. Demandez-le à un autre agent.",
    "Nobody decides their own request. Ask another agent.",
)
NO_REASON = Text(
    "Un refus se motive : la personne lira votre phrase. Écrivez-la.",
    "A refusal has a reason: the person will read your sentence. Write it.",
)
LAST_OWNER = Text(
    "L'organisation n'aurait plus de responsable. Nommez-en un autre d'abord.",
    "The organisation would have no owner left. Name another one first.",
)
OWNERS_ONLY = Text(
    "L'équipe se gère entre responsables de l'organisation. Demandez-le à l'un d'eux.",
    "The team is run by the owners of the organisation. Ask one of them.",
)
UNKNOWN_ROLE = Text(
    "Ce rôle n'existe pas. Choisissez responsable ou rédaction.",
    "There is no such role. Choose owner or editor.",
)
BAD_INVITATION = Text(
    "Ce lien d'invitation ne mène à rien : il est incomplet, déjà utilisé, retiré, ou son délai de "
    f"{CLAIMS.invitation_days} jours est passé. Demandez une nouvelle invitation.",
    "This invitation link leads nowhere: it is incomplete, already used, withdrawn, or its "
    f"{CLAIMS.invitation_days} days have passed. Ask for a new invitation.",
)


def too_many(most: int) -> Text:
    return Text(
        f"Vous avez déjà fait {most} demandes aujourd'hui, le plus que nous acceptons. Reprenez demain.",
        f"You have already made {most} requests today, the most we accept. Come back tomorrow.",
    )


def foreign_domain(own: tuple[str, ...]) -> Text:
    return Text(
        f"Cette adresse n'est pas au nom de l'organisation. Donnez-en une qui finit par @{', @'.join(own)}, "
        "ou choisissez le courrier.",
        f"This address is not in the organisation's name. Give one that ends with @{', @'.join(own)}, or choose the "
        "post.",
    )


def wrong_code(left: int) -> Text:
    tries = "un essai" if left == 1 else f"{left} essais"
    return Text(
        f"Ce n'est pas le bon code. Il vous reste {tries} ; vérifiez-le caractère par caractère.",
        f"This is not the right code. {left} {'try' if left == 1 else 'tries'} left; check it character by character.",
    )
