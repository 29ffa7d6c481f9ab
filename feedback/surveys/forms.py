"""Forms of the survey desk.

A text in two languages is two fields, ``name_zh`` and ``name_en``, and one JSON value.
"""

from django import forms
from django.forms import formset_factory
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.plan.models import Campaign
from core.localised import localised
from feedback.surveys.models import Item, Survey

LANGUAGES = {"zh": ("zh-hans", _("Chinese")), "en": ("en", _("English"))}
STARTS = [
    ("", _("An empty page")),
    ("relationship", _("Relationship quality: satisfaction, trust, commitment, loyalty, NPS")),
]


class BilingualForm(forms.Form):
    """``bilingual`` is {field of the model: (label, rows of the text area, longest)}."""

    bilingual: dict[str, tuple] = {}
    needed: frozenset = frozenset()

    def __init__(self, *args, instance=None, **kwargs):
        if instance is not None:
            kwargs["instance"] = instance
        super().__init__(*args, **kwargs)
        for name, (label, rows, longest) in self.bilingual.items():
            for suffix, (code, language) in LANGUAGES.items():
                widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
                self.fields[f"{name}_{suffix}"] = forms.CharField(
                    label=format_lazy("{} · {}", label, language),
                    required=False,
                    max_length=longest,
                    widget=widget,
                )
                if instance is not None:
                    self.initial.setdefault(
                        f"{name}_{suffix}", getattr(instance, name).get(code, "")
                    )
        self.order_fields([f"{name}_{suffix}" for name in self.bilingual for suffix in LANGUAGES])

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        for name in self.bilingual:
            texts = {
                code: cleaned.pop(f"{name}_{suffix}", "").strip()
                for suffix, (code, _l) in LANGUAGES.items()
            }
            cleaned[name] = {code: text for code, text in texts.items() if text}
            if name in self.needed and not cleaned[name]:
                self.add_error(f"{name}_zh", _("Please write it in at least one language."))
        return cleaned


class SurveyCreateForm(BilingualForm):
    bilingual = {"title": (_("Title"), 0, 120)}
    needed = frozenset({"title"})
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        help_text=_(
            "Letters, digits and hyphens; readers will see /s/address/. It stays once published."
        ),
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.exclude(phase=Campaign.Phase.CLOSED), label=_("Campaign"), required=False
    )
    template = forms.ChoiceField(
        label=_("Start with"), choices=STARTS, required=False, widget=forms.RadioSelect
    )

    def clean_slug(self):
        slug = self.cleaned_data["slug"].lower()
        if Survey.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another survey has this address."))
        return slug


class SurveySettingsForm(BilingualForm, forms.ModelForm):
    bilingual = {
        "title": (_("Title"), 0, 120),
        "intro": (_("Introduction"), 3, 1000),
        "thanks": (_("Thanks"), 2, 500),
    }
    needed = frozenset({"title"})

    class Meta:
        model = Survey
        fields = [
            "slug",
            "campaign",
            "by_invitation",
            "anonymous",
            "audience",
            "opens_at",
            "closes_at",
        ]
        widgets = {
            name: forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
            for name in ("opens_at", "closes_at")
        }
        help_texts = {
            "by_invitation": _("Only who comes by the link in their mail may answer, and once."),
            "audience": _(
                "Empty: everybody. Others are told that the survey is not for them, and nothing else."
            ),
        }

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("It must close after it opens."))
        return cleaned

    def _post_clean(self):
        """The verb writes; here the model is only asked about the address."""
        others = Survey.objects.filter(slug=self.cleaned_data.get("slug", "")).exclude(
            pk=self.instance.pk
        )
        if others.exists():
            self.add_error("slug", _("Another survey has this address."))


class ItemForm(BilingualForm):
    bilingual = {
        "text": (_("Question"), 2, 500),
        "help": (_("Help under the question"), 0, 300),
        "low": (_("Word at the low end"), 0, 60),
        "high": (_("Word at the high end"), 0, 60),
    }
    needed = frozenset({"text"})
    kind = forms.ChoiceField(label=_("Kind"), choices=Item.Kind.choices)
    required = forms.BooleanField(label=_("Required"), required=False)
    scale_max = forms.IntegerField(
        label=_("Scale from 1 to"), min_value=2, max_value=10, initial=5, required=False
    )
    analysis_key = forms.SlugField(
        label=_("Key for year-on-year"),
        max_length=40,
        required=False,
        help_text=_(
            "Questions with the same key are compared over the years; trust_1, trust_2 … form one construct."
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
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)
        if item is not None:
            for name in ("kind", "required", "scale_max", "analysis_key"):
                self.initial[name] = getattr(item, name)
            for name in self.bilingual:
                for suffix, (code, _label) in LANGUAGES.items():
                    self.initial[f"{name}_{suffix}"] = getattr(item, name).get(code, "")

    def clean_scale_max(self):
        return self.cleaned_data["scale_max"] or 5

    def pairs(self):
        """(field, field) of the bilingual texts and (field, None) of the others, in order, for two
        columns.
        """
        names = {f"{name}_{suffix}" for name in self.bilingual for suffix in LANGUAGES}
        for name in self.bilingual:
            yield self[f"{name}_zh"], self[f"{name}_en"]
        yield from ((self[name], None) for name in self.fields if name not in names)


class OptionForm(forms.Form):
    code = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    zh = forms.CharField(label=_("Chinese"), required=False, max_length=200)
    en = forms.CharField(label=_("English"), required=False, max_length=200)
    place = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=99)
    retired = forms.BooleanField(label=_("Retired"), required=False)

    def texts(self) -> dict:
        texts = {
            "zh-hans": self.cleaned_data.get("zh", "").strip(),
            "en": self.cleaned_data.get("en", "").strip(),
        }
        return {code: text for code, text in texts.items() if text}


class BaseOptionFormSet(forms.BaseFormSet):
    def rows(self) -> list[dict]:
        """Filled rows in the order of ``place`` (rows without one at the end), for
        ``write_options``.
        """
        filled = [form for form in self.forms if form.is_valid() and form.texts()]
        filled.sort(key=lambda form: form.cleaned_data.get("place") or 999)
        return [
            {
                "code": form.cleaned_data.get("code"),
                "text": form.texts(),
                "retired": form.cleaned_data.get("retired", False),
            }
            for form in filled
        ]


OptionFormSet = formset_factory(
    OptionForm, formset=BaseOptionFormSet, extra=3, max_num=Item.MOST_OPTIONS
)


def option_formset(item: Item | None, data=None) -> BaseOptionFormSet:
    """The options of an item, retired ones last, and three empty rows."""
    options = (
        sorted(item.options.all(), key=lambda o: (o.retired_at is not None, o.position))
        if item
        else []
    )
    initial = [
        {
            "code": option.code,
            "zh": option.text.get("zh-hans", ""),
            "en": option.text.get("en", ""),
            "place": place,
            "retired": option.retired_at is not None,
        }
        for place, option in enumerate(options, start=1)
    ]
    return OptionFormSet(data, initial=initial, prefix="o")


class CrossForm(forms.Form):
    first = forms.ChoiceField(label=pgettext_lazy("cross-tab", "Rows"))
    second = forms.ChoiceField(label=pgettext_lazy("cross-tab", "Columns"))

    def __init__(self, *args, questions=(), **kwargs):
        super().__init__(*args, **kwargs)
        choices = [
            (q.ordinal, f"{number}. {localised(q.text)[:60]}")
            for number, q in enumerate(questions, start=1)
        ]
        for field in self.fields.values():
            field.choices = choices

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("first") and cleaned.get("first") == cleaned.get("second"):
            self.add_error("second", _("Choose two different questions."))
        return cleaned
