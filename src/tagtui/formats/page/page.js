// Shows the bookmarks that stand in this page as JSON, narrowed by what the address has after its #, and by nothing else:
// #kafka,ops,-storm,?exactly%20once has the tags kafka and ops, not storm, and the words "exactly" and "once".
// So every tag is a link, and the back button goes a step back.  No text of a bookmark ever becomes markup.

const SLICE = 100; // bookmarks made at a time
const PATIENCE = 80; // milliseconds that typing may pause before the list follows
const OPENABLE = /^(?:https?|ftp|mailto):/i;
const MONTHS = "january february march april may june july august september october november december".split(" ");
const ACCENTS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;

const at = (selector) => document.querySelector(selector);
const box = at(".text");
const narrowScreen = matchMedia("(max-width: 52rem)");

const data = at(".data");
// A tag is {name, under}: `under` has the numbers of the tags that it is found under, as a/b is under a.
const { owner, bookmarks, tags } = JSON.parse(data.textContent);
data.remove();
const numberOf = new Map(tags.map((tag, number) => [tag.name, number]));
const alphabetical = [...tags.keys()];
const collator = new Intl.Collator();
alphabetical.sort((one, other) => collator.compare(tags[one].name, tags[other].name));
for (const bookmark of bookmarks) {
  bookmark.tags ??= [];
  const upper = bookmark.tags.flatMap((number) => tags[number].under ?? []);
  bookmark.found = upper.length ? [...new Set([...bookmark.tags, ...upper])] : bookmark.tags;
}
const texts = []; // folded, of the bookmarks searched so far

let state; // what the address says
let byName = false; // the order of the tags

// --- The address

function readAddress() {
  const read = { picked: [], out: [], text: "" };
  for (const part of location.hash.slice(1).split(",")) {
    if (part.startsWith("?")) read.text = decoded(part.slice(1));
    else if (part.startsWith("-")) read.out.push(decoded(part.slice(1)));
    else if (part) read.picked.push(decoded(part));
  }
  return read;
}

function address({ picked, out, text }) {
  const parts = [...picked.map(encoded), ...out.map((tag) => "-" + encoded(tag))];
  return "#" + [...parts, ...(text ? ["?" + encoded(text)] : [])].join(",");
}

function encoded(text) {
  return encodeURIComponent(text).replace(/^-/, "%2D");
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // somebody's own %
  }
}

const without = (list, tag) => list.filter((other) => other !== tag);
const toggled = (list, tag) => (list.includes(tag) ? without(list, tag) : [...list, tag]);
const picking = (tag) => address({ ...state, picked: toggled(state.picked, tag), out: without(state.out, tag) });
const excluding = (tag) => address({ ...state, picked: without(state.picked, tag), out: toggled(state.out, tag) });

// --- The search

function fold(text) {
  const folded = /^[\0-\x7f]*$/.test(text) ? text : text.normalize("NFKD").replace(ACCENTS, "");
  return folded.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ").replace(/\s/g, " ");
}

function textOf(place) {
  const { url, title = "", annotation = "", tags: numbers } = bookmarks[place];
  const names = numbers.map((number) => tags[number].name).join(" ");
  return (texts[place] ??= fold([title, names, url, annotation].join("\0"))); // which no word holds
}

/** Return the places of the bookmarks that `state` leaves, how many of them each tag finds, and the tags on them. */
function search() {
  const counts = new Uint32Array(tags.length);
  const wanted = new Int8Array(tags.length); // 1: picked, -1: left out
  const numbers = state.picked.map((tag) => numberOf.get(tag));
  for (const tag of state.out) if (numberOf.has(tag)) wanted[numberOf.get(tag)] = -1;
  for (const number of numbers) if (number !== undefined) wanted[number] = 1;
  const picks = new Set(numbers).size; // a tag that no bookmark has counts too: then nothing is left
  const words = [...state.text.matchAll(/"([^"]+)"?|[^\s"]+/g)].map((match) => fold(match[1] ?? match[0]));
  const places = [];
  const borne = new Uint8Array(tags.length); // 1: by one of the bookmarks, not only found above a tag of theirs
  bookmarks.forEach(({ tags: own, found }, place) => {
    let hits = 0;
    for (const number of found) {
      if (wanted[number] < 0) return;
      hits += wanted[number];
    }
    if (hits < picks || !words.every((word) => textOf(place).includes(word))) return;
    places.push(place);
    for (const number of found) counts[number]++;
    for (const number of own) borne[number] = 1;
  });
  const related = alphabetical.filter((number) => borne[number] && !wanted[number]);
  if (!byName) related.sort((one, other) => counts[other] - counts[one]); // stable: by name where they are equal
  return { places, counts, related };
}

// --- The page

/** Make an element; a child that is a string becomes text, never markup. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Return the attributes that name an element to those who see it and to those who hear it. */
function called(name) {
  return { title: name, "aria-label": name };
}

function tagLink(name, look) {
  return element("a", { class: look, href: picking(name), "data-out": excluding(name), dir: "auto" }, name);
}

function chip(sign, name, href) {
  const label = element("span", { dir: "auto" }, name);
  const look = { class: sign === "−" ? "out" : "in", href, ...called(`drop ${name}`) };
  return element("li", {}, element("a", look, sign + " ", label, " ", element("i", {}, "×")));
}

function relatedTag(number, count, all) {
  const { name } = tags[number];
  const link = tagLink(name, count === all ? "tag same" : "tag");
  const minus = element("a", { class: "minus", href: excluding(name), ...called("leave out " + name) }, "−");
  const told = (count === all ? "=" : "") + count.toLocaleString("en"); // = is on all of them: it cannot narrow
  return element("li", {}, link, element("span", { class: "number" }, told), minus);
}

function bookmarkItem({ url, title, annotation, tags: numbers, added, by, unread, private: isPrivate }) {
  const heading = title || url;
  const target = { href: url, rel: "noopener noreferrer", dir: "auto" };
  const link = OPENABLE.test(url) ? element("a", target, heading) : element("span", { dir: "auto" }, heading);
  const item = element("li", {}, element("h3", {}, link));
  if (annotation) {
    const paragraphs = annotation.split(/\n(?:[ \t]*\n)+/).map((text) => element("p", { dir: "auto" }, text));
    item.append(element("div", { class: "note" }, ...paragraphs));
  }
  const about = element("div", { class: "about" });
  const names = numbers.map((number) => tags[number].name);
  const links = names.map((name) => element("li", {}, tagLink(name, state.picked.includes(name) ? "tag picked" : "tag")));
  if (links.length) about.append(element("ul", { "aria-label": "tags" }, ...links));
  const place = OPENABLE.test(url) ? siteOf(url) : title && url;
  if (place) about.append(element("span", {}, place));
  about.append(element("time", { datetime: added, title: added }, dateOf(added)));
  if (by) about.append(element("span", {}, "by ", element("bdi", {}, by)));
  if (unread) about.append(element("span", { class: "flag" }, "● unread"));
  if (isPrivate) about.append(element("span", { class: "flag" }, "◆ private"));
  item.append(about);
  return item;
}

function siteOf(url) {
  try {
    return new URL(url).hostname.replace(/^www\./, "");
  } catch {
    return "";
  }
}

function dateOf(stamp) {
  const [year, month, day] = stamp.slice(0, 10).split("-").map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

/** Fill `list` with what `make` makes of `items`: `size` of them, and as many again each time `more` is pressed. */
function fill(list, more, items, size, make) {
  let shown = 0;
  more.onclick = () => {
    list.append(...items.slice(shown, (shown += size)).map(make));
    more.hidden = shown >= items.length;
  };
  list.replaceChildren();
  more.onclick();
}

function show() {
  state = readAddress();
  const { places, counts, related } = search();
  const focus = focusedPlace();
  const narrowed = state.picked.length + state.out.length > 0 || state.text !== "";
  const chips = [
    ...state.picked.map((tag) => chip("+", tag, picking(tag))),
    ...state.out.map((tag) => chip("−", tag, excluding(tag))),
  ];
  if (narrowed) chips.push(element("li", {}, element("a", { class: "clear", href: "#" }, "clear")));
  at(".chips").replaceChildren(...chips);
  const total = bookmarks.length.toLocaleString("en");
  const count = element("b", {}, places.length.toLocaleString("en"));
  at(".count").replaceChildren(count, narrowed ? ` of ${total}` : places.length === 1 ? " bookmark" : " bookmarks");
  if (box.value !== state.text) box.value = state.text;
  document.title = [owner, ...state.picked.map((tag) => "+ " + tag), ...state.out.map((tag) => "− " + tag)].join(" ");
  at(".order").textContent = byName ? "sort by count" : "sort by name";
  at("aside").hidden = !related.length;
  const make = (number) => relatedTag(number, counts[number], places.length);
  fill(at(".related"), at(".more-tags"), related, narrowScreen.matches ? 12 : 100, make);
  fill(at(".bookmarks"), at(".more-bookmarks"), places, SLICE, (place) => bookmarkItem(bookmarks[place]));
  at(".none").hidden = places.length > 0;
  at(".none").textContent = bookmarks.length ? "Nothing is left; drop a tag or a word." : "No bookmarks are in this page.";
  focus();
}

/** Return what puts the focus back where it is now, once the lists are made anew: to the same place of the same list. */
function focusedPlace() {
  const list = document.activeElement.closest("ul");
  if (!list) return () => {};
  const place = [...list.children].indexOf(document.activeElement.closest("li"));
  return () => {
    const next = list.isConnected && list.children[Math.min(place, list.children.length - 1)];
    (next ? next.querySelector("a") : at("main")).focus({ preventScroll: true });
  };
}

function typed() {
  const next = { ...state, text: box.value };
  const isNewStep = Boolean(next.text) && !state.text; // the whole of what is typed is one step back
  history[isNewStep ? "pushState" : "replaceState"](null, "", address(next));
  show();
}

let timer;
box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(typed, PATIENCE);
});
addEventListener("hashchange", () => {
  scrollTo(0, 0);
  show();
});
addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-out]");
  if (!link || !event.shiftKey) return;
  event.preventDefault(); // it would open another window
  location.hash = link.dataset.out;
});
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.key === "/" && document.activeElement !== box) {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "Escape") {
    event.preventDefault();
    clearTimeout(timer);
    if (state.text || box.value) {
      box.value = "";
      typed();
    } else if (location.hash) location.hash = "";
    else box.blur();
  }
});
at(".order").addEventListener("click", () => {
  byName = !byName;
  show();
});
narrowScreen.addEventListener("change", show);
new IntersectionObserver(([seen]) => seen.isIntersecting && seen.target.click(), { rootMargin: "800px" }).observe(
  at(".more-bookmarks"),
);

at(".search").hidden = at("footer").hidden = false; // without a script they are of no use
show();
