"""The rows of stored answers: the response, its vector for counting, its open texts."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from feedback.surveys import answering
from feedback.surveys.definitions import Definition
from feedback.surveys.models import (
    AnswerText,
    Item,
    Response,
    ResponseVector,
    Survey,
    SurveyVersion,
)

#: Rows of one INSERT.
BATCH = 2000


@dataclass(frozen=True)
class IncomingAnswer:
    """An answer that comes from elsewhere than the page: from paper, or made for a demonstration.

    ``answers`` is {ordinal as text: code | [codes] | text}.
    """

    answers: dict
    at: datetime
    reader_id: int | None = None
    delivery_id: int | None = None
    channel_id: int | None = None
    segment_ids: list[int] = field(default_factory=list)
    language: str = "zh-hans"
    flagged: str = Response.UNFLAGGED

    def as_response(self, version: SurveyVersion) -> Response:
        """The row to store, unsaved, under a new random id."""
        return Response(
            id=uuid4(),
            survey_id=version.survey_id,
            version=version,
            reader_id=self.reader_id,
            delivery_id=self.delivery_id,
            channel_id=self.channel_id,
            segment_ids=self.segment_ids,
            language=self.language,
            answers=self.answers,
            digest=answering.digest(self.answers),
            flagged=self.flagged,
            submitted_at=self.at,
        )


class ResponseRows:
    """Answers of one survey on their way into the database, many by three statements."""

    def __init__(self, survey: Survey):
        """Asks once for the survey's questions. One statement."""
        self.survey = survey
        self.items = dict(Item.objects.filter(survey=survey).values_list("ordinal", "pk"))
        self.responses: list[Response] = []
        self.vectors: list[ResponseVector] = []
        self.texts: list[AnswerText] = []

    def add(self, response: Response, definition: Definition) -> None:
        """Take a response with what follows from its answers under its version's definition: its
        vector and its texts. Nothing is written yet.
        """
        self.responses.append(response)

        vector = answering.vector_of(definition, response.answers)
        row = ResponseVector(
            response=response, survey=self.survey, codes=vector.codes, nums=vector.nums
        )
        self.vectors.append(row)

        for ordinal, text in answering.texts(definition, response.answers):
            item_id = self.items[ordinal]
            self.texts.append(AnswerText(response=response, item_id=item_id, text=text))

    def store(self) -> None:
        """Write all rows; the caller's transaction makes them one change."""
        Response.objects.bulk_create(self.responses, batch_size=BATCH)
        ResponseVector.objects.bulk_create(self.vectors, batch_size=BATCH)
        AnswerText.objects.bulk_create(self.texts, batch_size=BATCH)
