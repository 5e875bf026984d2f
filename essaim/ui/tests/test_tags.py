from django.template import Context, Template
from django.utils import translation

from essaim.law.text import Text


def said(template: str, language: str = "fr", **context: object) -> str:
    with translation.override(language):
        return Template("{% load essaim %}" + template).render(Context(context))


def test_a_text_is_said_in_the_active_language() -> None:
    text = Text("Bonjour & salut", "Hello")
    assert said("{{ t|say }}", t=text) == "Bonjour &amp; salut"
    assert said("{{ t|say }}", "en", t=text) == "Hello"
    assert said("{{ t|say }}{{ u|say }}", "en", t=None, u="même") == "même"


def test_numbers_percentages_amounts_and_dates() -> None:
    template = "{{ n|number }} {{ n|percent }} {{ n|euros }} {{ d|date_long }}"
    assert (
        said(template, "en", n=1234.5, d="2026-11-22")
        == "1,234.5 1,234.5% €1,234.50 22\u00a0November\u00a02026"
    )
    assert said("{{ n|number }}{{ missing|number }}", n=None) == "––"


def test_a_term_is_explained_and_escaped() -> None:
    html = said('{% term "EPCI" meaning %}', meaning="<b>groupement</b>")
    assert 'aria-describedby="term-epci"' in html
    assert "&lt;b&gt;groupement&lt;/b&gt;" in html


def test_a_key_figure_says_an_interval_a_percentage_or_why_there_is_none() -> None:
    include = (
        '{% include "ui/part/key_figure.html" with label="L" value=v low=low high=high status=s note=note'
        " unit_kind=k only %}"
    )
    assert "au moins 5" in said(include, v=None, low=5, high=None, s="ok", note=None, k="number")
    assert "12,3\u202f%" in said(include, v=12.3, low=None, high=None, s="ok", note=None, k="percent")
    hidden = said(
        include, v=None, low=None, high=None, s="secret", note=Text("Trop peu", "Too few"), k="number"
    )
    assert "Non publié" in hidden
    assert "Trop peu" in hidden
