// Arrows go from one month of the board of what is recorded to the next; Enter follows the link.
(function () {
  "use strict";
  var STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  function monthAt(body, row, column) {
    var line = body.rows[row];
    return line && line.cells[column] && line.cells[column].querySelector(".month");
  }

  document.addEventListener("keydown", function (event) {
    var step = STEPS[event.key];
    var month = event.target.closest && event.target.closest(".coverage .month");
    if (!step || !month) {
      return;
    }
    var cell = month.closest("td");
    var line = cell.parentElement;
    var next = monthAt(
      line.parentElement,
      line.sectionRowIndex + step[0],
      cell.cellIndex + step[1],
    );
    if (next) {
      next.focus();
      event.preventDefault();
    }
  });
})();
