"""Activities for programs: a gate, a seat booking or a library system sends what readers did.

The same vocabulary and the same rules as files: who, what, when and where, and never which title.
"""

import json
from collections import defaultdict
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, Throttled
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Needs, SmallJSONParser, StrictBoolean, StrictSerializer
from core.kinds import kind_named
from crm.accounts.models import ApiToken
from crm.activities import bounds
from crm.activities.actions import ask_activities, post_activities
from crm.activities.answering import TakenSerializer
from crm.activities.faults import faults_of
from crm.activities.kinds import BY_API
from crm.activities.posting import HEADER, MOST_ROWS, SYSTEM, Posted, TakenRows
from crm.imports.fields import Refusal
from crm.imports.places import PlaceRegister
from crm.readers.models import Activity
from crm.receipts.answers import Answered, InFlight, OtherBody, answer_once, digest_of
from crm.sources.models import DataSource
from crm.staff.models import Campus

#: Kinds of activity that come from elsewhere; others the portal writes down itself.
KINDS = [(kind, Activity.Kind(kind).label) for kind in kind_named(BY_API).does]
#: How often a row may say that something happened.
MOST_TIMES = 100
LONGEST_KEY = 100
KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=_(
        "Up to 100 characters of your own choice, a new one for each batch. The same key with the"
        " same body gives the same answer, and nothing is taken in twice. Not needed for a dry run."
    ),
)


class NoKey(APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("The header Idempotency-Key is missing, or longer than 100 characters.")
    default_code = "no_key"


class OtherBodySent(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("Something else was sent under this Idempotency-Key before.")
    default_code = "other_body"


class AtWork(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = _("What was sent under this Idempotency-Key is being taken in right now.")
    default_code = "in_flight"
    #: Seconds, for Retry-After.
    wait = 1


class BatchParser(SmallJSONParser):
    """A thousand rows with long references are half a megabyte."""

    most_bytes = 1 << 20


# --- what is sent ---------------------------------------------------------------------------------
class RowList(serializers.ListSerializer):
    """Rows; what is wrong is told by the place of the row, the first being 0."""

    def to_internal_value(self, data):
        """The rows with every field understood. Raises ValidationError with {place: {field:
        faults}} of the rows that have a fault, or with what is wrong with the list itself.
        """
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, list):
                raise
            faults = {str(place): said for place, said in enumerate(error.detail) if said}
            raise serializers.ValidationError(faults) from error


class RowSerializer(StrictSerializer):
    """One thing that somebody did. A field that is not listed here is refused: no title, no item
    and no course comes in.
    """

    system = serializers.CharField(
        max_length=32, required=False, help_text=_("Code of the system that gave the number.")
    )
    number = serializers.CharField(max_length=200, allow_blank=True)
    kind = serializers.ChoiceField(KINDS)
    at = serializers.CharField(
        max_length=60,
        allow_blank=True,
        help_text=_("Day, or day and time: 2026-10-01, 2026-10-01T09:15:00+08:00."),
    )
    time = serializers.CharField(
        max_length=20,
        required=False,
        allow_blank=True,
        help_text=_("Time of day, where the day stands alone."),
    )
    campus = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text=_("By its code or a name.")
    )
    ref = serializers.CharField(
        max_length=200,
        required=False,
        help_text=_("The number of the row in your system; every row has one, or none."),
    )
    count = serializers.IntegerField(
        min_value=1, max_value=MOST_TIMES, required=False, help_text=_("How often; 1 if not said.")
    )

    class Meta:
        list_serializer_class = RowList

    def validate(self, attrs):
        """The fields of the row as they were understood. Raises ValidationError where a row that
        has its own number says that it is several: of these only one would be stored.
        """
        if attrs.get("ref") and attrs.get("count", 1) > 1:
            raise serializers.ValidationError(
                {"count": _("A row with a reference of its own is one activity.")}
            )
        return attrs


class BatchSerializer(StrictSerializer):
    """Rows of one source. With ``first`` and ``last`` they are all that happened on these days."""

    source = serializers.SlugRelatedField(
        "code", queryset=DataSource.objects.all(), help_text=_("Code of the source they are from.")
    )
    system = serializers.CharField(
        max_length=32,
        required=False,
        help_text=_("System of the numbers of rows that name none."),
    )
    first = serializers.DateField(
        required=False, help_text=_("First day of which the rows are all that happened.")
    )
    last = serializers.DateField(required=False, help_text=_("Last day of which they are that."))
    campuses = serializers.ListField(
        child=serializers.CharField(max_length=120),
        required=False,
        max_length=100,
        help_text=_("Places of which the days are told; those of the rows if not said."),
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(KINDS),
        required=False,
        max_length=len(KINDS),
        help_text=_("What the days are told of; else what rows are and the source told of before."),
    )
    create_campuses = StrictBoolean(
        default=False, help_text=_("Add campuses that are not known; else such rows are refused.")
    )
    dry_run = StrictBoolean(default=False, help_text=_("Say what would happen, and write nothing."))
    rows = RowSerializer(many=True, max_length=MOST_ROWS, allow_empty=True)

    def validate_campuses(self, names: list[str]) -> list[int]:
        """Keys of the campuses, each once, by their codes or names. Raises ValidationError for one
        that is not known, or is not that of a user who has one.
        """
        register = PlaceRegister(Campus, "campus", create=False, words={})
        own = self.context["user"].campus_id
        found = set()
        for name in names:
            campus = campus_named(register, name)
            if campus is None or own not in (None, campus.pk):
                raise serializers.ValidationError(_("Unknown campus or branch"))
            found.add(campus.pk)
        return sorted(found)

    def validate(self, attrs):
        """The fields of the batch as they were understood. Raises ValidationError with {field:
        faults} for what only the whole batch tells to be wrong, all of it at once. At most two
        statements.
        """
        faults = defaultdict(list)
        if attrs["create_campuses"] and self.context["little"]:
            # Whether it is there afterwards would tell whether the row's number is a reader's.
            faults["create_campuses"].append(_("A key that delivers alone adds no campus."))
        for field, fault in faults_of(attrs):
            faults[field].append(fault)
        if faults:
            raise serializers.ValidationError(dict(faults))
        return attrs


def campus_named(register: PlaceRegister, name: str) -> Campus | None:
    """The campus of a name or a code; None where ``register`` has none such."""
    try:
        return register.row_at(register.place(name))
    except Refusal:
        return None


def posted_of(said: dict, name: str, digest: bytes, size: int) -> Posted:
    """What was sent, as the import takes it; ``name`` tells it apart in the list of imports,
    ``digest`` and ``size`` (bytes) are of its body. ``said`` is a batch that ``BatchSerializer``
    found right.
    """
    usual = said.get("system", "")
    rows = []
    for row in said["rows"]:
        filled = {"system": usual, "count": 1} | row
        rows.append([str(filled.get(field, "")) for field in HEADER])
    return Posted(
        source=said["source"],
        system=usual or min((row[SYSTEM] for row in rows), default=""),
        rows=rows,
        first=said.get("first"),
        last=said.get("last"),
        campuses=said.get("campuses", []),
        kinds=sorted(set(said.get("kinds", []))),
        create_campuses=said["create_campuses"],
        name=f"{said['source'].code} {timezone.localdate():%Y-%m-%d} {name}".strip(),
        sha256=digest.hex(),
        size=size,
    )


# --- the door -------------------------------------------------------------------------------------
class ActivityView(APIView):
    """Up to 1,000 rows a request, of one source; each request is an import of its own."""

    permission_classes = [Needs]
    parser_classes = [BatchParser]
    needs = "readers.import"
    door = ApiToken.Scope.ACTIVITIES

    @extend_schema(
        operation_id="activities_create",
        summary=_("Take in what readers did: who, what, when and where, never which title"),
        parameters=[KEY_HEADER],
        request=BatchSerializer,
        responses={
            201: TakenSerializer,
            200: OpenApiResponse(TakenSerializer, _("A dry run: nothing was written.")),
            400: OpenApiResponse(description=_("Something in it is wrong; nothing was taken in.")),
            429: OpenApiResponse(description=_("More than one account may send in a day.")),
            409: OpenApiResponse(description=_("The same key is being worked on: try again.")),
            422: OpenApiResponse(description=_("Something else was sent under this key before.")),
        },
    )
    def post(self, request):
        """Take in a batch, once for each key (201); with ``dry_run`` say what would happen and
        write nothing but that the user was told of the readers in it (200). The same key with the
        same body gives the same answer again, with the header Idempotent-Replayed.
        """
        throttle(request)
        if dry_run_asked(request.data):
            return Response(TakenSerializer(ask(request)).data)
        answered = taken_once(request)
        repeated = {"Idempotent-Replayed": "true"} if answered.is_repeat else {}
        return Response(answered.answer, answered.status, headers=repeated)


def throttle(request) -> None:
    """Raises Throttled, with how long to wait, where the account has had its share of the day."""
    try:
        refuse_too_much(request)
    except bounds.TooMuch as error:
        raise Throttled(wait=error.seconds) from error


def taken_once(request) -> Answered:
    """The answer to a batch, which is taken in unless it was under the same key. Raises NoKey,
    AtWork and OtherBodySent.
    """
    try:
        return answer_once(
            whose=f"activities {request.user.pk}",
            key=key_of(request),
            said=digest_of(request.data),
            act=partial(take, request),
        )
    except InFlight as error:
        raise AtWork from error
    except OtherBody as error:
        raise OtherBodySent from error


def dry_run_asked(body) -> bool:
    """Whether the body asks for a dry run, by ``true``; whether it is a batch at all, and whether
    the field is a boolean, is asked later.
    """
    return isinstance(body, dict) and body.get("dry_run") is True


def key_of(request) -> str:
    """The key under which the batch is sent, without spaces around it. Raises NoKey where there is
    none, and where it has more than LONGEST_KEY letters.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 1 <= len(key) <= LONGEST_KEY:
        raise NoKey
    return key


def checked(request) -> dict:
    """What was sent, with every field understood; what a program left out is left out. Raises
    ValidationError.
    """
    body = BatchSerializer(
        data=request.data, context={"user": request.user, "little": tells_little(request)}
    )
    body.is_valid(raise_exception=True)
    return body.validated_data


def tells_little(request) -> bool:
    """Whether the key of the request reads nothing, whatever its owner may: one that was made for
    delivering activities alone. Never for somebody who is signed in without a key.
    """
    return isinstance(request.auth, ApiToken) and request.auth.scope == ApiToken.Scope.ACTIVITIES


def refuse_too_much(request) -> None:
    """Raises TooMuch where the account has sent or asked its share of the day, and counts what is
    sent now, be it refused later. Refused rows and strangers are only looked at: how many of them
    there are is known when the batch was taken in.
    """
    n = rows_sent(request.data)
    bounds.ROWS.spend(request.user, n)
    if dry_run_asked(request.data):
        bounds.asked().spend(request.user, n)
    else:
        bounds.BATCHES.spend(request.user)
    bounds.REFUSED.ask(request.user)
    if not tells_little(request):
        bounds.STRANGERS.ask(request.user)


def rows_sent(body) -> int:
    """How many rows a body has, at most MOST_ROWS of which more are refused anyway; 0 where it is
    no batch.
    """
    rows = body.get("rows") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        return 0
    return min(len(rows), MOST_ROWS)


def ask(request) -> TakenRows:
    """What a batch would do, told as the key of the request may be told. Raises ValidationError.
    Numbers of strangers in it are counted against the account's share of the day.
    """
    posted = posted_of(checked(request), "", b"", 0)
    taken = ask_activities(posted=posted, by=request.user, little=tells_little(request))
    bounds.STRANGERS.charge(request.user, taken.strangers)
    return taken


def take(request) -> tuple[int, dict]:
    """Status and answer (as JSON) of a batch that is taken in now. Raises ValidationError; nothing
    is written then. Refused rows and numbers of strangers are counted against the account's share
    of the day.
    """
    said = checked(request)
    size = len(json.dumps(request.data, ensure_ascii=False).encode())
    digest = digest_of(request.data)
    # Of the key a part of its digest: what a program makes keys of may say what a row was of.
    name = digest_of(key_of(request)).hex()[:8]
    posted = posted_of(said, name, digest, size)
    taken = post_activities(posted=posted, by=request.user)
    bounds.REFUSED.charge(request.user, taken.batch.refusals.count())
    if tells_little(request):
        taken = taken.as_little()
    bounds.STRANGERS.charge(request.user, taken.strangers)
    return status.HTTP_201_CREATED, TakenSerializer(taken).data
