"""What the audit trail records, in words.

A code says what it is about and what was done; rows keep the code, so codes never change.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.localised import label_of


class AuditAction(models.TextChoices):
    """Everything ``audit.record`` may write down."""

    WECHAT_LINK = "wechat.link", _("WeChat account · linked by its owner")
    WECHAT_UNLINK = "wechat.unlink", _("WeChat account · link taken back by its owner")
    ADDRESS_ASK = "address.ask", _("Address · code asked for")
    ADDRESS_CONFIRM = "address.confirm", _("Address · confirmed by its owner")
    ADDRESS_RELEASE = "address.release", _("E-mail address · may be mailed again")
    ADDRESS_RETRY = "address.retry", _("E-mail address · letters are tried again")
    ADDRESS_TROUBLE = "address.trouble", _("E-mail address · no letter reaches it")
    ADDRESS_SUPPRESS = "address.suppress", _("E-mail address · never to be mailed again")
    ADJUSTMENT_ACCEPT = "adjustment.accept", _("Proposal · accepted")
    ADJUSTMENT_CHANGE = "adjustment.change", _("Proposal · changed")
    ADJUSTMENT_REFUSE = "adjustment.refuse", _("Proposal · refused")
    ADJUSTMENT_SECOND_ASK = "adjustment.second_ask", _("Proposal · second person asked")
    ADJUSTMENT_SECOND_NO = "adjustment.second_no", _("Proposal · second person said no")
    ADJUSTMENT_SECOND_YES = "adjustment.second_yes", _("Proposal · second person agreed")
    API_SIGN_IN = "api.sign-in", _("API · signed in")
    CAMPAIGN_ADD = "campaign.add", _("Campaign · something added")
    CAMPAIGN_ADJUST = "campaign.adjust", _("Campaign · proposals taken in")
    CAMPAIGN_ADVANCE = "campaign.advance", _("Campaign · next phase")
    CAMPAIGN_AMEND = "campaign.amend", _("Campaign · standard amended")
    CAMPAIGN_ARMS = "campaign.arms", _("Campaign · arms and holdout chosen")
    CAMPAIGN_BUDGET = "campaign.budget", _("Campaign · budget changed")
    CAMPAIGN_COST = "campaign.cost", _("Campaign · cost booked")
    CAMPAIGN_COST_REMOVE = "campaign.cost_remove", _("Campaign · cost taken back")
    CAMPAIGN_CREATE = "campaign.create", _("Campaign · created")
    CAMPAIGN_DRAFT = "campaign.draft", _("Campaign · draft of the next round made")
    CAMPAIGN_LIMIT = "campaign.limit", _("Campaign · stopped by a limit")
    CAMPAIGN_LIMIT_END = "campaign.limit_end", _("Campaign · goes on after a limit stopped it")
    CAMPAIGN_MATCH = "campaign.match", _("Campaign · need matched with content")
    CAMPAIGN_MIX = "campaign.mix", _("Campaign · channel mix changed")
    CAMPAIGN_PROMISE = "campaign.promise", _("Campaign · outcome named")
    CAMPAIGN_REMOVE = "campaign.remove", _("Campaign · something removed")
    CAMPAIGN_SEGMENTS = "campaign.segments", _("Campaign · segments chosen")
    CAMPAIGN_SEGMENT_ADD = "campaign.segment_add", _("Campaign · segment added")
    CAMPAIGN_SEGMENT_DROP = "campaign.segment_drop", _("Campaign · segment dropped")
    CAMPAIGN_SHARE = "campaign.share", _("Campaign · share of a channel changed")
    CAMPAIGN_STANDARD = "campaign.standard", _("Campaign · standard set")
    CAMPAIGN_TASK = "campaign.task", _("Campaign · task ticked")
    CAMPAIGN_UPDATE = "campaign.update", _("Campaign · changed")
    CLICKS_JUDGE = "clicks.judge", _("Clicks · judged anew")
    CLOSED_DROP = "closed.drop", _("Closed days · taken back")
    CLOSED_NOTE = "closed.note", _("Closed days · noted")
    COLLECTION_ADD = "collection.add", _("Listed collection · added")
    COLLECTION_DROP = "collection.drop", _("Listed collection · removed")
    CONSENT_SET = "consent.set", _("Consent · written down")
    CONTENT_LAUNCH = "content.launch", _("Content · launched")
    CONTENT_PAUSE = "content.pause", _("Content · paused")
    CONTENT_RESEND = "content.resend", _("Content · sent again")
    CONTENT_RESUME = "content.resume", _("Content · resumed")
    CONTENT_SAVE = "content.save", _("Content · saved")
    CONTENT_TEST = "content.test", _("Content · test mail")
    CORRECTION_ASK = "correction.ask", _("Correction · asked for")
    CORRECTION_DECIDE = "correction.decide", _("Correction · decided")
    EVALUATION_EXPORT = "evaluation.export", _("Evaluation · exported")
    EVALUATION_REQUEST = "evaluation.request", _("Evaluation · asked for")
    COMPARISON_EXPORT = "comparison.export", _("Campaigns compared · exported")
    LOOP_EXPORT = "loop.export", _("The loop · exported")
    FACTS_REQUEST = "facts.request", _("Monthly figures · computed anew")
    IMPORT_CHECK = "import.check", _("Import · file looked into again")
    IMPORT_CONSENTS = "import.consents", _("Import · its consents taken back")
    IMPORT_DISCARD = "import.discard", _("Import · file thrown away")
    IMPORT_DONE = "import.done", _("Import · done")
    IMPORT_MAP = "import.map", _("Import · columns mapped")
    IMPORT_PROFILE = "import.profile", _("Import · profile kept")
    IMPORT_REFUSALS = "import.refusals", _("Import · refused rows downloaded")
    IMPORT_SYSTEM = "import.system", _("Import · system of numbers kept")
    IMPORT_PREVIEW = "import.preview", _("Import · preview counted")
    IMPORT_OTHERS = "import.others", _("Import · decided about rows that look like somebody else")
    IMPORT_START = "import.start", _("Import · started")
    IMPORT_UNDO = "import.undo", _("Import · undo asked for")
    IMPORT_UNDONE = "import.undone", _("Import · undone")
    IMPORT_UPLOAD = "import.upload", _("Import · file uploaded")
    IMPACT_WRITE = "impact.write", _("Impact assessment · new version written")
    INCIDENT_WRITE = "incident.write", _("Incident · written down")
    JOB_CANCEL = "job.cancel", _("Job · stopped")
    JOB_START = "job.start", _("Job · started")
    CONTENT_PICTURE = "content.picture", _("Content · picture changed")
    CONTENT_PICTURE_REMOVE = "content.picture_remove", _("Content · picture taken out")
    LIBRARY_COLOUR = "library.colour", _("Library · colour chosen")
    LIBRARY_NAME = "library.name", _("Library · name changed")
    LIBRARY_RATE = "library.rate", _("Library · cost of an hour changed")
    LIBRARY_SENDERS = "library.senders", _("Library · senders of mail changed")
    LIBRARY_STEPS = "library.steps", _("Library · first steps put away or taken out")
    LOGO_SET = "logo.set", _("Logo · changed")
    LOGO_REMOVE = "logo.remove", _("Logo · taken off")
    HOST_APPROVE = "host.approve", _("Known host · approved")
    HOST_REMOVE = "host.remove", _("Known host · taken off")
    LETTER_RESEND = "letter.resend", _("Letter · sent again")
    LETTER_SKIP = "letter.skip", _("Letter · left out")
    LETTER_WRITE = "letter.write", _("Letter · written")
    LINK_CREATE = "link.create", _("Tracked link · created")
    MAIL_RULES = "mail.rules", _("Mailing · rules changed")
    LOST_DROP = "lost.drop", _("Days that nobody recorded · taken back")
    LOST_NOTE = "lost.note", _("Days that nobody recorded · noted")
    ME_DOWNLOAD = "me.download", _("Own data · downloaded")
    PASSWORD_CHANGE = "password.change", _("Password · changed")
    PUBLISHED_REQUEST = "published.request", _("Published figures · look asked for")
    PUBLISHED_VERIFY = "published.verify", _("Published figures · looked through")
    PUBLISHED_VOUCH = "published.vouch", _("Published figures · marked under a new key")
    QUESTION_CHANGE = "question.change", _("Survey question · changed")
    QUESTION_CREATE = "question.create", _("Survey question · created")
    QUESTION_MOVE = "question.move", _("Survey question · moved")
    QUESTION_RESTORE = "question.restore", _("Survey question · taken back in")
    QUESTION_RETIRE = "question.retire", _("Survey question · retired")
    PROGRAMME_START = "programme.start", _("Programme's holdout · started")
    PROGRAMME_STOP = "programme.stop", _("Programme's holdout · stopped")
    READER_CHANGE = "reader.change", _("Reader · changed")
    READER_ANALYTICS = "reader.analytics", _("Reader · analytics about themselves switched")
    READER_ERASE = "reader.erase", _("Reader · erased")
    READER_EXPORT = "reader.export", _("Reader · exported")
    READER_GUARDIAN = "reader.guardian", _("Reader · account opened with a guardian's consent")
    READER_GUARDIAN_REFUSED = (
        "reader.guardian-refused",
        _("Reader · account for a child refused: the address has one"),
    )
    READER_JOIN = "reader.join", _("Reader · became one by themselves")
    READER_LEAVE = "reader.leave", _("Reader · asked to be erased")
    READER_CLAIM = "reader.claim", _("Reader · record claimed by its person")
    READER_CLAIM_ASK = "reader.claim-ask", _("Reader · link to claim the record asked for")
    READER_INVITE = "reader.invite", _("Reader · invited to claim the record")
    READER_INVITE_END = "reader.invite-end", _("Reader · code to claim the record withdrawn")
    READER_MERGE = "reader.merge", _("Reader · joined with another record of the same person")
    READER_PART = "reader.part", _("Reader · two records taken apart again")
    READER_NOT_TWINS = "reader.not-twins", _("Reader · said to be another person")
    READER_NUMBER_ADD = "reader.number-add", _("Reader · further number written down")
    READER_NUMBER_REMOVE = "reader.number-remove", _("Reader · further number removed")
    READER_NUMBER_KEPT = (
        "reader.number-kept",
        _("Reader · number left as it was: another would have the same"),
    )
    READER_STAY = "reader.stay", _("Reader · stays after all")
    READER_STOP = "reader.stop", _("Reader · every letter stopped")
    READER_STOP_END = "reader.stop-end", _("Reader · letters may go again")
    READER_VIEW = "reader.view", _("Reader · page viewed")
    REGISTER_ADD = "register.add", _("Register · row added")
    REGISTER_CHANGE = "register.change", _("Register · row changed")
    REGISTER_MERGE = "register.merge", _("Register · merged into a successor")
    REGISTER_PART = "register.part", _("Register · merger taken back")
    REGISTER_REMOVE = "register.remove", _("Register · row removed")
    RETENTION_FOLD = "retention.fold", _("Retention · activities folded into months")
    RETENTION_REMOVE = "retention.remove", _("Retention · what is over its term removed")
    RETENTION_SET = "retention.set", _("Retention · term changed")
    SCORE_BRACKETS = "score.brackets", _("Recency, frequency, contribution · brackets changed")
    SCORE_REQUEST = "score.request", _("Recency, frequency, contribution · measured anew")
    RETURN_TAKE = "return.take", _("Returned mail · taken in")
    SEGMENT_CHANGE = "segment.change", _("Segment · changed")
    SEGMENT_CREATE = "segment.create", _("Segment · created")
    SEGMENT_DELETE = "segment.delete", _("Segment · deleted")
    SEGMENT_PIN = "segment.pin", _("Segment · decided by hand")
    SEGMENT_REFRESH = "segment.refresh", _("Segment · refreshed")
    SEGMENT_UNPIN = "segment.unpin", _("Segment · decision by hand removed")
    SESSION_END = "session.end", _("Session · ended")
    SESSION_END_ALL = "session.end-all", _("Sessions · all ended")
    SIGN_IN = "sign-in", _("Sign-in")
    SIGN_IN_FAILED = "sign-in.failed", _("Sign-in · wrong entry")
    SIGN_IN_LOCKED = "sign-in.locked", _("Sign-in · locked")
    SIGN_IN_UNLOCKED = "sign-in.unlocked", _("Sign-in · unlocked")
    SIGN_OUT = "sign-out", _("Sign-out")
    STANDING_ADD = "standing.add", _("Standing · written down")
    STANDING_CHANGE = "standing.change", _("Standing · corrected")
    STANDING_MOVE = "standing.move", _("Standing · readers moved by their dates")
    STANDING_REMOVE = "standing.remove", _("Standing · taken back")
    STANDING_TAKE_IN = "standing.take-in", _("Standing · taken in from a file")
    COUNT_CORRECT = "count.correct", _("Count without persons · corrected by hand")
    COUNT_EXPORT = "count.export", _("Counts without persons · exported")
    COUNT_RELEASE = "count.release", _("Count without persons · correction taken back")
    SOURCE_ADD = "source.add", _("Source of records · added")
    SOURCE_CHANGE = "source.change", _("Source of records · changed")
    SUBSCRIPTION_CONFIRM = "subscription.confirm", _("Subscription · confirmed by its owner")
    SUBSCRIPTION_ERASE = "subscription.erase", _("Subscription · erased at somebody's request")
    SUBSCRIPTION_LINKS = (
        "subscription.links",
        _("Subscription · letters that ask to confirm: wanted or not"),
    )
    SUBSCRIPTION_LEAVE = "subscription.leave", _("Subscription · ended by its owner")
    SURVEY_CLOSE = "survey.close", _("Survey · closed")
    SURVEY_CREATE = "survey.create", _("Survey · created")
    SURVEY_DUPLICATE = "survey.duplicate", _("Survey · copied")
    SURVEY_EXPORT = "survey.export", _("Survey · exported")
    SURVEY_DISCARD = "survey.discard", _("Survey · answers without a key discarded")
    SURVEY_MIX = "survey.mix", _("Survey · anonymous answers mixed")
    SURVEY_OPEN = "survey.open", _("Survey · opened")
    SURVEY_PUBLISH = "survey.publish", _("Survey · published")
    SURVEY_SETTINGS = "survey.settings", _("Survey · settings changed")
    SURVEY_TAKE_IN = "survey.take-in", _("Survey · answers taken in")
    TARGET_SET = "target.set", _("Target · written down")
    OBSERVATION_RECORD = "observation.record", _("Recorded figure · taken in")
    TOKEN_CREATE = "token.create", _("API token · made")
    TOKEN_REVOKED = "token.revoked", _("API token · made worthless")
    SECOND_FACTOR_RESET = "user.second-factor", _("User · second factor reset")
    USAGE_DROP = "usage.drop", _("E-resource use · report taken back")
    USAGE_TAKE = "usage.take", _("E-resource use · report taken in")
    USER_CHANGE = "user.change", _("User · changed")
    USER_OPEN = "user.open", _("User · account opened by a link in a mail")
    USER_TRUST = "user.trust", _("User · no longer suspected")
    VOICE_ASIDE = "voice.aside", _("Voice · put aside")
    VOICE_ASSIGN = "voice.assign", _("Voice · assigned")
    VOICE_CONCLUDE = "voice.conclude", _("Voice · concluded")
    VOICE_HOLD_AGAIN = "voice.hold-again", _("Voice · put back to be looked at")
    VOICE_LET_THROUGH = "voice.let-through", _("Voice · let through")
    VOICE_NOTE = "voice.note", _("Voice · note written")
    VOICE_REMIND = "voice.remind", _("Voice · colleague reminded")
    VOICE_REPLY = "voice.reply", _("Voice · answered")
    VOICE_SAY = "voice.say", _("Voice · received")
    VOICE_WRITE = "voice.write", _("Voice · reader wrote again")
    WORK_ACCEPT = "work.accept", _("Work · accepted")
    WORK_ASIDE = "work.aside", _("Work · put aside")
    WORK_DECLINE = "work.decline", _("Work · not chosen")
    WORK_LET_THROUGH = "work.let-through", _("Work · let through")
    WORK_PUBLISH = "work.publish", _("Work · published")
    WORK_REVIEW = "work.review", _("Work · scored")
    WORK_SAVE = "work.save", _("Work · saved")
    WORK_SUBMIT = "work.submit", _("Work · sent in")
    WORK_WITHDRAW = "work.withdraw", _("Work · withdrawn")


class Suspicion(models.TextChoices):
    """Why something that was sent in waits for a look."""

    HONEYPOT = "honeypot", _("A field was filled in that people do not see.")
    UNREAD = "unread", _("It was sent without the page having been opened.")
    FAST = "fast", _("It was sent within two seconds.")
    BROWSER = "browser", _("Very many came from the same browser.")
    NETWORK = "network", _("Very many came from the same network.")
    ACCOUNT = "account", _("The account it came from was opened like that.")


def suspicion_in_words(code: str) -> str:
    """The reason as a sentence; empty where nothing was suspected.

    In the present language; a code that is not known stays as it is.
    """
    return label_of(Suspicion, code)


def account_waits() -> str:
    """To somebody whose new account looks as if a program had opened it."""
    return _(
        "This account was opened very quickly, or together with many others, so a colleague looks"
        " at what you send in before it is passed on. You need do nothing."
    )


def in_words(action: str) -> str:
    """ "reader.view" → "Reader · page viewed"; a code that no longer exists as it is.

    In the present language.
    """
    # Rows outlive what they name: until their term is over also those of actions taken out since.
    return label_of(AuditAction, action)


def subjects() -> list[tuple[str, str]]:
    """[("reader.", "Reader"), …]: what actions are about, as their codes begin.

    In the order of the actions, each once.
    """
    found = {}
    for code, label in AuditAction.choices:
        subject, dot, _what = code.partition(".")
        # "sign-in" is an action itself, and the beginning of others.
        if subject not in found:
            found.setdefault(subject + dot, str(label).split(" · ")[0])
    return list(found.items())
