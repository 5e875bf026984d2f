"""People with names: Alice administers, Bob is an agent, Chloé has an account and nothing else."""

from datetime import date

from essaim.accounts.models import Authority, Membership, User

TODAY = date(2026, 11, 22)
PASSWORD = "un essaim dans le tilleul"


def person(name: str, **more: object) -> User:
    return User.objects.create_user(
        username=f"{name}@exemple.fr", email=f"{name}@exemple.fr", password=PASSWORD, **more
    )


def authority(
    slug: str = "mel", territory: str = "epci:200093201", name: str = "Métropole de Lille"
) -> Authority:
    return Authority.objects.create(name=name, slug=slug, territory=territory, created_on=TODAY)


def with_role(user: User, at: Authority, role: str) -> User:
    Membership.objects.create(user=user, authority=at, role=role, granted_on=TODAY)
    return user


def installation_administrator(name: str = "alice") -> User:
    return person(name, is_staff=True, is_superuser=True)
