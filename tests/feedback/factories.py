from datetime import timedelta

import factory
from django.utils import timezone

from feedback.actions.voices import new_code
from feedback.models import Call, Submission, Voice
from tests.factories import ReaderFactory, UserFactory


class VoiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Voice

    reference = factory.LazyFunction(lambda: f"HX-{new_code(6)}")
    secret = factory.LazyFunction(lambda: new_code(12))
    kind = "complaint"
    category = "noise"
    text = "三楼自习区晚上说话声太大。"


class CallFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Call

    slug = factory.Sequence(lambda n: f"call-{n}")
    title = "节气配图诗征集"
    brief = "写你在图书馆里看见的那个节气。"
    licence = "同意图书馆展示。"
    longest = 60
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=3))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=3))
    published = True
    created_by = factory.SubFactory(UserFactory, role="librarian")


class SubmissionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Submission

    call = factory.SubFactory(CallFactory)
    author = factory.SubFactory(ReaderFactory)
    title = "立冬"
    text = "风把最后一片银杏夹进了借书证里。"
    state = Submission.State.SUBMITTED
    licence_agreed = "同意图书馆展示。"
    submitted_at = factory.LazyFunction(timezone.now)
