"""People with names: Alice administers, Bob is an agent, Chloé has an account and nothing else."""

from datetime import date

from allauth.account.models import EmailAddress

from essaim.accounts.models import Authority, Membership, User

TODAY = date(2026, 11, 22)
PASSWORD = "un essaim dans le tilleul"


def person(name: str, *, password: str | None = None, **more: object) -> User:
    """Without a password nobody can log in as this person; `force_login` can, and no time goes in hashing.
    With one, the address is confirmed."""
    address = f"{name}@exemple.fr"
    user = User.objects.create_user(username=address, email=address, password=password, **more)
    if password:
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def authority(
    slug: str = "mel", territory: str = "epci:200093201", name: str = "Métropole de Lille"
) -> Authority:
    return Authority.objects.create(name=name, slug=slug, territory=territory, created_on=TODAY)


def with_role(user: User, at: Authority, role: str) -> User:
    Membership.objects.create(user=user, authority=at, role=role, granted_on=TODAY)
    return user


def installation_administrator(name: str = "alice") -> User:
    return person(name, is_staff=True, is_superuser=True)
