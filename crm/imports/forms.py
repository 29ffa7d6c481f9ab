"""Forms of the import: choose a file, say what its columns are."""

import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from crm.imports.models import ImportBatch, ImportProfile
from crm.readers.models import Reader

#: Readers who signed up by themselves; their numbers are made by the portal and no file's.
RESERVED_SOURCES = {"portal"}
ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("gb18030", "GB18030 / GBK"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
    ("cp1252", "Windows-1252"),
]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File with readers"),
        max_length=4096,
        help_text=_(
            "CSV, TSV or Excel (.xlsx), also packed with gzip. The first row names the columns."
        ),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx,.gz"}),
    )
    profile = forms.ModelChoiceField(
        ImportProfile.objects.all(),
        label=_("Read it like"),
        required=False,
        empty_label=_("Find out from the column names"),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            raise ValidationError(
                _("The file is larger than %(limit)s.")
                % {"limit": filesizeformat(settings.IMPORT_MAX_BYTES)}
            )
        return file


class ProfileForm(forms.Form):
    profile = forms.ModelChoiceField(ImportProfile.objects.all(), label=_("Profile"))


def trait_name(column: str) -> str:
    return re.sub(r"\W+", "_", column).strip("_").lower()[:40] or "trait"


class MapForm(forms.Form):
    """One choice per column of the file (``c0`` …), and what to do with values and gaps."""

    number_rows = forms.BooleanField(
        label=_("The file has no reader numbers: number its rows"),
        required=False,
        help_text=_("The same file must then always be imported whole and in the same order."),
    )
    source = forms.SlugField(
        label=_("Source of the numbers"),
        max_length=32,
        help_text=_(
            "Source and number together say who is who: use the same name for files of the same system."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Kind of new readers whose row does not say"), choices=Reader.Kind.choices
    )
    kind_words = forms.CharField(
        label=_("Words for kinds"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One per line, for example: 专升本 = undergraduate"),
    )
    language = forms.ChoiceField(label=_("Language of new readers"), choices=settings.LANGUAGES)
    date_order = forms.ChoiceField(
        label=_("Dates like 03/04/2020"),
        required=False,
        choices=[
            ("", _("refuse where unclear")),
            ("dmy", _("day first")),
            ("mdy", _("month first")),
        ],
    )
    create_places = forms.BooleanField(
        label=_("Add campuses and colleges that are not known yet"), required=False
    )
    consent_column = forms.ChoiceField(label=_("Agreed to e-mail where column"), required=False)
    consent_equals = forms.CharField(label=_("says"), required=False, max_length=80)
    consent_column_2 = forms.ChoiceField(label=_("and column"), required=False)
    consent_equals_2 = forms.CharField(label=_("says"), required=False, max_length=80)
    made_column = forms.ChoiceField(
        label=_("Make an example.org address where column"),
        required=False,
        help_text=_(
            "Only for data without addresses; such an address is marked as made and reaches nobody."
        ),
    )
    made_equals = forms.CharField(label=_("says"), required=False, max_length=80)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)
    save_as = forms.CharField(
        label=_("Keep this as a profile named"), required=False, max_length=120
    )

    def __init__(
        self,
        data=None,
        *,
        batch: ImportBatch,
        header: list[str],
        sample: list[list[str]],
        targets: list,
    ):
        super().__init__(data, initial=initial_of(batch))
        self.batch, self.header = batch, header
        columns = [("", "–"), *((name, name) for name in header)]
        for name in ("consent_column", "consent_column_2", "made_column"):
            self.fields[name].choices = columns
        traits = {
            column: field for field, column in batch.mapping.items() if field.startswith("trait:")
        }
        chosen = {column: field for field, column in batch.mapping.items()}
        for place, name in enumerate(header):
            trait = traits.get(name, f"trait:{trait_name(name)}")
            self.fields[f"c{place}"] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("", _("leave out")), *targets, (trait, _("keep as a trait"))],
                initial=chosen.get(name, ""),
            )
        self.samples = [[row[place][:60] for row in sample[:3]] for place in range(len(header))]

    def column_rows(self):
        """(bound field, sample cells) per column of the file."""
        return [(self[f"c{place}"], cells) for place, cells in enumerate(self.samples)]

    def basic_fields(self):
        return [
            self[name] for name in ("number_rows", "source", "kind", "language", "create_places")
        ]

    def fine_fields(self):
        names = ("kind_words", "date_order", *(("encoding",) if self.batch.encoding else ()))
        return [self[name] for name in names]

    def rule_pairs(self):
        """(column, value) fields of the rules."""
        names = ("consent_column", "consent_column_2", "made_column")
        return [(self[name], self[name.replace("column", "equals")]) for name in names]

    def has_rules(self) -> bool:
        return bool(
            self.initial.get("consent_column") or self.initial.get("made_column") or self.errors
        )

    def clean_source(self):
        if self.cleaned_data["source"] in RESERVED_SOURCES:
            raise ValidationError(_("This source is the portal's own; choose another name."))
        return self.cleaned_data["source"]

    def clean_kind_words(self):
        found = {}
        for line in filter(str.strip, self.cleaned_data["kind_words"].splitlines()):
            word, _equals, kind = (part.strip() for part in line.partition("="))
            if kind not in Reader.Kind.values:
                raise ValidationError(
                    _("“%(line)s”: the kind must be one of %(kinds)s.")
                    % {"line": line, "kinds": ", ".join(Reader.Kind.values)}
                )
            found[word] = kind
        return found

    def clean(self):
        asked = super().clean()
        mapping: dict[str, str] = {}
        for place, name in enumerate(self.header):
            field = asked.get(f"c{place}")
            if not field:
                continue
            if field in mapping:
                raise ValidationError(
                    _("Two columns are said to be the same: %(one)s and %(two)s.")
                    % {"one": mapping[field], "two": name}
                )
            mapping[field] = name
        self.mapping = mapping
        return asked

    def options(self) -> dict:
        """What ImportBatch.options holds."""
        asked = self.cleaned_data
        values = self.batch.options.get("values", {}) | {"kind": asked["kind_words"]}
        tests = [
            {"column": asked[f"consent_column{end}"], "equals": asked[f"consent_equals{end}"]}
            for end in ("", "_2")
            if asked[f"consent_column{end}"]
        ]
        made = (
            {"column": asked["made_column"], "equals": asked["made_equals"]}
            if asked["made_column"]
            else None
        )
        return {
            "number_from": "row" if asked["number_rows"] else "column",
            "constants": {"kind": asked["kind"], "language": asked["language"]},
            "values": values,
            "date_order": asked["date_order"],
            "create_places": asked["create_places"],
            "consent_when": [{"channel": "email", "all": tests}] if tests else [],
            "make_email_when": made,
        }


def initial_of(batch: ImportBatch) -> dict:
    options = batch.options
    tests = next(
        (rule["all"] for rule in options.get("consent_when", []) if rule["channel"] == "email"), []
    )
    made = options.get("make_email_when") or {}
    found = {
        "number_rows": options.get("number_from") == "row",
        "source": batch.source,
        "date_order": options.get("date_order", ""),
        "create_places": options.get("create_places", True),
        "made_column": made.get("column", ""),
        "made_equals": made.get("equals", ""),
        "encoding": batch.encoding,
        "kind_words": "\n".join(
            f"{word} = {kind}" for word, kind in options.get("values", {}).get("kind", {}).items()
        ),
        **options.get("constants", {}),
    }
    for end, test in zip(("", "_2"), tests, strict=False):
        found |= {f"consent_column{end}": test["column"], f"consent_equals{end}": test["equals"]}
    return found
