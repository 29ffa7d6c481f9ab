"""The survey desk (D4).

Write, publish, edit without loss, share; what was promised to readers stays.
"""

import re

import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import translation

from campaigns.plan.models import Channel
from core.disclosure import Count
from crm.staff.models import AuditEvent
from feedback.surveys import actions as verbs
from feedback.surveys import definitions
from feedback.surveys.actions import OptionRow
from feedback.surveys.export import code_book
from feedback.surveys.models import Item, Survey, SurveyVersion
from feedback.surveys.queries import versions_with_answers, with_counts
from tests.core.building import BLANK
from tests.factories import CampaignFactory, UserFactory
from tests.feedback.building import answer, form, published
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = UserFactory(role="librarian")
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def item_form(*options, **changes) -> dict:
    """A posted question; options are (code or "", Chinese, place)."""
    data = {"text_zh": "喜欢吗？", "text_en": "Like it?", "kind": "single", "scale_max": "5"}
    data |= {"o-TOTAL_FORMS": str(len(options)), "o-INITIAL_FORMS": "0"}
    for n, (code, text, place) in enumerate(options):
        data |= {f"o-{n}-code": code, f"o-{n}-zh": text, f"o-{n}-place": place}
    return data | changes


def test_question_of_a_survey_is_not_called_as_one_that_a_reader_asks(client, staff):
    survey = published()
    client.cookies["django_language"] = "zh-hans"
    for page in (url("item-edit", survey.pk, 1), url("survey-texts", survey.pk)):
        words = client.get(page).content.decode()
        assert "题目" in words
        assert "咨询" not in words
    with translation.override("zh-hans"):
        heading = next(code_book(definitions.parse_definition(definitions.draft(survey))))
    assert heading[0] == "题目"


def test_librarian_makes_a_survey_from_an_empty_page_to_the_first_answer(client, staff):
    made = client.post(
        url("survey-create"), {"title_zh": "开馆时间", "slug": "Hours", "template": ""}
    )
    survey = Survey.objects.get(slug="hours")
    assert made["Location"] == url("survey-detail", survey.pk)
    assert client.post(url("survey-publish", survey.pk)).status_code == 302
    assert survey.versions.count() == 0  # nothing to ask yet
    client.post(
        url("item-create", survey.pk), item_form(("", "早", "2"), ("", "晚", "1"), ("", "", ""))
    )
    client.post(url("survey-publish", survey.pk))
    survey.refresh_from_db()
    assert survey.state == "open"
    item = survey.current_version().definition["items"][0]
    assert [(option["code"], option["text"]["zh-hans"]) for option in item["options"]] == [
        (1, "晚"),
        (2, "早"),
    ]
    client.logout()
    assert (
        client.post(survey.public_url, form(i1="2", i2=None, i3=None, i4=None, i5=None)).status_code
        == 200
    )
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {
        "survey.create",
        "survey.publish",
    }


def test_taken_address_and_missing_text_are_said_beside_the_field(client, staff):
    published(slug="taken")
    again = client.post(url("survey-create"), {"title_zh": "", "title_en": "", "slug": "taken"})
    assert again.status_code == 400
    assert again.content.decode().count('class="errorlist"') == 2
    survey = published()
    empty = client.post(url("item-create", survey.pk), item_form(text_zh=" ", text_en=""))
    assert empty.status_code == 400
    assert survey.items.count() == 5


def test_a8_relationship_template_has_fifteen_scales_an_nps_and_an_open_question():
    survey = verbs.create_survey(
        slug="rq", title={"en": "RQ"}, by=UserFactory(), template="relationship"
    )
    kinds = list(survey.items.values_list("kind", flat=True))
    assert kinds == ["scale"] * 15 + ["nps", "text"]
    assert definitions.problems(definitions.draft(survey)) == []


def test_version_is_immutable_in_the_database():
    version = published().current_version()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        SurveyVersion.objects.filter(pk=version.pk).update(sha256="0" * 64)
    with pytest.raises(InternalError), transaction.atomic(), as_owner():
        SurveyVersion.objects.filter(pk=version.pk).update(sha256="0" * 64)


def test_publishing_an_unchanged_survey_makes_no_version():
    survey = published()
    assert verbs.publish(survey=survey, by=survey.created_by).number == 1
    assert survey.versions.count() == 1


def test_new_words_are_a_wording_only_version_and_new_options_a_structural_one():
    survey = published()
    item = survey.items.get(ordinal=1)
    verbs.change_item(item=item, by=survey.created_by, text={"zh-hans": "你最近来过吗？"})
    assert verbs.publish(survey=survey, by=survey.created_by).structural is False
    rows = [OptionRow(option.text, code=option.code) for option in item.options.all()]
    rows.append(OptionRow({"en": "Daily"}))
    verbs.change_item(item=item, by=survey.created_by, options=rows)
    assert verbs.publish(survey=survey, by=survey.created_by).structural is True


def test_ordinals_and_codes_are_never_used_again():
    survey = published()
    last = survey.items.get(ordinal=5)
    verbs.retire_item(item=last, retired=True, by=survey.created_by)
    assert (
        verbs.add_item(survey=survey, by=survey.created_by, kind="text", text={"en": "x"}).ordinal
        == 6
    )
    item = survey.items.get(ordinal=1)
    verbs.change_item(
        item=item,
        by=survey.created_by,
        options=[OptionRow({"en": "c"}, code=3, retired=True), OptionRow({"en": "d"})],
    )
    assert sorted(item.options.values_list("code", flat=True)) == [1, 2, 3, 4]


def test_kind_of_a_published_question_stays(client, staff):
    survey = published()
    changed = client.post(url("item-edit", survey.pk, 3), item_form(kind="text"))
    assert changed.status_code == 400
    assert survey.items.get(ordinal=3).kind == "scale"


def test_address_and_anonymity_stay_once_published(client, staff):
    survey = published()
    data = {"title_zh": "新题", "slug": "other", "anonymous": "on"}
    refused = client.post(url("survey-settings", survey.pk), data)
    assert refused.status_code == 400
    survey.refresh_from_db()
    assert (survey.anonymous, survey.title["zh-hans"]) == (False, "读者问卷")
    kept = client.post(url("survey-settings", survey.pk), {"title_zh": "新题", "slug": survey.slug})
    assert kept.status_code == 302
    survey.refresh_from_db()
    assert survey.title == {"zh-hans": "新题"}


def test_period_out_of_order_is_refused(client, staff):
    survey = published()
    data = {
        "title_zh": "x",
        "slug": survey.slug,
        "opens_at": "2026-05-02T10:00",
        "closes_at": "2026-05-01T10:00",
    }
    assert client.post(url("survey-settings", survey.pk), data).status_code == 400


@pytest.mark.parametrize("end", ["opens_at", "closes_at"])
@pytest.mark.parametrize("moment", ["1999-12-31T23:59", "2101-01-01T00:00", "9999-12-31T23:59"])
def test_moment_that_cannot_be_meant_is_refused(client, staff, end, moment):
    survey = published()
    data = {"title_zh": "x", "slug": survey.slug, end: moment}
    refused = client.post(url("survey-settings", survey.pk), data)
    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == [end]


@pytest.mark.parametrize("blank", BLANK)
def test_survey_question_and_option_need_words_that_can_be_read(client, staff, blank):
    refused = client.post(url("survey-create"), {"title_zh": blank, "slug": "blank"})
    assert (refused.status_code, Survey.objects.count()) == (400, 0)

    survey = published()
    before = survey.items.count()
    unread = item_form(("", "是", 1), ("", "否", 2), text_zh=blank, text_en=blank)
    assert client.post(url("item-create", survey.pk), unread).status_code == 400
    assert survey.items.count() == before
    with_blank = item_form(("", "是", 1), ("", blank, 2), ("", "否", 3))
    assert client.post(url("item-create", survey.pk), with_blank).status_code == 302
    added = survey.items.order_by("ordinal").last()
    assert [option.text for option in added.options.all()] == [{"zh-hans": "是"}, {"zh-hans": "否"}]


def test_form_with_more_options_than_a_question_can_have_is_refused(client, staff):
    survey = published()
    data = item_form(("", "是", 1), ("", "否", 2)) | {"o-TOTAL_FORMS": str(10**20)}
    before = survey.items.count()
    refused = client.post(url("item-create", survey.pk), data)
    assert survey.items.count() == before
    assert len(refused.context["options"].forms) <= Item.MOST_OPTIONS


def test_questions_move_up_and_down_and_stop_at_the_ends(client, staff):
    survey = published()
    client.post(url("item-move", survey.pk, 1), {"up": "1"})
    client.post(url("item-move", survey.pk, 1), {"down": "1"})
    client.post(url("item-move", survey.pk, 5), {"up": "1"})
    assert list(survey.items.values_list("ordinal", flat=True)) == [2, 1, 3, 5, 4]


def test_preview_shows_the_form_as_a_question_and_keeps_nothing(client, staff):
    survey = published()
    shown = client.post(
        url("item-preview", survey.pk),
        item_form(("", "甲", ""), ("", "乙", ""), text_zh="<i>新</i>"),
    )
    page = shown.content.decode()
    assert page.index("甲") < page.index("乙")
    assert "&lt;i&gt;新&lt;/i&gt;" in page
    assert Item.objects.filter(survey=survey).count() == 5


def test_duplicate_keeps_ordinals_codes_and_keys(client, staff):
    survey = published(slug="yearly")
    verbs.retire_item(item=survey.items.get(ordinal=2), retired=True, by=staff)
    client.post(url("survey-duplicate", survey.pk))
    copy = Survey.objects.get(slug="yearly-2")
    assert copy.state == "draft"
    assert list(copy.items.values_list("ordinal", "analysis_key")) == [
        (1, ""),
        (3, "satisfaction_1"),
        (4, ""),
        (5, ""),
    ]
    assert list(copy.items.get(ordinal=1).options.values_list("code", flat=True)) == [1, 2, 3]
    assert survey.items.count() == 5


def test_share_page_has_a_code_and_an_address_per_channel(client, staff, settings):
    survey = published()
    page = client.get(url("survey-share", survey.pk)).content.decode()
    assert re.search(r'<svg [^>]*class="qr"', page)
    for code in Channel.objects.filter(contact="").values_list("code", flat=True):
        assert f"{settings.BASE_URL}{survey.public_url}?c={code}" in page
    assert "style=" not in page
    poster = client.get(url("survey-poster", survey.pk), {"c": "board"}).content.decode()
    assert f"{settings.BASE_URL}{survey.public_url}?c=board" in poster
    assert client.get(url("survey-poster", survey.pk), {"c": "nowhere"}).status_code == 404


@pytest.mark.parametrize("name", ["survey-detail", "survey-share"])
def test_desk_leads_nobody_to_a_page_that_an_invitation_alone_opens(client, staff, settings, name):
    to_all, invited = published(), published(by_invitation=True)
    assert client.get(invited.public_url).status_code == 404

    def leads(survey):
        page = client.get(url(name, survey.pk)).content.decode()
        # As a link, or as the whole address to copy and to print.
        return any(f"{start}{survey.public_url}" in page for start in ('href="', settings.BASE_URL))

    assert (leads(to_all), leads(invited)) == (True, False)


@pytest.mark.parametrize("surveys", [1, 3])
def test_list_asks_a_constant_number_of_statements(
    client, staff, django_assert_num_queries, surveys
):
    for _ in range(surveys):
        answer(published(campaign=CampaignFactory()), {"1": 1})
    # Among them whether there is a key to seal with, and whether it is ours.
    with django_assert_num_queries(7):
        client.get(url("survey-list"))


def test_rows_with_counted_answers_carry_no_raw_number():
    survey = published()
    answer(survey, *[{"1": 1}] * 3)
    listed = with_counts(Survey.objects.all(), survey.created_by).get()
    assert (listed.answers, listed.answers.is_withheld) == (Count.of(3), True)
    assert (
        str(with_counts(Survey.objects.filter(pk=published().pk), survey.created_by).get().answers)
        == "0"
    )
    ((version, answers),) = versions_with_answers(survey, survey.created_by)
    assert (answers, "n" in vars(version)) == (Count.of(3), False)


def test_campaign_panel_counts_answers_without_automatic_ones(client, staff):
    campaign = CampaignFactory()
    survey = published(campaign=campaign)
    answer(survey, *[{"1": 1}] * 7)
    client.post(survey.public_url, form(website="x"))
    page = client.get(url("campaign-panel", campaign.pk)).content.decode()
    assert re.search(r"\b7\b", page)
    assert survey.get_absolute_url() in page
    assert "<html" not in page


def test_links_fragment_offers_open_surveys_of_this_campaign_and_of_none(client, staff):
    campaign = CampaignFactory()
    mine, free, other = (
        published(campaign=campaign),
        published(),
        published(campaign=CampaignFactory()),
    )
    closed = published(campaign=campaign)
    verbs.set_open(survey=closed, is_open=False, by=staff)
    page = client.get(url("survey-links"), {"campaign": campaign.pk}).content.decode()
    assert mine.public_url in page
    assert free.public_url in page
    assert not {other.public_url, closed.public_url} & set(re.findall(r"/s/[\w-]+/", page))
    assert client.get(url("survey-links"), {"campaign": "x'"}).status_code == 200


def test_closed_survey_opens_again(client, staff):
    survey = published()
    client.post(url("survey-state", survey.pk), {"close": "1"})
    assert client.get(survey.public_url).status_code == 410
    client.post(url("survey-state", survey.pk), {"open": "1"})
    assert client.get(survey.public_url).status_code == 200


def test_button_for_more_options_adds_rows_and_keeps_what_was_typed(client, staff):
    survey = published()
    asked = item_form(("", "早", "1"), ("", "晚", "2")) | {"more": "1"}
    answer = client.post(url("item-create", survey.pk), asked)
    options = answer.context["options"]
    assert [row["zh"].value() for row in options] == ["早", "晚", None, None, None]
    assert survey.items.count() == published_items(survey)


def published_items(survey) -> int:
    return len(survey.current_version().definition["items"])


def test_settings_say_the_librarys_number_and_what_an_address_may_hold(client, staff, settings):
    client.cookies["django_language"] = "en"
    survey = published(anonymous=True)
    page = client.get(url("survey-settings", survey.pk)).content.decode()
    assert f"empty: {settings.ANONYMOUS_LEAST}, the number of the whole library" in page

    typed = {"title_zh": "开馆时间", "slug": "two words", "template": ""}
    answer = client.post(url("survey-create"), typed)
    assert answer.context["form"].errors["slug"] == [
        "Only letters from a to z, digits, hyphens and low lines, without spaces."
    ]
