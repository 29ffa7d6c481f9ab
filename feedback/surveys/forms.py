"""Forms of the survey desk.

A text in two languages is two fields, ``name_zh`` and ``name_en``, and one JSON value.
"""

from django import forms
from django.conf import settings
from django.forms import formset_factory
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.plan.models import Campaign
from core.characters import is_blank
from core.forms import Form, ModelForm, MomentInput
from core.localised import localised
from feedback.surveys.actions import OptionRow
from feedback.surveys.models import Item, Option, Survey

#: {suffix of the form's field: (code in the model's JSON, name)}
LANGUAGES = {"zh": ("zh-hans", _("Chinese")), "en": ("en", _("English"))}
#: End of a scale that nobody chose.
SCALE_MAX = 5
#: Behind every place that can be typed.
LAST_PLACE = 999
#: Characters of a question in a list to choose from.
LONGEST_CHOICE = 60
STARTS = [
    ("", _("An empty page")),
    ("relationship", _("Relationship quality: satisfaction, trust, commitment, loyalty, NPS")),
]


class BilingualForm(Form):
    """``bilingual`` is {field of the model: (label, rows of the text area, longest)}."""

    bilingual: dict[str, tuple] = {}
    needed: frozenset = frozenset()

    def __init__(self, *args, instance=None, **kwargs):
        """A field for each text in each language, filled from ``instance`` where there is one."""
        # Only a ModelForm takes one; the plain forms here have no row to start with.
        if instance is not None:
            kwargs["instance"] = instance
        super().__init__(*args, **kwargs)

        texts_first = []
        for name, (label, rows, longest) in self.bilingual.items():
            for suffix, (_code, language) in LANGUAGES.items():
                field = f"{name}_{suffix}"
                self.fields[field] = forms.CharField(
                    label=format_lazy("{} · {}", label, language),
                    required=False,
                    max_length=longest,
                    widget=text_widget(rows),
                )
                texts_first.append(field)
        self.order_fields(texts_first)

        if instance is not None:
            self.show_texts_of(instance)

    def show_texts_of(self, row) -> None:
        """Start with the texts of a model's row, unless the view gave others."""
        for name in self.bilingual:
            texts = getattr(row, name)
            for suffix, (code, _language) in LANGUAGES.items():
                self.initial.setdefault(f"{name}_{suffix}", texts.get(code, ""))

    def clean(self):
        """Join the two fields of each text to {language: text}, named as the model's field.

        A text in ``needed`` that is empty in both languages is an error at its Chinese field.
        """
        cleaned = super().clean()
        for name in self.bilingual:
            texts = texts_from(cleaned, prefix=f"{name}_")
            cleaned[name] = texts
            if name in self.needed and not texts:
                self.add_error(f"{name}_zh", _("Please write it in at least one language."))
        return cleaned


def text_widget(rows: int) -> forms.Widget:
    """A text area of so many rows; one line for none."""
    if rows:
        return forms.Textarea(attrs={"rows": rows})
    return forms.TextInput()


def texts_from(cleaned: dict, *, prefix: str = "") -> dict:
    """Take the fields of one text out of what was posted: {language: text} without empty ones.

    They are removed from ``cleaned``.
    """
    texts = {}
    for suffix, (code, _language) in LANGUAGES.items():
        text = cleaned.pop(f"{prefix}{suffix}", "").strip()
        if not is_blank(text):
            texts[code] = text
    return texts


BAD_SLUG = _("Only letters from a to z, digits, hyphens and low lines, without spaces.")


class SurveyCreateForm(BilingualForm):
    bilingual = {"title": (_("Title"), 0, 120)}
    needed = frozenset({"title"})
    slug = forms.SlugField(
        label=pgettext_lazy("web", "Address"),
        max_length=60,
        help_text=_(
            "Letters, digits and hyphens; readers will see /s/address/. It stays once published."
        ),
        error_messages={"invalid": BAD_SLUG},
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.exclude(phase=Campaign.Phase.CLOSED), label=_("Campaign"), required=False
    )
    template = forms.ChoiceField(
        label=_("Start with"), choices=STARTS, required=False, widget=forms.RadioSelect
    )

    def clean_slug(self):
        """An address that no other survey has, in small letters.
        ValidationError where it is taken.
        """
        # Addresses are typed from posters, where capitals are no difference to anybody.
        slug = self.cleaned_data["slug"].lower()
        if Survey.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another survey has this address."))
        return slug


class SurveySettingsForm(BilingualForm, ModelForm):
    bilingual = {
        "title": (_("Title"), 0, 120),
        "intro": (_("Introduction"), 3, 1000),
        "thanks": (_("Thanks"), 2, 500),
    }
    needed = frozenset({"title"})
    smallest_batch = forms.IntegerField(
        label=_("Anonymous answers mixed together, at least"),
        min_value=5,
        max_value=50,
        required=False,
    )

    class Meta:
        model = Survey
        fields = [
            "slug",
            "campaign",
            "by_invitation",
            "anonymous",
            "smallest_batch",
            "audience",
            "opens_at",
            "closes_at",
        ]
        widgets = {"opens_at": MomentInput, "closes_at": MomentInput}
        error_messages = {"slug": {"invalid": BAD_SLUG}}
        help_texts = {
            "by_invitation": _("Only who comes by the link in their mail may answer, and once."),
            "anonymous": _(
                "Answers are sealed, mixed and written in batches. Closing such a survey is final."
            ),
            "audience": _(
                "Empty: everybody. Others are told that the survey is not for them,"
                " and nothing else."
            ),
        }

    def __init__(self, *args, **kwargs):
        """The help says which number counts for the whole library today."""
        super().__init__(*args, **kwargs)
        said = _(
            "From 5 to 50; empty: %(n)s, the number of the whole library. Once published it can"
            " only be raised."
        )
        self.fields["smallest_batch"].help_text = said % {"n": settings.ANONYMOUS_LEAST}

    def clean(self):
        """A survey closes after it opens."""
        cleaned = super().clean()
        # Neither is there when it was left empty or could not be read.
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("It must close after it opens."))
        return cleaned

    def _post_clean(self):
        """The verb writes; here the model is only asked about the address."""
        slug = self.cleaned_data.get("slug", "")
        others = Survey.objects.filter(slug=slug).exclude(pk=self.instance.pk)
        if others.exists():
            self.add_error("slug", _("Another survey has this address."))


class ItemForm(BilingualForm):
    bilingual = {
        "text": (pgettext_lazy("survey", "Question"), 2, 500),
        "help": (_("Help under the question"), 0, 300),
        "low": (_("Word at the low end"), 0, 60),
        "high": (_("Word at the high end"), 0, 60),
    }
    needed = frozenset({"text"})
    kind = forms.ChoiceField(label=_("Kind"), choices=Item.Kind.choices)
    required = forms.BooleanField(label=_("Required"), required=False)
    scale_max = forms.IntegerField(
        label=_("Highest point of the scale"), min_value=2, max_value=10, initial=5, required=False
    )
    analysis_key = forms.SlugField(
        label=_("Key for year-on-year"),
        max_length=40,
        required=False,
        help_text=_(
            "Questions with the same key are compared over the years;"
            " trust_1, trust_2 … form one construct."
        ),
    )

    field_order = [
        "text_zh",
        "text_en",
        "kind",
        "required",
        "scale_max",
        "low_zh",
        "low_en",
        "high_zh",
        "high_en",
    ]

    def __init__(self, *args, item=None, **kwargs):
        """``item``: the question that is changed; None for a new one."""
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)
        if item is not None:
            for name in ("kind", "required", "scale_max", "analysis_key"):
                self.initial[name] = getattr(item, name)
            self.show_texts_of(item)

    def clean_scale_max(self):
        """Left empty for the kinds that have no scale, where the model still wants a number."""
        return self.cleaned_data["scale_max"] or SCALE_MAX

    def pairs(self):
        """(Chinese, English) of the bilingual texts, then (field, None) of the others, in order."""
        shown = set()
        for name in self.bilingual:
            chinese, english = f"{name}_zh", f"{name}_en"
            shown |= {chinese, english}
            yield self[chinese], self[english]
        for name in self.fields:
            if name not in shown:
                yield self[name], None


class OptionForm(Form):
    """One option of a question; ``zh`` and ``en`` are its text."""

    code = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    zh = forms.CharField(label=_("Chinese"), required=False, max_length=200)
    en = forms.CharField(label=_("English"), required=False, max_length=200)
    place = forms.IntegerField(
        label=pgettext_lazy("of an option", "Place"), required=False, min_value=1, max_value=99
    )
    retired = forms.BooleanField(label=_("Retired"), required=False)

    def texts(self) -> dict:
        """{language: text}; empty for a row that was left blank."""
        return texts_from(dict(self.cleaned_data))

    def row(self) -> OptionRow:
        """What the verbs take of this row; ``code`` is None for a new option."""
        return OptionRow(
            text=self.texts(),
            code=self.cleaned_data.get("code"),
            retired=self.cleaned_data.get("retired", False),
        )

    def sort_key(self) -> int:
        """Rows without a place come last."""
        return self.cleaned_data.get("place") or LAST_PLACE


class BaseOptionFormSet(forms.BaseFormSet):
    def rows(self) -> list[OptionRow]:
        """Filled rows in the order of their place."""
        valid = filter(OptionForm.is_valid, self.forms)
        filled = filter(OptionForm.texts, valid)
        in_order = sorted(filled, key=OptionForm.sort_key)
        return list(map(OptionForm.row, in_order))


OptionFormSet = formset_factory(
    OptionForm,
    formset=BaseOptionFormSet,
    extra=3,
    max_num=Item.MOST_OPTIONS,
    # Not only as many as are shown: a post that names more asks for more.
    absolute_max=Item.MOST_OPTIONS,
)


def option_formset(item: Item | None, data=None) -> BaseOptionFormSet:
    """The options of an item, retired ones last, and three empty rows."""
    initial = []
    if item is not None:
        initial = initial_options(item)
    return OptionFormSet(data, initial=initial, prefix="o")


def initial_options(item: Item) -> list[dict]:
    """What the form of each option starts with, in their order, retired ones last."""
    options = sorted(item.options.all(), key=_retired_last)
    initial = []
    for place, option in enumerate(options, start=1):
        initial.append(
            {
                "code": option.code,
                "zh": option.text.get("zh-hans", ""),
                "en": option.text.get("en", ""),
                "place": place,
                "retired": option.retired_at is not None,
            }
        )
    return initial


def _retired_last(option: Option) -> tuple[bool, int]:
    """Sorts the options of a question: by their places, and those no longer offered at the end."""
    return option.retired_at is not None, option.position


class CrossForm(Form):
    """Two different questions, by their ordinals."""

    first = forms.ChoiceField(label=pgettext_lazy("cross-tab", "Rows"))
    second = forms.ChoiceField(label=pgettext_lazy("cross-tab", "Columns"))

    def __init__(self, *args, questions=(), **kwargs):
        """``questions``: what may be chosen, in the order of the survey."""
        super().__init__(*args, **kwargs)
        choices = []
        for number, question in enumerate(questions, start=1):
            words = localised(question.text)[:LONGEST_CHOICE]
            choices.append((question.ordinal, f"{number}. {words}"))
        for field in self.fields.values():
            field.choices = choices

    def clean(self):
        """Two different questions make a table."""
        cleaned = super().clean()
        # Neither is there when it was left out or is none of the questions.
        first, second = cleaned.get("first"), cleaned.get("second")
        if first and first == second:
            self.add_error("second", _("Choose two different questions."))
        return cleaned
