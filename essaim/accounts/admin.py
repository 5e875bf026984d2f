"""The installation's back room, for administrators only. Writing goes through the operations."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from essaim.accounts import operations
from essaim.accounts.models import Authority, Entry, Membership, User
from essaim.law.text import ExplainedError
from essaim.ui.words import say

admin.site.register(User, UserAdmin)


def or_explain(request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
    """An operation's refusal becomes a message on the page; what it had begun is rolled back by Django."""
    try:
        return page()
    except ExplainedError as refusal:
        messages.error(request, say(refusal.text))
        return redirect(request.get_full_path())


class ByOperations(admin.ModelAdmin):
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):  # type: ignore[no-untyped-def]  # Django's
        page = super().changeform_view
        return or_explain(request, lambda: page(request, object_id, form_url, extra_context))

    def delete_view(self, request, object_id, extra_context=None):  # type: ignore[no-untyped-def]  # Django's
        page = super().delete_view
        return or_explain(request, lambda: page(request, object_id, extra_context))


@admin.register(Authority)
class AuthorityAdmin(ByOperations):
    list_display = ["name", "slug", "territory"]
    fields = ["name", "slug", "territory", "siren"]

    def save_model(self, request: HttpRequest, obj: Authority, form: ModelForm, change: bool) -> None:
        made = operations.create_authority(
            name=obj.name,
            slug=obj.slug,
            territory=obj.territory,
            siren=obj.siren or None,
            by=request.user,
            on=timezone.localdate(),
        )
        obj.pk = made.pk

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(ByOperations):
    list_display = ["user", "authority", "role", "granted_on"]
    list_filter = ["authority", "role"]
    fields = ["user", "authority", "role"]
    actions = None

    def save_model(self, request: HttpRequest, obj: Membership, form: ModelForm, change: bool) -> None:
        made = operations.grant_role(
            user=obj.user, authority=obj.authority, role=obj.role, by=request.user, on=timezone.localdate()
        )
        obj.pk = made.pk

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        operations.revoke_role(
            user=obj.user, authority=obj.authority, role=obj.role, by=request.user, on=timezone.localdate()
        )

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    list_display = ["on", "act", "object_type", "object_id", "by", "authority"]
    list_filter = ["act"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
