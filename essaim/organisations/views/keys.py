"""One's keys to the API."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from essaim.law.text import ExplainedError
from essaim.organisations.forms.keys import KeyForm
from essaim.organisations.operations.keys import create_key, revoke_key
from essaim.organisations.queries.keys import keys_of
from essaim.ui.words import say


@never_cache
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """The keys, and a form to make one. A new key's secret is on the answer to the form, and nowhere else."""
    form, secret = KeyForm(request.POST or None), ""
    if form.is_valid():
        try:
            _key, secret = create_key(
                name=form.cleaned_data["name"], by=request.user, on=timezone.localdate()
            )
            form = KeyForm()
        except ExplainedError as refusal:
            form.add_error("name", say(refusal.text))
    context = {
        "form": form,
        "secret": secret,
        "keys": keys_of(request.user),
        "rates": (settings.RATE_ANONYMOUS, settings.RATE_KEY),
        "public_url": settings.PUBLIC_URL,
    }
    return render(request, "organisations/data/keys.html", context)


@require_POST
@login_required
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    found = get_object_or_404(keys_of(request.user), pk=key)
    revoke_key(key=found, by=request.user, on=timezone.localdate())
    messages.success(request, _("Clé retirée : elle n'ouvre plus rien."))
    return redirect("organisations:keys")
