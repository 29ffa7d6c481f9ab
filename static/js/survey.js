// Shows how many questions of a survey are answered; drafts.js keeps what is typed and sends it.
(() => {
  const IS_QUESTION = /^i\d+$/;

  function isAnswered(field) {
    const isChoice = field.type === "radio" || field.type === "checkbox";
    return isChoice ? field.checked : field.value.trim() !== "";
  }

  function answeredQuestions(form) {
    const names = new Set();
    for (const field of form.elements) {
      if (IS_QUESTION.test(field.name) && isAnswered(field)) {
        names.add(field.name);
      }
    }
    return names.size;
  }

  // "None of these" takes the other choices back, and any other choice takes it back.
  function keepAlone(form, chosen) {
    if (chosen.type !== "checkbox" || !chosen.checked) {
      return;
    }
    for (const other of form.querySelectorAll("[type=checkbox]")) {
      const isOfThisQuestion = other.name === chosen.name && other !== chosen;
      const excludesTheOther = "alone" in chosen.dataset || "alone" in other.dataset;
      if (isOfThisQuestion && excludesTheOther) {
        other.checked = false;
      }
    }
  }

  function start() {
    const form = document.getElementById("survey");
    const progressBar = document.querySelector(".survey-progress");
    if (!form) {
      return;
    }

    function showProgress() {
      progressBar.hidden = false;
      progressBar.value = answeredQuestions(form);
    }

    form.addEventListener("input", (event) => {
      keepAlone(form, event.target);
      showProgress();
    });
    form.addEventListener("draft:restored", showProgress);
    document.addEventListener("draft:sent", () => {
      progressBar.hidden = true;
    });
    showProgress();
  }

  start();
  document.addEventListener("draft:refused", start);
})();
