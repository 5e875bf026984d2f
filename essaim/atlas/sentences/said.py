"""What all sentences share: is it known, why not, is it more or less, one part after the other."""

from essaim.atlas.words import is_number
from essaim.law.text import Text
from essaim.observatory.atlas import Figure

ESTABLISHMENTS_FR = ("établissement", "établissements")
ESTABLISHMENTS_EN = ("establishment", "establishments")
SMALL_NUMBER = 30  # below this many establishments a share moves by several points when one opens or closes

HIDDEN = Text(
    fr="Ce chiffre est couvert par le secret statistique : il n'est pas publié.",
    en="This figure is covered by statistical secrecy: it is not published.",
)
HIDDEN_PARTS = Text(
    fr="Une partie des cases est couverte par le secret statistique et n'entre pas dans cette phrase.",
    en="Some cells are covered by statistical secrecy and are left out of this sentence.",
)


def known(figure: Figure | None) -> bool:
    return figure is not None and figure.status == "ok" and is_number(figure.value)


def missing(figure: Figure | None, name: Text) -> Text:
    """Why there is no number: what the build noted, secrecy, or the source does not give it."""
    if figure is not None and figure.note_text is not None:
        return figure.note_text
    if figure is not None and figure.status == "secret":
        return HIDDEN
    return Text(
        fr=f"Donnée non disponible : {name.fr}.",
        en=f"Not available: {name.en}.",
    )


def sentence(*said: Text | None) -> Text:
    """The parts one after the other, skipping those that have nothing to say."""
    there = [part for part in said if part is not None]
    return Text(fr=" ".join(part.fr for part in there), en=" ".join(part.en for part in there))


def compare(own: float, other: float, decimals: int = 1) -> str:
    """ "more", "same" or "less" once both are rounded as they are printed."""
    difference = round(own, decimals) - round(other, decimals)
    if difference == 0:
        return "same"
    return "more" if difference > 0 else "less"
