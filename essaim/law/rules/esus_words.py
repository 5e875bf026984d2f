"""The words in which the ESUS self-check explains itself."""

from essaim.law.text import Text

STATE_LABELS = {
    "met": Text("remplie", "met"),
    "not_met": Text("non remplie", "not met"),
    "to_verify": Text("à vérifier", "to be verified"),
    "not_needed": Text("sans objet", "not needed"),
}

LABELS = {
    "sse": Text("Être membre de l'ESS", "Being an SSE member"),
    "aim": Text(
        "Poursuivre à titre principal un but d'utilité sociale", "Having social utility as its main aim"
    ),
    "cost": Text("Que ce but pèse sur les comptes", "That aim weighs on the accounts"),
    "pay_top_five": Text(
        "Contenir la moyenne des cinq plus hautes rémunérations",
        "Keeping the mean of the five highest pays low",
    ),
    "pay_highest": Text("Contenir la plus haute rémunération", "Keeping the highest pay low"),
    "unlisted": Text("Ne pas être cotée", "Being unlisted"),
    "statutes": Text("Inscrire ce but dans les statuts", "Writing that aim in the statutes"),
}

UNSAID = Text("Vous ne savez pas, ou vous ne l'avez pas dit.", "You do not know, or did not say.")

REASONS = {
    "whole": {
        "met": Text(
            "D'après vos réponses, toutes les conditions sont remplies : vous pouvez demander l'agrément.",
            "From your answers, every condition is met: you may ask for the approval.",
        ),
        "not_met": Text(
            "D'après vos réponses, une condition au moins n'est pas remplie : l'agrément serait refusé en l'état.",
            "From your answers, at least one condition is not met: the approval would be refused as things stand.",
        ),
        "to_verify": Text(
            "D'après vos réponses, rien ne s'y oppose, mais il reste des points à vérifier.",
            "From your answers, nothing stands against it, but some points remain to be verified.",
        ),
    },
    "not_needed": {
        "not_needed": Text(
            "Votre structure fait partie de celles que la loi agrée de droit : cette condition ne lui est pas "
            "demandée.",
            "Your structure is one of those the law approves by right: this condition is not asked of it.",
        )
    },
    "sse": {
        "met": Text("Vous êtes membre de l'ESS.", "You are an SSE member."),
        "not_met": Text("Vous n'êtes pas membre de l'ESS.", "You are not an SSE member."),
        "to_verify": UNSAID,
    },
    "aim": {
        "met": Text("Votre but principal est d'utilité sociale.", "Your main aim is one of social utility."),
        "not_met": Text(
            "Votre but principal n'est pas l'un des cinq de la loi.",
            "Your main aim is not one of the five of the act.",
        ),
        "to_verify": UNSAID,
    },
    "cost": {
        "met": Text(
            "L'un des deux critères suffit, et il est rempli : {share} % au moins des charges vont à ce but, ou le "
            "rendement du capital reste sous le taux des obligations augmenté de {margin} points.",
            "One of the two criteria is enough, and it is met: at least {share}% of costs go to that aim, or the "
            "return "
            "on capital stays under the bond rate plus {margin} points.",
        ),
        "not_met": Text(
            "Moins de {share} % des charges vont à ce but, et le rendement du capital atteint le taux des obligations "
            "augmenté de {margin} points.",
            "Less than {share}% of costs go to that aim, and the return on capital reaches the bond rate plus {margin} "
            "points.",
        ),
        "to_verify": Text(
            "Il manque des montants pour juger : {share} % au moins des charges pour ce but, ou un rendement du "
            "capital "
            "sous le taux des obligations augmenté de {margin} points.",
            "Amounts are missing to judge: at least {share}% of costs for that aim, or a return on capital under the "
            "bond rate plus {margin} points.",
        ),
    },
    "pay_top_five": {
        "met": Text(
            "Cette moyenne fait {times} fois le minimum que vous avez saisi ; le plafond est de {cap} fois.",
            "This mean is {times} times the minimum you entered; the cap is {cap} times.",
        ),
        "not_met": Text(
            "Cette moyenne fait {times} fois le minimum que vous avez saisi, au-dessus du plafond de {cap} fois.",
            "This mean is {times} times the minimum you entered, above the cap of {cap} times.",
        ),
        "to_verify": Text(
            "Il manque la moyenne ou le SMIC annuel ; le plafond est de {cap} fois ce dernier.",
            "The mean or the annual minimum wage is missing; the cap is {cap} times the latter.",
        ),
    },
    "pay_highest": {
        "met": Text(
            "Elle fait {times} fois le minimum que vous avez saisi ; le plafond est de {cap} fois.",
            "It is {times} times the minimum you entered; the cap is {cap} times.",
        ),
        "not_met": Text(
            "Elle fait {times} fois le minimum que vous avez saisi, au-dessus du plafond de {cap} fois.",
            "It is {times} times the minimum you entered, above the cap of {cap} times.",
        ),
        "to_verify": Text(
            "Il manque la plus haute rémunération ou le SMIC annuel ; le plafond est de {cap} fois ce dernier.",
            "The highest pay or the annual minimum wage is missing; the cap is {cap} times the latter.",
        ),
    },
    "unlisted": {
        "met": Text(
            "Vos titres de capital ne sont pas cotés, ou vous n'en avez pas.",
            "Your shares are not listed, or you have none.",
        ),
        "not_met": Text("Vos titres de capital sont cotés.", "Your shares are listed."),
        "to_verify": UNSAID,
    },
    "statutes": {
        "met": Text("Vos statuts le disent.", "Your statutes say so."),
        "not_met": Text("Vos statuts ne le disent pas.", "Your statutes do not say so."),
        "to_verify": UNSAID,
    },
}

NEXT = {
    "sse": Text(
        "Une association, une coopérative, une mutuelle ou une fondation l'est par sa forme. Une société "
        "doit avoir des "
        "statuts conformes et la mention « ESS » au registre du commerce.",
        "An association, a cooperative, a mutual or a foundation is one by its form. A company needs "
        "compliant statutes "
        "and the SSE mention in the trade register.",
    ),
    "aim": Text(
        "Relisez l'objet de vos statuts à côté des cinq buts de la loi, et gardez des preuves de ce que vous faites.",
        "Read the object of your statutes beside the five aims of the act, and keep proofs of what you do.",
    ),
    "cost": Text(
        "Faites établir, sur les exercices clos, la part des charges liées à ce but ; à défaut, le rendement "
        "du capital.",
        "Have established, over the closed years, the share of costs tied to that aim; failing that, the return on "
        "capital.",
    ),
    "pay_top_five": Text(
        "Refaites le calcul avec les salaires bruts annuels, primes comprises, et le SMIC de l'année : c'est un "
        "engagement à tenir toute la durée de l'agrément.",
        "Do the sum again with gross annual pay, bonuses included, and the minimum wage of the year: it is a "
        "commitment "
        "for as long as the approval lasts.",
    ),
    "pay_highest": Text(
        "Refaites le calcul avec la plus haute rémunération brute annuelle, primes comprises, et le SMIC de l'année.",
        "Do the sum again with the highest gross annual pay, bonuses included, and the minimum wage of the year.",
    ),
    "unlisted": Text(
        "Vérifiez auprès de vos associés qu'aucun titre n'est coté.",
        "Check with your shareholders that no share is listed.",
    ),
    "statutes": Text(
        "Faites voter la modification des statuts avant le dépôt de la demande.",
        "Have the statutes amended before applying.",
    ),
}
