"""Which rooms say something of themselves to the whole house, and in which of their files; and what
an early room asks a later one, by the name of a function.

What is listed is no choice of an installation: a new room adds its line here.
"""

# Rooms that hold rows about a person (holds.py).
ROOMS_WITH_HOLDS = [
    "crm.staff",
    "crm.accounts",
    "crm.receipts",
    "crm.letters",
    "crm.readers",
    "crm.standings",
    "crm.imports",
    "crm.collections",
    "crm.activities",
    "crm.merges",
    "crm.rfc",
    "crm.segments",
    "crm.subscribers",
    "crm.privacy",
    "campaigns.experiments",
    "campaigns.sending",
    "campaigns.returns",
    "feedback.surveys",
    "feedback.voices",
    "feedback.calls",
]
# Rooms that say how long they keep what they keep (terms.py).
ROOMS_WITH_TERMS = ["crm.staff", "crm.accounts", "crm.receipts", *ROOMS_WITH_HOLDS]
ROOMS_WITH_TERMS += ["crm.registers", "crm.activities", "campaigns.plan", "analytics.facts"]
ROOMS_WITH_TERMS += ["crm.library", "analytics.loop", "crm.tallies", "crm.eresources"]
# Each once, in this order.
ROOMS_WITH_TERMS = list(dict.fromkeys(ROOMS_WITH_TERMS))
# AUDIT_CODES in words.py.
ROOMS_WITH_AUDIT_CODES = ["crm.readers", "crm.letters", "campaigns.plan"]
# Rooms that say what a reader and the library gave each other (reader_page.py), in the order of
# the page: works and words first.
ROOMS_WITH_READER_PAGE = [
    "crm.readers",
    "crm.privacy",
    "feedback.calls",
    "feedback.voices",
    "feedback.surveys",
    "campaigns.sending",
    "crm.segments",
    "crm.sources",
]
# What the page of an address is called: the menus know it.
PAGE_IN_WORDS = "config.nav.title_of"
# Rooms that keep rows from being changed (grants.py).
ROOMS_WITH_GRANTS = [
    "crm.staff",
    "crm.library",
    "crm.readers",
    "crm.imports",
    "crm.merges",
    "crm.segments",
    "crm.subscribers",
    "crm.privacy",
    "campaigns.plan",
    "campaigns.experiments",
    "feedback.surveys",
    "feedback.calls",
    "analytics.published",
    "analytics.facts",
    "analytics.loop",
]
# Rooms that publish what must not change (publications.py).
ROOMS_WITH_PUBLICATIONS = ["feedback.surveys", "analytics.facts", "analytics.loop"]
# Rooms that name the figures they compute (named.py), from below upwards.
ROOMS_WITH_MEASURES = [
    "crm.segments",
    "campaigns.plan",
    "campaigns.sending",
    "campaigns.room",
    "feedback.surveys",
    "analytics.loop",
    "analytics.month",
]
# Rooms whose rows come from files that a library uploads (kinds.py).
ROOMS_WITH_KINDS = ["crm.readers", "crm.eresources", "crm.activities", "crm.tallies"]
# Rooms that say what each step of an import does with such files (files.py).
ROOMS_WITH_FILES = ["crm.imports", "crm.activities", "crm.tallies"]
# What of each room's figures rests on the days of a source of records.
RESTS_ON_RECORDS = [
    "analytics.month.resting.rests_on",
    "analytics.loop.resting.rests_on",
    "crm.segments.recorded.rests_on",
    "crm.rfc.recorded.rests_on",
]

# On which days of a time each room knows that something happened, asked before they are closed.
RECORDS_DAYS = [
    "crm.readers.happened.days_with_activities",
    "crm.activities.happened.days_with_visits",
    "crm.tallies.happened.days_counted",
]

# Which letters may not go out any more, asked just before they would.
LETTERS_JUDGED_BY = "campaigns.sending.subscribing.why_not_mailed"
# Which letters wait, whatever they are due at, such as promotion in quiet hours.
LETTERS_WAIT_BY = "campaigns.sending.subscribing.waits_now"
# Who keeps of which addresses mail servers say that there is no such mailbox.
LETTERS_REFUSED = "crm.subscribers.undeliverable.note_refusals"
# Why whoever follows a link on paper would not be let in, asked when one is made by hand.
LINKS_JUDGED_BY = "feedback.surveys.finding.why_not_for_everybody"
# What each channel of a campaign brought by its last report, asked for the plan that follows it.
LAST_ROUND_BY = "analytics.loop.last_round.channels_of_last_round"
# How readers are told that staff saw a letter to them, or their account.
LETTERS_SEEN = "crm.readers.letters.look_at_readers_of"
ACCOUNTS_SEEN = "crm.readers.looks.look_at_accounts"
