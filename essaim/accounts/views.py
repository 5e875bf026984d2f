"""One's own account, and the roles of an authority. Coming in and out is django-allauth's, at our addresses."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from essaim.accounts import operations, permissions, queries
from essaim.accounts.forms import RoleForm
from essaim.accounts.models import Authority, Membership, User
from essaim.law.text import ExplainedError
from essaim.ui.context import entries
from essaim.ui.words import say


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """What this site knows of the reader, and where each part of it is changed."""
    return render(
        request,
        "accounts/account.html",
        {
            "mine": queries.account_of(request.user),
            "authorities": queries.roles_by_authority(request.user),
            # Handed over by the site, so that this room need not know those above.
            "links": entries(_open_to(request.user, settings.SHELL["mine"]), request.path),
        },
    )


def _open_to(user: User, listed: list[dict[str, object]]) -> list[dict[str, object]]:
    """The entries whose `roles` the reader holds somewhere; those that name none are for everyone."""
    held = set(user.memberships.values_list("role", flat=True))
    return [
        entry
        for entry in listed
        if user.is_superuser or "roles" not in entry or not held.isdisjoint(entry["roles"])
    ]


def managed(request: HttpRequest, slug: str) -> Authority:
    """The authority of the address, if the reader may say who does what there."""
    authority = get_object_or_404(Authority, slug=slug)
    if not permissions.may_manage_roles(request.user, authority):
        raise PermissionDenied
    return authority


@never_cache
@login_required
def roles(request: HttpRequest, slug: str) -> HttpResponse:
    """Who holds which role, and a form to give one."""
    authority = managed(request, slug)
    form = RoleForm(request.POST or None)
    if form.is_valid():
        try:
            given = operations.grant_role_by_address(
                email=form.cleaned_data["email"],
                authority=authority,
                role=form.cleaned_data["role"],
                by=request.user,
                on=timezone.localdate(),
            )
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            said = (
                _("Rôle donné. Un message invite %(email)s à ouvrir son compte.")
                if given.is_invited
                else _("Rôle donné à %(email)s.")
            )
            messages.success(request, said % {"email": given.membership.user.email})
            return redirect("accounts:roles", slug=slug)
    context = {"authority": authority, "form": form, "held": queries.memberships_of(authority)}
    return render(request, "accounts/roles.html", context)


@require_POST
@login_required
def revoke(request: HttpRequest, slug: str, membership: int) -> HttpResponse:
    authority = managed(request, slug)
    held = get_object_or_404(Membership.objects.select_related("user"), authority=authority, pk=membership)
    try:
        operations.revoke_role(
            user=held.user, authority=authority, role=held.role, by=request.user, on=timezone.localdate()
        )
        messages.success(request, _("Rôle retiré. Le journal garde qu'il a été donné, puis retiré."))
    except ExplainedError as refusal:
        messages.error(request, say(refusal.text))
    return redirect("accounts:roles", slug=slug)
