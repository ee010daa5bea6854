// Small helps; every page works without them.
"use strict";

const GSM = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_TWICE = "^{}\\[~]|€";

// How many text messages the words take: 160 letters for one, 153 for each of more; 70 and 67 with emoji or another script.
function texts(words) {
  words = words.replace(/[\u2018\u2019\u201c\u201d]/g, "'").replace(/[\u2013\u2014]/g, "-").replace(/\u2026/g, "...");  // sent so
  const letters = Array.from(words);
  const plain = letters.every((letter) => GSM.includes(letter) || GSM_TWICE.includes(letter));
  const size = plain
    ? letters.reduce((sum, letter) => sum + (GSM_TWICE.includes(letter) ? 2 : 1), 0)
    : words.length;
  const [whole, part] = plain ? [160, 153] : [70, 67];
  return { count: size <= whole ? 1 : Math.ceil(size / part), plain };
}

function describe(area) {
  const words = area.value.trim();
  const longest = Number(area.dataset.longest);
  if (words.length > longest) {
    return `${words.length - longest} letters too many.`;
  }
  if (!words || area.dataset.sms === undefined) {
    return "";
  }
  const { count, plain } = texts(area.dataset.sms + words);
  const cost = count === 1 ? "One text message." : `${count} text messages.`;
  return plain ? cost : `${cost} Emoji and special letters make texts shorter.`;
}

const area = document.getElementById("answer");
if (area) {
  const note = document.querySelector("[data-count]");
  let waiting;
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { note.textContent = describe(area); }, 200);
  });
  note.setAttribute("role", "status");
  note.textContent = describe(area);
  keepDraft(area);
}

// What is being written is kept on the server a moment after the last key, so that nothing that ends the page loses it.
function keepDraft(area) {
  const form = area.form;
  const reading = document.getElementById("reading");
  let waiting, saved = area.value;
  async function save() {
    if (area.value === saved || form.dataset.sending) {
      return;
    }
    const words = area.value;
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, once: form.elements.once.value, answer: words });
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || !answer.headers.get("Content-Type").startsWith("application/json")) {
        return;
      }
      saved = words;
      const { age, hard } = await answer.json();
      const help = hard.length ? ` Shorter words or sentences would help. Long words: ${hard.join(", ")}.` : "";
      reading.textContent = age ? `Reading age about ${age}.${help}` : "";
    } catch {
      // No connection: the words are still in the box, and the next key tries again.
    }
  }
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 1500);
  });
  for (const button of form.querySelectorAll("[data-phrase]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      area.value = `${area.value.trimEnd()}\n${button.dataset.phrase}`.trim();
      area.dispatchEvent(new Event("input"));
      area.focus();
    });
  }
}

// A second press of a button sends nothing more; the server sees to that too.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sending) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sending = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sending;
  }
});

const problem = document.querySelector(".errors");
if (problem) {
  problem.focus();
}
