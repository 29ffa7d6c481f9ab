"""Answers of one person in words: each question with what was chosen or written."""

from core.localised import labelled, listed, localised
from feedback.surveys.definitions import Question, parse_item


def answers_in_words(said: dict) -> str:
    """A line for each answer, in the order of the questions, in the words of the version that was
    answered. ``value``: {ordinal: answer}; ``beside``: the version's definition, None or empty
    without one.
    """
    answers = dict(said["value"])
    lines = []
    for question in map(parse_item, (said["beside"] or {}).get("items", [])):
        if str(question.ordinal) in answers:
            answer = answers.pop(str(question.ordinal))
            lines.append(labelled(localised(question.text), answer_in_words(question, answer)))
    # What no question of the version asks is told all the same.
    lines += [labelled(ordinal, answer) for ordinal, answer in answers.items()]
    return "\n".join(lines)


def answer_in_words(question: Question, answer: int | list[int] | str) -> str:
    """The words of what was chosen, in the current language; several are listed, numbers and texts
    stay as they are.
    """
    words = {choice.code: localised(choice.text) for choice in question.choices}
    if isinstance(answer, list):
        return listed(words.get(code, code) for code in answer)
    if isinstance(answer, str):
        return answer
    return str(words.get(answer, answer))
