"""The acts of the directory in words."""

from pathlib import Path

import yaml

from essaim.law.text import Text

VERBS: dict[str, Text] = {
    verb: Text.of(words)
    for verb, words in yaml.safe_load((Path(__file__).parent / "verbs.yaml").read_text("utf-8")).items()
}
UNDO = "undo: "


def verb_text(verb: str) -> Text:
    """The verb as a reader meets it: `undo: organisations merged` is "Annulation : Fiches fondues"."""
    if verb.startswith(UNDO):
        undone = verb_text(verb.removeprefix(UNDO))
        return Text(f"Annulation : {undone.fr}", f"Undone: {undone.en}")
    return VERBS.get(verb, Text(verb, verb))
