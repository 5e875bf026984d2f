"""One page that is one form: shown, judged, done, and back where one came from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from essaim.law.text import ExplainedError
from essaim.ui import drafts
from essaim.ui.words import say


def form_page(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    *,
    words: dict[str, Any],
    back: str | Callable[[Any], str],
    draft: str = "",
) -> HttpResponse:
    """`act` takes what the form cleaned; a refusal is told above the form. `words`: title, lead, button, done, trail.

    `back` is an address, or makes one from what the act returned. With `draft`, the key of what is typed, the form
    saves as one types; a form where a name may be typed has none."""
    key = f"procurement:clauses:{draft}" if draft else ""
    if key and drafts.is_about_draft(request):
        return drafts.answer(request, key, request.path)
    if request.method == "POST" and form.is_valid():
        try:
            made = act(form.cleaned_data)
        except ExplainedError as error:
            form.add_error(None, say(error.text))
        else:
            if key:
                drafts.forget(request, key)
            messages.success(request, words["done"])
            return redirect(back if isinstance(back, str) else back(made))
    if key and request.method == "GET":
        drafts.filled(form, drafts.typed(request, key))
    status = 422 if form.is_bound and form.errors else 200
    saved = drafts.context(request, key) if key else {}
    return render(request, "procurement/clauses_form.html", {"form": form, **words, **saved}, status=status)
