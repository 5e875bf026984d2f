"""Forms that save as you type: one mechanism for every room.

    key = "organisations:profile:12"                   what the draft is of
    typed = drafts.typed(request, key)                 QueryDict of the draft, None without one
    form = MyForm(...); drafts.filled(form, typed)     on GET: shows it again, without errors
    if drafts.is_about_draft(request): return drafts.answer(request, key, address)     on POST, before validating
    drafts.forget(request, key)                        once it is sent

In the template, inside the form: `{% include "ui/part/draft.html" %}` with what `drafts.context(request, key)` gives.
`static/ui/autosave.js` posts the form to `ui:draft` while one types; without JavaScript there is a button.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.forms import BaseForm
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from essaim.ui.models import Draft

MOST_BYTES = 100_000
MOST_DRAFTS = 40
KEPT_DAYS = 30
"""A draft nobody came back to is removed after that."""
CHOICE = "draft"
"""The name of the two buttons: "keep" saves without sending, "drop" forgets."""
LEFT_OUT = {"csrfmiddlewaretoken", "draft_form", CHOICE}
SALT = "ui.draft"


class DraftRefused(Exception):
    """Too long, or too many."""


def owner_of(request: HttpRequest, *, makes_session: bool = False) -> str | None:
    """Whose drafts are these; None for a visitor without a session, who has none yet."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    if request.session.session_key is None:
        if not makes_session:
            return None
        request.session.create()
    return hashlib.sha256(f"session:{request.session.session_key}".encode()).hexdigest()


def keep(request: HttpRequest, key: str, typed: QueryDict) -> Draft:
    """Save what was typed, over an earlier draft of the same form. Raises DraftRefused."""
    content = {
        name: values
        for name, values in typed.lists()
        if name not in LEFT_OUT and "password" not in name.lower()
    }
    if sum(len(name) + sum(map(len, values)) for name, values in content.items()) > MOST_BYTES:
        raise DraftRefused
    owner = owner_of(request, makes_session=True)
    # U+0000 is what PostgreSQL cannot store in JSON.
    clean = {name: [value.replace("\0", "") for value in values] for name, values in content.items()}
    with transaction.atomic():
        others = Draft.objects.filter(owner=owner).exclude(form=key)
        if others.count() >= MOST_DRAFTS:
            raise DraftRefused
        draft, _ = Draft.objects.update_or_create(owner=owner, form=key, defaults={"content": clean})
    return draft


def kept(request: HttpRequest, key: str) -> Draft | None:
    owner = owner_of(request)
    return Draft.objects.filter(owner=owner, form=key).first() if owner else None


def typed(request: HttpRequest, key: str) -> QueryDict | None:
    """The draft as a form posts it."""
    draft = kept(request, key)
    if draft is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in draft.content.items():
        data.setlist(name, values)
    return data


def forget(request: HttpRequest, key: str) -> None:
    owner = owner_of(request)
    if owner:
        Draft.objects.filter(owner=owner, form=key).delete()


def filled(form: BaseForm, data: QueryDict | None) -> BaseForm:
    """The form showing the draft, if any, as it was typed. Nothing is judged until it is sent."""
    if data is not None:
        form.data, form.is_bound = data, True
        form._errors, form.cleaned_data = ErrorDict(), {}
    return form


def is_about_draft(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get(CHOICE) in ("keep", "drop")


def answer(request: HttpRequest, key: str, address: str) -> HttpResponse:
    """Save or forget, as the button says, and show the form again. Too long a draft is not kept, and the form says
    so by not showing the hour."""
    if request.POST.get(CHOICE) == "drop":
        forget(request, key)
    else:
        try:
            keep(request, key, request.POST)
        except DraftRefused:
            return HttpResponse(status=413)
    return HttpResponseRedirect(address)


def context(request: HttpRequest, key: str) -> dict[str, Any]:
    """For `ui/part/draft.html`: the signed key and the hour of the draft shown, if any."""
    draft = kept(request, key)
    return {
        "draft_form": Signer(salt=SALT).sign(key),
        "draft_saved_at": timezone.localtime(draft.saved_at) if draft else None,
    }


def key_of(signed: str) -> str | None:
    """The key a page of ours handed out, None for any other."""
    try:
        return Signer(salt=SALT).unsign(signed)
    except BadSignature:
        return None


def purge(now: datetime) -> int:
    """Remove drafts nobody came back to; returns how many. For the nightly duties."""
    removed, _ = Draft.objects.filter(saved_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    return removed
