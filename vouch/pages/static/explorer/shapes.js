/* Elements to draw with, and the colour and shape of each partner. */
"use strict";

{
  const { CENTRE, MARKED, NODES, data } = explorer;

  const colours = new CSSStyleSheet(); // the policy of the pages allows no style in a page
  colours.replaceSync(data.style);
  document.adoptedStyleSheets.push(colours);

  /**
   * @param {string} name
   * @param {Record<string, string | number>} attributes
   * @param {Element} [parent] to whose end it goes
   * @param {string} [text]
   */
  function make(name, attributes, parent, text) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  }

  /**
   * @param {string} name
   * @param {Record<string, string>} attributes
   * @param {...(string | Node)} children
   */
  function html(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  const actor = (at) => (at === CENTRE.at || MARKED.includes(NODES[at].id) ? NODES[at].id : "other");
  const colour = (at) => `var(--actor-${actor(at)})`;

  /** One shape per marked partner: colour is never alone. */
  const SHAPES = {
    RUS: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
    BLR: (x, y, r) => `M${x} ${y - 1.2 * r}L${x + 1.2 * r} ${y + r}H${x - 1.2 * r}z`,
    CHN: (x, y, r) => `M${x} ${y - 1.35 * r}L${x + 1.35 * r} ${y}L${x} ${y + 1.35 * r}L${x - 1.35 * r} ${y}z`,
    IND: (x, y, r) => `M${x} ${y + 1.2 * r}L${x + 1.2 * r} ${y - r}H${x - 1.2 * r}z`,
    other: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  };
  const shape = (at, x, y, r) => (SHAPES[actor(at)] || SHAPES.other)(x, y, r);

  Object.assign(explorer, { make, html, actor, colour, shape });
}
