"""Why an establishment is in the list, from the reason code kept with it, in words."""

from essaim.law.text import Text


def reason(code: str | None) -> Text:
    return Text(code or "", code or "")
