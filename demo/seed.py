"""The demonstration's data, step by step. Every step may run again and then changes nothing."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.utils import timezone

from analytics.facts import computing
from crm.readers.models import NumberSystem, Reader
from crm.rfc.measuring import measure
from crm.segments.refresh import refresh_all_segments
from crm.staff.models import User
from demo import cycles, doors, people, segments, voices, works
from demo.accounts import PASSWORD, SIGN_INS
from demo.paper import load_paper_facts


def steps() -> Iterator[str]:
    """Do the work, one line of progress after each part."""
    users = seed_users()
    yield "sign-ins: " + ", ".join(users)
    name_systems()
    yield f"facts of the published case: {load_paper_facts()}"
    yield f"synthetic readers with two years of activity: {people.seed_people()}"
    librarian, manager = users["librarian"], users["manager"]
    yield from doors.seed_doors(librarian)
    works.seed_works(librarian)
    voices.seed_voices(librarian)
    yield "works and voices"
    measure()
    segments.seed_segments(librarian)
    refresh_all_segments()
    yield "segments"
    yield from cycles.seed_cycles(librarian=librarian, manager=manager)
    doors.seed_twins(librarian)
    people.set_last_seen()
    # Again, since the campaigns have left traces that the segments ask about.
    measure()
    refresh_all_segments()
    give_reader_a_user(users["reader"])
    computing.compute(computing.first_day(), timezone.localdate())
    yield "daily and monthly facts"


def seed_users() -> dict[str, User]:
    """One user per role, with a confirmed address."""
    users = {}
    for username, role, display_name in SIGN_INS:
        user, created = User.objects.get_or_create(
            username=username,
            defaults={
                "role": role,
                "display_name": display_name,
                "email": f"{username}@example.org",
                "of_demonstration": True,
            },
        )
        if created:
            user.set_password(PASSWORD)
            # Django's own admin asks for these two and knows no role.
            is_administrator = role == User.Role.ADMINISTRATOR
            user.is_staff = is_administrator
            user.is_superuser = is_administrator
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        users[username] = user
    return users


def name_systems() -> None:
    """A name for the system of numbers that is called by its code from the beginning."""
    unnamed = NumberSystem.objects.filter(code="sfpl", name_en="sfpl")
    unnamed.update(name_zh="旧金山公共图书馆", name_en="San Francisco Public Library")


def give_reader_a_user(user: User) -> None:
    """The demonstration's reader is an author with works, so that the page "Me" has something to
    show.
    """
    if Reader.objects.filter(user=user).exists():
        return
    authors = Reader.objects.filter(source=people.SOURCE, submissions__isnull=False)
    author = authors.order_by("number").first()
    Reader.objects.filter(pk=author.pk).update(user=user)
    # One person has one name: the account takes the author's.
    user.display_name = author.name
    user.save(update_fields=["display_name"])
