/* What all parts of the explorer share: the events, as the table lists them, and what is looked at.

   Its files are plain scripts, run in the order that the page names them: browsers load no modules from the disk. Each
   takes what it needs from `explorer` at its head and adds what it offers at its end. */
"use strict";

/**
 * @typedef {{at: number, id: string, name: string, x: number, y: number, key: string}} Partner
 *   An actor. `at`: its place in NODES; x, y: its place in the network, from the middle, in radii.
 * @typedef {object} Tie
 *   An event. stop: its step on the axis of time; a, b, group: actors, as places in NODES; row: its row of the table.
 * @property {number} at
 * @property {string} id
 * @property {number} stop
 * @property {0 | 1} exact  0 where only the month or year is known
 * @property {number} layer
 * @property {number} a
 * @property {number} b
 * @property {number} group
 * @property {HTMLTableRowElement} row
 * @property {string} key
 * @property {string} edge
 * @property {string} day
 * @property {string} title
 * @typedef {object} Mark
 *   What can be pointed at in a drawing: a partner, a line or an event.
 * @property {string} key
 * @property {SVGElement} element
 * @property {Tie[]} all  the events that it stands for, and
 * @property {Tie[]} events  those of them that the filter lets through, none until it is applied
 * @property {(events: Tie[]) => void} update  shows these
 * @property {(x: number, y: number) => number} away  how far a place of the drawing is from it, in pixels
 * @property {number} [reach]  of a dot: within this it comes before any line
 * @property {SVGElement} [label]
 * @property {Mark[]} [lines]  of a partner: its lines
 * @typedef {object} Drawing
 * @property {SVGSVGElement} svg
 * @property {Mark[]} marks
 * @property {string | null} current  key of the mark that Tab reaches
 * @property {() => void} draw
 * @property {(key: string, current: Mark, shown: Mark[]) => Mark | undefined} move  where an arrow key leads
 */

const explorer = {};

{
  const holder = document.querySelector(".vouch-explorer");
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const find = (query) => holder.querySelector(query);

  const LAYERS = data.layers;
  /** @type {Partner[]} */
  const NODES = data.nodes.map(([id, name, x, y], at) => ({ at, id, name, x, y, key: `n:${id}` }));
  const MARKED = ["RUS", "BLR", "CHN", "IND"];
  const CENTRE = NODES.find((node) => node.id === "MMR");
  /** @type {Tie[]} */
  const EVENTS = data.events.map(([id, stop, exact, layer, a, b, group], at) => {
    const row = document.getElementById(id);
    const words = (part) => row.querySelector(`.explorer-${part}`).textContent;
    const edge = `e:${NODES[a].id}~${NODES[b].id}`;
    const said = { day: words("day").trim(), title: words("title") };
    return { at, id, stop, exact, layer, a, b, group, row, key: `v:${id}`, edge, ...said };
  });
  const PARTNERS = [...new Set(EVENTS.map((event) => event.group))].map((at) => NODES[at]);

  /** What the filter lets through, and what is looked at, by key. A pin outlasts pointer and focus. */
  const state = { visible: EVENTS, look: null, pinned: null };
  /** @type {Drawing[]} The timeline, then the network. */
  const drawings = [];

  const counted = (n, one = "event") => `${n} ${one}${n === 1 ? "" : "s"}`;

  /** Partners with the number of their visible events, busiest first. */
  const ranking = () =>
    PARTNERS.map((node) => ({ node, n: state.visible.filter((event) => event.group === node.at).length }))
      .filter(({ n }) => n)
      .sort((p, q) => q.n - p.n || p.node.name.localeCompare(q.node.name));

  /** What any part calls when the choice or what is looked at has changed; others add what they do then. */
  const changed = [];
  const tell = () => {
    for (const told of changed) told();
  };

  const markOf = (key) => drawings.flatMap((drawing) => drawing.marks).find((mark) => mark.key === key);
  const opened = (key) => markOf(key)?.events ?? [];
  const reachable = (drawing) => drawing.marks.filter((mark) => mark.events.length);

  /** One mark of a drawing is a stop of the Tab key; arrows lead to the others. */
  function rove(drawing) {
    const able = reachable(drawing);
    if (!able.some((mark) => mark.key === drawing.current)) drawing.current = able.length ? able[0].key : null;
    for (const mark of drawing.marks) mark.element.setAttribute("tabindex", mark.key === drawing.current ? "0" : "-1");
  }

  Object.assign(explorer, { holder, data, find, LAYERS, NODES, MARKED, CENTRE, EVENTS, PARTNERS, state, drawings });
  Object.assign(explorer, { changed, tell, counted, ranking, markOf, opened, reachable, rove });
}
