// The script of a matrix: it filters rows and columns, compares two servers, and opens cells. What is shown is in the
// address, as #PLACE?FILTERS, where the place of a cell is CHECK@SERVER. All of the page can be read without it.
"use strict";
(() => {
	/** @typedef {{row: HTMLTableRowElement, check: string, level: string, cells: HTMLTableCellElement[]}} Row */
	/** @typedef {{body: HTMLTableSectionElement, name: string, rows: Row[]}} Group */

	/**
	 * The element with that id, which the page has.
	 * @template {HTMLElement} T
	 * @param {string} id
	 * @param {new () => T} kind
	 * @returns {T}
	 */
	function the(id, kind) {
		const element = document.getElementById(id);
		if (!(element instanceof kind)) throw new Error(`the page has no ${id}`);
		return element;
	}

	const grid = the("grid", HTMLTableElement);
	const form = the("filter", HTMLFormElement);
	const dialog = the("cell", HTMLDialogElement);

	const heads = /** @type {HTMLElement[]} */ ([...grid.querySelectorAll("thead [data-server]")]);
	const servers = heads.map((head) => head.dataset.server ?? "");
	const names = heads.map((head) => head.querySelector("a")?.title ?? document.title);
	/** @type {Group[]} */
	const groups = [...grid.tBodies].map((body) => ({
		body,
		name: body.dataset.group ?? "",
		rows: [...body.rows].filter((row) => row.dataset.check).map((row) => ({
			row,
			check: row.dataset.check ?? "",
			level: row.dataset.level ?? "",
			cells: servers.map((_, i) => row.cells[i + 1]),
		})),
	}));

	const allRows = groups.flatMap((group) => group.rows);

	/** @param {string} name */
	function field(name) {
		const found = form.elements.namedItem(name);
		return found instanceof HTMLSelectElement || found instanceof HTMLInputElement ? found : null;
	}

	/** @param {string} name */
	const value = (name) => field(name)?.value ?? "";

	const choices = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("[name=server]")]);

	/** The two servers that are compared; null where that is not asked for. */
	function compared() {
		const [a, b] = [value("a"), value("b")];
		return a && b && a !== b ? [servers.indexOf(a), servers.indexOf(b)] : null;
	}

	/** The numbers of the columns that are shown. */
	function columns() {
		const both = compared();
		if (both) return both;
		const all = servers.map((_, i) => i);
		return choices.length ? all.filter((i) => choices[i].checked) : all;
	}

	/**
	 * @param {Row} row
	 * @param {number} column
	 */
	const verdict = (row, column) => row.cells[column].dataset.v ?? "not run";

	/**
	 * Whether the filters of rows let this one through.
	 * @param {Group} group
	 * @param {Row} row
	 * @param {number[]} shown
	 */
	function matches(group, row, shown) {
		const [only, level, state] = [value("group"), value("level"), value("verdict")];
		return (!only || only === group.name) && (!level || level === row.level) &&
			row.check.includes(value("find").trim().toLowerCase()) &&
			(!state || shown.some((column) => verdict(row, column) === state));
	}

	/** Shows the rows and columns that are asked for, and says how many. */
	function filter() {
		const shown = columns();
		const both = compared();
		heads.forEach((head, i) => { head.hidden = !shown.includes(i); });
		let rows = 0, of = 0;
		/** @type {Map<string, number>} */
		const pairs = new Map();
		for (const group of groups) {
			let any = false;
			for (const row of group.rows) {
				let visible = matches(group, row, shown);
				if (visible && both) {
					const [a, b] = both.map((column) => verdict(row, column));
					of++;
					visible = a !== b;
					if (visible) pairs.set(`${a} and ${b}`, (pairs.get(`${a} and ${b}`) ?? 0) + 1);
				}
				row.row.hidden = !visible;
				row.cells.forEach((cell, i) => { cell.hidden = heads[i].hidden; });
				any ||= visible;
				rows += Number(visible);
			}
			group.body.hidden = !any;
		}
		const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
		let text = `${rows} of ${total} checks, ${shown.length} of ${servers.length} servers`;
		if (both) {
			const found = [...pairs].sort((x, y) => y[1] - x[1]).map(([pair, n]) => `${pair} in ${n}`);
			text = `${names[both[0]]} and ${names[both[1]]} differ in ${rows} of ${of} checks` +
				(found.length ? `: ${found.join(", ")}` : "");
		} else if (value("a") || value("b")) {
			text += ". Choose two servers to compare";
		}
		the("shown", HTMLElement).textContent = `${text}.`;
		const summary = document.getElementById("servers-shown");
		if (summary) summary.textContent = `Servers: ${choices.filter((c) => c.checked).length} of ${servers.length}`;
	}

	/** What is asked for, as it stands in the address. */
	function query() {
		const params = new URLSearchParams();
		for (const name of ["group", "level", "verdict", "find", "a", "b"]) {
			if (value(name)) params.set(name, value(name));
		}
		if (choices.some((choice) => !choice.checked)) {
			params.set("servers", choices.filter((choice) => choice.checked).map((choice) => choice.value).join(","));
		}
		return params.toString();
	}

	/** @param {string} asked as query writes it */
	function ask(asked) {
		const params = new URLSearchParams(asked);
		for (const name of ["group", "level", "verdict", "find", "a", "b"]) {
			const at = field(name);
			if (!at) continue;
			at.value = params.get(name) ?? "";
			if (at instanceof HTMLSelectElement && at.selectedIndex < 0) at.value = "";
		}
		const list = params.get("servers");
		for (const choice of choices) choice.checked = list === null || list.split(",").includes(choice.value);
	}

	/**
	 * The address of a place in this view.
	 * @param {string} place
	 */
	function address(place) {
		const asked = query();
		return `#${place}${asked ? `?${asked}` : ""}`;
	}

	/** Writes the view into the address, and into the link to it. */
	function write(place = "") {
		history.replaceState(null, "", address(place));
		the("state", HTMLAnchorElement).href = address("") === "#" ? "#matrix" : address("");
	}

	/**
	 * What was found in a cell, as part of the dialog.
	 * @param {Row} row
	 * @param {number} column
	 */
	function content(row, column) {
		const found = document.getElementById(`${row.check}@${servers[column]}`);
		if (found) {
			const copy = /** @type {HTMLElement} */ (found.cloneNode(true));
			copy.removeAttribute("id");
			copy.querySelector("h4")?.replaceWith(heading(copy.querySelector("h4")?.textContent ?? ""));
			return copy;
		}
		const article = document.createElement("article");
		const said = document.createElement("p");
		said.textContent = verdict(row, column) === "pass" ? "No violation was found." : "This check was not run here.";
		article.append(heading(`${row.cells[column].textContent} ${verdict(row, column)}: ${names[column]}`), said);
		return article;
	}

	/** @param {string} text of a heading below that of the dialog */
	function heading(text) {
		const h3 = document.createElement("h3");
		h3.textContent = text;
		return h3;
	}

	/**
	 * Opens the cell at a place; false where that is no cell. Of two servers that are compared, it shows both.
	 * @param {string} place
	 */
	function open(place) {
		const at = place.indexOf("@");
		const column = servers.indexOf(place.slice(at + 1));
		const row = allRows.find((r) => r.check === place.slice(0, at));
		if (at < 0 || column < 0 || !row) return false;
		const both = compared();
		the("cell-title", HTMLElement).textContent = `${row.check} (${row.level})`;
		the("cell-requirement", HTMLElement).textContent =
			document.getElementById(row.check)?.querySelector(".requirement")?.textContent ?? "";
		the("cell-found", HTMLElement).replaceChildren(
			...(both?.includes(column) ? both : [column]).map((c) => content(row, c)));
		the("cell-link", HTMLAnchorElement).href = `#${place}`;
		if (!dialog.open) dialog.showModal();
		dialog.scrollTop = 0;
		return true;
	}

	/**
	 * Shows an element, and opens what hides it.
	 * @param {string} id
	 */
	function reveal(id) {
		const target = document.getElementById(id);
		if (!target) return;
		for (let at = target.closest("details"); at; at = at.parentElement?.closest("details") ?? null) at.open = true;
		target.scrollIntoView();
	}

	/** @param {string} text of an address; one that is damaged stays as it is */
	function decoded(text) {
		try {
			return decodeURIComponent(text);
		} catch {
			return text;
		}
	}

	/** Shows what the address says. One without filters leaves those that there are. */
	function follow() {
		const [place, asked] = location.hash.slice(1).split(/\?(.*)/s);
		const id = decoded(place);
		if (asked !== undefined) ask(asked);
		filter();
		if (!open(id)) {
			if (dialog.open) dialog.close();
			reveal(id);
		}
		write(id);
	}

	for (const row of allRows) {
		row.cells.forEach((cell, i) => {
			cell.firstElementChild?.setAttribute("aria-label", `${cell.dataset.v}: ${row.check}, ${names[i]}`);
		});
	}

	/**
	 * The place of a cell of the grid; nothing where no check was run, or the target is in no such cell.
	 * @param {EventTarget | null} target
	 */
	function placeOf(target) {
		const cell = target instanceof Element ? target.closest("td") : null;
		const row = cell?.dataset.v && allRows.find((r) => r.row === cell.parentElement);
		return row ? `${row.check}@${servers[row.cells.indexOf(cell)]}` : "";
	}

	/** @param {string} place of a cell, which becomes a step in the history, so that going back closes it */
	function enter(place) {
		if (open(place)) history.pushState(null, "", address(place));
	}

	grid.addEventListener("click", (e) => {
		const place = placeOf(e.target);
		if (!place || e.ctrlKey || e.metaKey || e.shiftKey) return;
		e.preventDefault();
		enter(place);
	});
	// Only cells with something to show are links, but the keys lead to each, also from the name of its check.
	grid.addEventListener("keydown", (e) => {
		if (e.key === "Enter" && e.target instanceof HTMLTableCellElement) {
			e.preventDefault();
			enter(placeOf(e.target));
		}
		const steps = /** @type {Record<string, number[]>} */ (
			{ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]});
		const cell = e.target instanceof Element ? e.target.closest("td, th[scope=row]") : null;
		if (!cell || !steps[e.key]) return;
		e.preventDefault();
		const [down, right] = steps[e.key];
		const rows = allRows.filter((row) => !row.row.hidden);
		let y = rows.findIndex((row) => row.row === cell.parentElement);
		let x = rows[y]?.cells.findIndex((other) => other === cell) ?? -1;
		do {
			y += down;
			x += right;
		} while (rows[y]?.cells[x] && (!rows[y].cells[x].dataset.v || rows[y].cells[x].hidden));
		const next = rows[y]?.cells[x];
		if (!next) return;
		if (!next.querySelector("a")) next.tabIndex = -1; // which it needs to have the focus
		(next.querySelector("a") ?? next).focus();
	});
	form.addEventListener("input", () => {
		filter();
		write();
	});
	form.addEventListener("reset", () => setTimeout(() => {
		filter();
		write();
	}));
	form.addEventListener("submit", (e) => e.preventDefault());
	the("close", HTMLButtonElement).addEventListener("click", () => {
		dialog.close();
		write();
	});
	dialog.addEventListener("close", () => { // also by the keyboard; another cell may be open by now
		if (!dialog.open) write();
	});
	addEventListener("hashchange", follow);
	follow();
})();
