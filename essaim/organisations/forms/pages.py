"""Pages that are one form: what each is of, and how it is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from essaim.organisations.models import Contact, Label, Offer, Photo, Site


@dataclass(frozen=True)
class FormPage:
    """One form over columns of one row. `make(data, initial)` builds it; `write(values, seen)` is the operation;
    `current`: column -> value now; `back`: where one goes once it is saved."""

    code: str
    template: str
    table: str
    current: Mapping[str, Any]
    shown: Mapping[str, Any]
    make: Callable[..., BaseForm]
    write: Callable[[Any, Mapping[str, str]], object]
    back: str
    saved: str
    row: int | str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """`columns` are those a form shows, and others may overtake."""

    model: type[models.Model]
    table: str
    columns: tuple[str, ...]
    added: Promise
    saved: Promise
    removed: Promise


SECTIONS = {
    "offers": Section(
        Offer, "offer", ("title", "kind", "description", "sector", "cpv"),
        gettext_lazy("L'offre est publiée."), gettext_lazy("L'offre est à jour."), gettext_lazy("L'offre est retirée."),
    ),
    "places": Section(
        Site, "site", ("name", "address", "postcode", "commune", "lon", "lat"),
        gettext_lazy("Le lieu est publié."), gettext_lazy("Le lieu est à jour."),
        gettext_lazy("Le lieu est marqué comme fermé."),
    ),
    "contacts": Section(
        Contact, "contact", ("label", "email", "phone", "person", "is_personal"),
        gettext_lazy("Le contact est enregistré."), gettext_lazy("Le contact est à jour."),
        gettext_lazy("Le contact est effacé."),
    ),
    "photos": Section(
        Photo, "photo", ("alt", "credit"),
        gettext_lazy("La photo est publiée."), gettext_lazy("La photo est à jour."),
        gettext_lazy("La photo n'est plus visible."),
    ),
    "labels": Section(
        Label, "label", (),
        gettext_lazy("Votre demande est partie : un agent vérifie la preuve, et vous recevrez sa réponse."),
        gettext_lazy("Le label est à jour."), gettext_lazy("Le label est retiré."),
    ),
}  # fmt: skip
