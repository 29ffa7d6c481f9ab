// Arrow keys go from one month to the next on the board of what is recorded; Enter follows the
// link.
(() => {
  // For each key, how many rows down and how many columns to the right.
  const STEPS = {
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
  };

  function monthBeside(month, [down, right]) {
    const cell = month.closest("td");
    const row = cell.parentElement;
    const nextRow = row.parentElement.rows[row.sectionRowIndex + down];
    return nextRow?.cells[cell.cellIndex + right]?.querySelector(".month");
  }

  document.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const month = event.target.closest(".coverage .month");
    if (!step || !month) {
      return;
    }
    const next = monthBeside(month, step);
    if (next) {
      next.focus();
      event.preventDefault();
    }
  });
})();
