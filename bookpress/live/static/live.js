// The live view: loads the page anew when it was written again, and shows what is wrong until it is mended.
const { session, round } = document.currentScript.dataset;
// Decoded as a form is, which lets a lone percent sign stand.
const path = new URLSearchParams(`=${location.pathname.slice(1).replace(/[+&]/g, encodeURIComponent)}`).get("");
const here = path || "index.html";
const box = document.createElement("section");
box.id = "bp-live";
box.setAttribute("role", "status");
box.hidden = true;

function show(told) {
  const { faults, busy, pages } = told;
  if (here in pages && (told.session !== session || pages[here] > Number(round))) {
    location.reload();
    return;
  }
  const heading = document.createElement("h2");
  heading.textContent = faults.length ? "What is wrong" : busy;
  const list = faults.map((fault) => {
    const line = document.createElement("pre");
    line.textContent = fault;
    return line;
  });
  box.replaceChildren(heading, ...list);
  box.classList.toggle("bp-live-fault", faults.length > 0);
  box.hidden = !faults.length && !busy;
}

document.body.append(box);
new EventSource("/_live/events").addEventListener("message", (event) => show(JSON.parse(event.data)));
