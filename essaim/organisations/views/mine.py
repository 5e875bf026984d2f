"""The organisations one acts for."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from essaim.organisations.exports.rows import organisation_path
from essaim.organisations.queries.mine import stewardships_of
from essaim.ui.context import address


@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    held = [(each, organisation_path(each.organisation_id)) for each in stewardships_of(request.user)]
    context = {"held": held, "search": address("organisations:search")}
    return render(request, "organisations/data/mine.html", context)
