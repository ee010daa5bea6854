// The make-believe phone: sends texts, and looks each second for new ones.
const number = document.getElementById("number");
const list = document.getElementById("texts");
const letters = document.getElementById("letters");
const body = document.getElementById("body");
const problem = document.getElementById("problem");
let shown = "";

async function look() {
  try {
    const answer = await fetch("/demo/texts?number=" + encodeURIComponent(number.value));
    const now = await answer.json();
    const seen = JSON.stringify(now);
    if (seen !== shown) {
      shown = seen;
      show(now);
    }
    problem.textContent = "";
  } catch {
    problem.textContent = "Heard does not answer at the moment.";
  }
}

function show(now) {
  list.replaceChildren(...now.texts.map((text) => {
    const item = document.createElement("li");
    item.className = text.mine ? "mine" : "";
    item.dir = "auto";
    item.textContent = text.body;
    return item;
  }));
  list.scrollTop = list.scrollHeight;
  if (now.letters.length) {
    letters.replaceChildren(...now.letters.reverse().map((letter) => {
      const item = document.createElement("li");
      item.textContent = `To ${letter.to}: ${letter.subject}\n${letter.text}`;
      return item;
    }));
  }
}

document.getElementById("send").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = { number: number.value, body: body.value };
  body.value = "";
  const answer = await fetch("/demo/texts", { method: "POST", body: JSON.stringify(said), headers: { "Content-Type": "application/json" } });
  if (!answer.ok) {
    body.value = said.body;
    problem.textContent = "The text did not go out. Try again.";
  }
  look();
});
body.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
number.addEventListener("change", look);
setInterval(look, 1000);
look();
