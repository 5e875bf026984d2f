"""One page that is one form: shown, judged, done, and back where one came from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from essaim.law.text import ExplainedError
from essaim.ui.words import say


def form_page(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    *,
    words: dict[str, Any],
    back: str | Callable[[Any], str],
) -> HttpResponse:
    """`act` takes what the form cleaned; a refusal is told above the form. `words`: title, lead, button, done, trail.

    `back` is an address, or makes one from what the act returned."""
    if request.method == "POST" and form.is_valid():
        try:
            made = act(form.cleaned_data)
        except ExplainedError as error:
            form.add_error(None, say(error.text))
        else:
            messages.success(request, words["done"])
            return redirect(back if isinstance(back, str) else back(made))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "procurement/clauses_form.html", {"form": form, **words}, status=status)
