"""What is typed is not lost: offline, a server that is away, a session that ended (fault 50)."""

import re

import pytest
from django.urls import reverse

from crm.staff.models import User
from feedback.voices.models import Voice, VoiceMessage
from tests import factories
from tests.feedback.building import published

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "三楼的灯太暗了，晚上看不清书。"
SAY = "/say/"
TROUBLE = "[data-draft-trouble]:not([hidden])"
KEPT = "[data-draft-saved]:not([hidden])"


def type_voice(live) -> None:
    live.open(SAY)
    live.page.fill("#id_text", TEXT)
    live.page.wait_for_selector(KEPT)


def press(live) -> None:
    live.page.click("form[data-draft] .form-end .btn.primary")


def test_offline_send_leaves_the_text_and_says_so(live):
    """Fault 50. In 0.1 the draft was forgotten when the button was pressed, not when it arrived."""
    type_voice(live)
    live.context.set_offline(True)
    press(live)
    live.page.wait_for_selector(TROUBLE)
    live.context.set_offline(False)

    # Somebody who has closed the page finds the text again, and a way to be rid of it.
    live.open(SAY)
    assert live.page.input_value("#id_text") == TEXT
    live.page.click("[data-draft-discard]")
    assert live.page.input_value("#id_text") == ""
    live.open(SAY)
    assert live.page.input_value("#id_text") == ""
    assert not Voice.objects.exists()


def test_server_that_is_away_is_asked_again_and_the_text_kept_once(live):
    """Faults 28 and 50. 503 with Retry-After, then an answer that is lost, then it works."""
    type_voice(live)
    asked = []

    def away(route):
        if route.request.method != "POST" or len(asked) == 2:
            route.continue_()
            return
        asked.append(route.request.post_data)
        if len(asked) == 1:
            route.fulfill(status=503, headers={"Retry-After": "1"}, body="away")
        else:
            # The library takes it in, and its answer does not arrive.
            route.fetch(max_redirects=0)
            route.abort()

    live.page.route(f"**{SAY}", away)
    press(live)
    live.page.wait_for_url(re.compile(r"/say/HX-"), timeout=30_000)
    assert Voice.objects.get().text == TEXT
    live.page.unroute(f"**{SAY}")
    live.open(SAY)
    assert live.page.input_value("#id_text") == ""


def test_reload_puts_back_what_was_typed_under_the_same_id(live):
    """Fault 28."""
    type_voice(live)
    first = live.page.input_value("[name=client_id]")
    live.page.reload()
    assert live.page.input_value("#id_text") == TEXT
    assert live.page.input_value("[name=client_id]") == first
    assert live.page.locator("[data-draft-restored]").is_visible()


def test_correction_left_half_asked_for_is_back_and_goes_once_it_is_sent(live):
    """Fault 50."""
    reader = factories.ReaderFactory(user=factories.UserFactory(role="reader"))
    live.sign_in(reader.user)
    address = reverse("crm:me-correct") + "?field=name"
    live.open(address)
    live.page.fill("#id_wanted", TEXT)
    live.page.wait_for_selector(KEPT)

    live.open(reverse("crm:me"))
    live.open(address)
    assert live.page.input_value("#id_wanted") == TEXT
    press(live)
    live.page.wait_for_url(lambda url: address not in url)
    assert reader.corrections.get().wanted == TEXT
    live.open(address)
    assert live.page.input_value("#id_wanted") == ""


def test_session_that_ended_keeps_the_reply_on_the_device(live):
    """Fault 50."""
    voice = factories.VoiceFactory()
    staff = factories.UserFactory(role="librarian")
    live.sign_in(staff)
    page = f"/desk/voices/{voice.pk}/"
    form = f"form[action='{page}reply/']"
    live.open(page)
    live.page.fill(f"{form} [name=text]", TEXT)
    live.page.wait_for_selector(f"{form} {KEPT}")

    live.context.clear_cookies(name="sessionid")
    live.page.click(f"{form} .btn.primary")
    live.page.wait_for_selector(f"{form} {TROUBLE}")
    assert live.page.locator(f"{form} [data-draft-trouble] a").is_visible()
    assert not VoiceMessage.objects.exists()

    # Another person at the same computer does not read it; the same one has it back.
    live.sign_in(factories.UserFactory(role="librarian"))
    live.open(page)
    assert live.page.input_value(f"{form} [name=text]") == ""
    live.sign_in(User.objects.get(pk=staff.pk))
    live.open(page)
    assert live.page.input_value(f"{form} [name=text]") == TEXT
    live.page.click(f"{form} .btn.primary")
    live.page.wait_for_selector(".messages")
    assert VoiceMessage.objects.get().text == TEXT


def kept_drafts(live) -> list[str]:
    """The keys of all drafts in the browser's long store."""
    return live.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))")


def test_answers_to_a_survey_are_not_read_by_the_next_account_at_the_computer(live):
    """Fault 50. Survey pages are drawn for everybody alike, and their drafts were, too."""
    survey = published()
    live.sign_in(factories.UserFactory())
    live.open(survey.public_url)
    live.page.fill("#f5", TEXT)
    live.page.wait_for_selector(KEPT)
    live.sign_in(factories.UserFactory())
    live.open(survey.public_url)
    assert live.page.input_value("#f5") == ""


def test_drafts_go_with_their_writer_who_signs_out_and_after_two_weeks(live):
    """Fault 50. Old ones go whichever page is opened, not only that of their form."""
    live.sign_in(factories.UserFactory())
    type_voice(live)
    live.page.evaluate(
        "localStorage.setItem('draft::old', JSON.stringify({at: Date.now() - 15 * 86400000}))"
    )
    live.open("/")
    assert len(kept_drafts(live)) == 1
    live.page.click("[data-sign-out] button")
    live.page.wait_for_load_state()
    assert kept_drafts(live) == []


def sign_out_by_the_button(live):
    live.open("/")
    live.page.click("[data-sign-out] button")


def sign_out_by_the_page(live):
    """By a form that no script listens to, as on the page of sessions."""
    live.open("/accounts/logout/")
    live.page.click("main form button")


@pytest.mark.parametrize("sign_out", [sign_out_by_the_button, sign_out_by_the_page])
def test_sign_out_forgets_the_drafts_of_its_account_and_of_nobody_else(live, sign_out):
    """Fault 50. The browser was told to forget everything, what others had typed as well."""
    survey = published()
    user = factories.UserFactory()
    live.sign_in(user)
    type_voice(live)
    live.open(survey.public_url)
    live.page.fill("#f5", TEXT)
    live.page.wait_for_selector(KEPT)
    live.page.evaluate(
        "localStorage.setItem('draft:1234567:voice', JSON.stringify({at: Date.now()}))"
    )
    assert len(kept_drafts(live)) == 3
    sign_out(live)
    live.page.wait_for_load_state()
    live.open(SAY)
    assert kept_drafts(live) == ["draft:1234567:voice"]
    assert "signed-out" not in {cookie["name"] for cookie in live.context.cookies()}

    # Signed in again, what is typed from now on stays.
    live.sign_in(user)
    type_voice(live)
    live.open("/")
    assert len(kept_drafts(live)) == 2


def test_shared_computer_stays_shared_after_a_sign_out(live):
    """Fault 50. The mark went with the sign-out: the next visitor's text stayed for 14 days."""
    live.sign_in(factories.UserFactory())
    type_voice(live)
    live.page.click("[data-draft-share]")
    other = live.context.new_page()
    other.goto(live.page.url)
    other.fill("#id_text", TEXT)
    other.wait_for_selector("[data-draft-tab]:not([hidden])")
    live.open("/")
    live.page.click("[data-sign-out] button")
    live.page.wait_for_load_state()
    # The tab beside it has nothing of the account either.
    other.wait_for_function(
        "() => Object.keys(sessionStorage).every((key) => !key.startsWith('draft:'))"
    )

    type_voice(live)
    assert live.page.locator("[data-draft-tab]").is_visible()
    assert kept_drafts(live) == []


def test_draft_on_a_shared_computer_lives_in_its_tab(live):
    """Fault 50. Reloaded it is there; the next tab does not have it."""
    type_voice(live)
    live.page.click("[data-draft-share]")
    assert kept_drafts(live) == []
    assert live.page.locator("[data-draft-tab]").is_visible()
    live.page.reload()
    assert live.page.input_value("#id_text") == TEXT
    other = live.context.new_page()
    other.goto(live.page.url)
    assert other.input_value("#id_text") == ""


def test_another_text_under_the_same_id_stays_on_the_page(live):
    """Faults 49 and 50."""
    type_voice(live)
    client_id = live.page.input_value("[name=client_id]")
    factories.VoiceFactory(client_id=client_id, text="先到的")
    press(live)
    live.page.wait_for_selector(".summary-errors")
    assert live.page.input_value("#id_text") == TEXT
    assert live.page.input_value("[name=client_id]") != client_id

    live.open(SAY)
    assert live.page.input_value("#id_text") == TEXT
    press(live)
    live.page.wait_for_url(re.compile(r"/say/HX-"))
    assert sorted(Voice.objects.values_list("text", flat=True)) == sorted(["先到的", TEXT])


def test_stored_text_is_not_written_over_by_an_older_draft(live, content):
    staff = factories.UserFactory(role="librarian")
    live.sign_in(staff)
    page = f"/desk/contents/{content.pk}/edit/"
    live.open(page)
    live.page.fill("#id_body", "<p>草稿</p>")
    live.page.wait_for_selector(KEPT)
    content.body = "<p>同事改过</p>"
    content.save()

    live.open(page)
    assert live.page.input_value("#id_body") == "<p>同事改过</p>"


def test_refused_form_is_sent_once_and_its_page_shown_with_what_was_typed(live):
    """In 0.1 every refusal was asked for twice: by the script, and then by the page."""
    type_voice(live)
    live.page.fill("#id_email", "no address")
    sent = []
    live.page.on("request", lambda asked: sent.append(asked.method))

    press(live)
    live.page.wait_for_selector(".summary-errors")
    assert sent.count("POST") == 1
    assert live.page.input_value("#id_text") == TEXT

    # The page that was put in place of the other sends, too, and from then on nothing is kept here.
    live.page.fill("#id_email", "")
    press(live)
    live.page.wait_for_url(re.compile(r"/say/HX-"))
    assert sent.count("POST") == 2
    assert Voice.objects.get().text == TEXT
    assert kept_drafts(live) == []
