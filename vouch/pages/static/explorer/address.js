/* The address: kinds, partners, span and what is pinned, as `#kinds=arms&partners=RUS&from=2023-01&look=ev-…`. */
"use strict";

{
  const { EVENTS, always, apply, boundsOf, boxes, changed, data, form, markOf, pin, range, reset } = explorer;
  const { state, turnTo } = explorer;
  const lists = { kinds: "layer", partners: "partner" };
  const pad = (n) => String(n).padStart(2, "0");
  const told = (month) => `${Math.floor(month / 12)}-${pad((month % 12) + 1)}`;
  const heard = (text) => {
    const [, year, month] = /^(\d{4})-(\d\d)$/.exec(text ?? "") ?? [];
    return year && 12 * Number(year) + Number(month) - 1;
  };

  /** Write what is chosen; a choice of everything needs no words. */
  function write() {
    const parts = [];
    for (const [name, of] of Object.entries(lists)) {
      const chosen = boxes(of).filter((box) => box.checked);
      if (chosen.length < boxes(of).length) parts.push(`${name}=${chosen.map((box) => box.value).join(",")}`);
    }
    const [from, to] = range();
    if (!always()) parts.push(`from=${told(data.stops[from][0])}`, `to=${told(data.stops[to - 1][1])}`);
    if (state.pinned) parts.push(`look=${state.pinned.slice(2)}`);
    const hash = parts.join("&");
    if (hash !== location.hash.slice(1)) {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    }
  }

  // Decoded as a form is, which lets a lone percent sign stand; `decodeURIComponent` would end the script.
  const named = () => new URLSearchParams(`=${location.hash.slice(1).replace(/[+&]/g, encodeURIComponent)}`).get("");

  /** Do what the address says: a choice, or an event, which is reached whatever the filter says. */
  function read() {
    const hash = named();
    const event = EVENTS.find(({ id }) => id === hash);
    if (event) {
      if (!state.visible.includes(event)) reset();
      turnTo(event);
      pin(event.key);
      event.row.scrollIntoView();
      return;
    }
    if (!hash.includes("=")) return;
    const said = new URLSearchParams(hash);
    for (const [name, of] of Object.entries(lists)) {
      const wanted = said.get(name)?.split(",");
      for (const box of boxes(of)) box.checked = !wanted || wanted.includes(box.value);
    }
    const [first, last] = [data.stops[0][0], data.stops.at(-1)[1]];
    const bounds = boundsOf(heard(said.get("from")) ?? first, heard(said.get("to")) ?? last);
    [form.from.value, form.to.value] = bounds[0] < bounds[1] ? bounds : [0, data.stops.length];
    const look = said.get("look");
    state.pinned = null;
    apply();
    const key = ["v:", "n:", "e:"].map((kind) => kind + look).find((one) => markOf(one)?.events.length);
    if (key) pin(key);
  }

  let ready = false;
  changed.push(() => ready && write());
  function follow() {
    read();
    ready = true;
    addEventListener("hashchange", read);
  }

  Object.assign(explorer, { follow });
}
