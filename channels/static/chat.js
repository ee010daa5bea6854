// The child's page. It works without this file, by forms; this adds: messages as they come, sending without a new page,
// trying again with the same message id until it is kept, and a quick way out. Nothing is put in URL, history or storage.
"use strict";

(() => {
  const main = document.querySelector("main");
  const log = document.getElementById("log");
  const quick = document.getElementById("quick");
  const state = document.getElementById("state");
  const write = document.getElementById("write");
  const box = document.getElementById("text");
  const empty = document.getElementById("empty");
  const words = document.getElementById("words").dataset;
  const csrf = write.elements.csrf.value;

  // Leaving ------------------------------------------------------------------------------------------------------------

  let leaving = false;

  // Clear the page first, so that nothing can be read while the network is slow; then end the sign-in, and go to a page
  // that takes this one's place in the history.
  function leave() {
    if (leaving) return;
    leaving = true;
    if (stream) stream.close();
    document.title = "";
    document.body.replaceChildren();
    const form = new URLSearchParams({ csrf });
    fetch("/chat/leave", { method: "POST", body: form, keepalive: true, redirect: "manual" })
      .catch(() => {})
      .finally(() => location.replace("/blank"));
    setTimeout(() => location.replace("/blank"), 1500);
  }

  document.getElementById("leave").addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });

  let shifts = [];
  document.querySelector("[data-shift]").hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      shifts = [];
      return;
    }
    if (event.repeat) return;
    shifts = [...shifts.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
    if (shifts.length >= 3) leave();
  });

  // A page that the browser kept in memory must not come back by the back button.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  window.addEventListener("pagehide", () => {
    if (leaving) document.body.replaceChildren();
  });

  // Showing ------------------------------------------------------------------------------------------------------------

  const shown = new Set(); // numbers of my own messages that the server has shown me

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function nameOf(message) {
    if (message.from === "me") return words.you;
    return message.from === "bot" ? words.bot : message.name;
  }

  function bubble(message) {
    const item = element("li", message.from);
    const text = element("p", "", message.media ? `${message.text} ${words.picture}` : message.text);
    text.dir = "auto";
    item.append(element("span", "who", nameOf(message)), text);
    if (message.time) {
      const time = element("time", "", message.time);
      time.dateTime = message.at;
      item.append(time);
    }
    return item;
  }

  function show(message) {
    const days = log.querySelectorAll("li.day");
    if (message.day && (days.length === 0 || days[days.length - 1].dataset.day !== message.day)) {
      const day = element("li", "day", message.day);
      day.dataset.day = message.day;
      firstUnsent() ? firstUnsent().before(day) : log.append(day);
    }
    const item = bubble(message);
    // What is not sent yet stays last.
    firstUnsent() ? firstUnsent().before(item) : log.append(item);
    empty.hidden = true;
  }

  function firstUnsent() {
    const first = waiting.find((one) => one.item && one.item.isConnected);
    return first ? first.item : null;
  }

  function toEnd() {
    const last = log.lastElementChild;
    if (last) last.scrollIntoView({ block: "nearest" });
    window.scrollTo(0, document.body.scrollHeight);
  }

  function offer(choices) {
    const had = quick.contains(document.activeElement);
    quick.querySelectorAll("button").forEach((button) => button.remove());
    for (const choice of choices) {
      const button = element("button", "", choice.title);
      button.name = "payload";
      button.value = choice.payload;
      quick.append(button);
    }
    if (had) box.focus();
  }

  // Receiving ----------------------------------------------------------------------------------------------------------

  let stream = null;
  let cursor = main.dataset.cursor;
  let wait = 1000;

  function listen() {
    if (leaving) return;
    stream = new EventSource(`/chat/events?after=${encodeURIComponent(cursor)}`);
    stream.addEventListener("open", () => {
      wait = 1000;
      state.textContent = "";
      sendNext();
    });
    stream.addEventListener("messages", (event) => {
      cursor = event.lastEventId;
      const news = JSON.parse(event.data);
      for (const message of news.messages) receive(message);
      const last = news.messages[news.messages.length - 1];
      if (last) offer(last.from === "me" ? [] : news.choices);
      toEnd();
    });
    stream.addEventListener("signed-out", signedOut);
    stream.addEventListener("error", () => {
      state.textContent = waiting.length ? words.offline : "";
      if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      setTimeout(again, wait);
      wait = Math.min(wait * 2, 30000);
    });
  }

  // The server refused the stream: signed out, or away for a while.
  async function again() {
    try {
      const answer = await fetch(`/chat/events?after=${encodeURIComponent(cursor)}`, { headers: { Accept: "text/event-stream" } });
      if (answer.status === 401) return signedOut();
      answer.body.cancel();
      listen();
    } catch {
      setTimeout(again, wait);
      wait = Math.min(wait * 2, 30000);
    }
  }

  function receive(message) {
    if (message.from === "me") {
      if (shown.has(message.n)) return;
      shown.add(message.n);
      const mine = waiting.find((one) => one.n === message.n);
      if (mine) forget(mine);
    }
    show(message);
  }

  function signedOut() {
    if (stream) stream.close();
    log.replaceChildren();
    offer([]);
    write.hidden = true;
    state.textContent = words.out;
  }

  // Sending ------------------------------------------------------------------------------------------------------------

  const waiting = []; // in order: {id, text, payload, item, n, tries}
  let sending = false;
  let timer = null;

  function newId() {
    const random = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function add(text, payload) {
    const one = { id: newId(), text, payload, item: bubble({ from: "me", text }), n: null, tries: 0 };
    waiting.push(one);
    log.append(one.item);
    empty.hidden = true;
    offer([]);
    toEnd();
    sendNext();
  }

  function forget(one) {
    one.item.remove();
    const at = waiting.indexOf(one);
    if (at >= 0) waiting.splice(at, 1);
  }

  function mark(one, text) {
    const note = one.item.querySelector(".unsent") || one.item.appendChild(element("span", "unsent"));
    note.textContent = text;
  }

  // One at a time, so that they arrive in order; each under its own id until the server has it.
  async function sendNext() {
    const one = waiting.find((each) => each.n === null && !each.refused);
    if (!one || sending || leaving) return;
    sending = true;
    clearTimeout(timer);
    let kept = false;
    try {
      const answer = await fetch("/chat/messages", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ id: one.id, text: one.text, payload: one.payload, csrf }),
      });
      if (answer.ok) {
        one.n = (await answer.json()).n;
        kept = true;
        const note = one.item.querySelector(".unsent");
        if (note) note.remove();
        if (shown.has(one.n)) forget(one);
      } else if (answer.status === 401) {
        signedOut();
      } else if (answer.status < 500 && answer.status !== 429) {
        one.refused = true; // trying again would not help
        mark(one, words.refused);
        kept = true;
      }
    } catch {
      // no connection: below
    }
    sending = false;
    if (kept) return sendNext();
    one.tries += 1;
    for (const each of waiting) if (each.n === null && !each.refused) mark(each, words.unsent);
    timer = setTimeout(sendNext, Math.min(1000 * 2 ** one.tries, 15000) * (0.75 + Math.random() / 2));
  }

  window.addEventListener("online", sendNext);

  write.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    box.focus();
    add(text, null);
  });

  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    write.requestSubmit();
  });

  quick.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button) add(button.textContent, button.value);
  });

  listen();
  toEnd();
})();
