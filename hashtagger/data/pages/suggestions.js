"use strict";
for (const photo of document.querySelectorAll("article")) {
  const chips = [...photo.querySelectorAll(".chip")];
  const line = photo.querySelector("textarea");
  const counter = photo.querySelector(".counter");
  const copy = photo.querySelector(".copy");
  const said = photo.querySelector(".said");
  const limit = Number(photo.dataset.limit);
  const isOn = (chip) => chip.getAttribute("aria-pressed") === "true";

  function count(n) {
    const over = limit && n > limit;
    counter.classList.toggle("over", over);
    counter.textContent = (limit ? `${n} of ${limit} chosen` : `${n} chosen`) + (over ? `, ${n - limit} too many` : "");
  }

  function choose() {
    const chosen = chips.filter(isOn).map((chip) => chip.textContent);
    line.value = chosen.join(" ");
    count(chosen.length);
    tell("Copy", "");
  }

  function tell(word, sentence) {
    copy.querySelector(".word").textContent = word;
    said.textContent = sentence;
  }

  async function put() {
    try {
      await navigator.clipboard.writeText(line.value);
    } catch {  // not for pages from a file, says this browser: the old way
      line.focus();
      line.select();
      if (!document.execCommand("copy")) {
        tell("Selected", "Selected: press Ctrl+C, or Command+C on a Mac, to copy.");
        return;
      }
    }
    tell("Copied", "Copied.");
  }

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(!isOn(chip)));
      choose();
    });
  }
  copy.addEventListener("click", put);
}
