// The script of a report: it opens the evidence that a link leads to, and computes what each variant would cost. All of
// the page can be read without it.
"use strict";
(() => {
	/** @typedef {{centre: number, lo: number, hi: number}} Interval */
	/** @typedef {{cpu: Interval, memory: Interval, wire: number, pull: number}} Figures what was recorded of a variant */
	/** @typedef {Record<string, number>} Inputs by the names of the fields */

	const monthDays = 365.25 / 12;
	const monthHours = 24 * monthDays;

	/** Opens what hides the element that the address names, and shows it. */
	function reveal() {
		const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
		if (!target) return;
		let hidden = false;
		for (let at = target.closest("details"); at; at = at.parentElement?.closest("details") ?? null) {
			hidden ||= !at.open;
			at.open = true;
		}
		if (hidden) target.scrollIntoView();
	}

	/**
	 * Three significant digits with thousands separators, as in the tables.
	 * @param {number} v
	 */
	function number(v) {
		if (v === 0) return "0";
		const rounded = Number(v.toPrecision(3));
		const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
		return rounded.toLocaleString("en-US", {minimumFractionDigits: decimals, maximumFractionDigits: decimals});
	}

	/** @param {Interval} i */
	function interval(i) {
		return i.lo === i.hi ? number(i.centre) : `${number(i.centre)} [${number(i.lo)}, ${number(i.hi)}]`;
	}

	/**
	 * @param {Interval} i
	 * @param {number} by
	 * @returns {Interval}
	 */
	function scaled(i, by) {
		return {centre: i.centre * by, lo: i.lo * by, hi: i.hi * by};
	}

	/**
	 * What the table shows of one variant, in the order of its columns.
	 * @param {Figures} f
	 * @param {Inputs} input
	 */
	function bill(f, input) {
		const cores = scaled(f.cpu, input.visits * input.busiest / 100 / 3600 / 1e9);
		const memory = scaled(f.memory, input.hosts / 1e9);
		const traffic = input.visits * monthDays * f.wire / 1e9;
		const pulled = input.deploys * input.hosts * f.pull / 1e9;
		/** @param {"centre" | "lo" | "hi"} end */
		const sum = (end) =>
			cores[end] * monthHours * input.cpu + memory[end] * input.memory + (traffic + pulled) * input.egress;
		const money = {centre: sum("centre"), lo: sum("lo"), hi: sum("hi")};
		return [interval(cores), interval(memory), number(traffic), number(pulled), interval(money)];
	}

	/**
	 * @param {string} text
	 * @returns {Figures}
	 */
	function figures(text) {
		const [c, cl, ch, m, ml, mh, wire, pull] = text.split(" ").map(Number);
		return {cpu: {centre: c, lo: cl, hi: ch}, memory: {centre: m, lo: ml, hi: mh}, wire, pull};
	}

	/** @param {HTMLFormElement} form */
	function calculator(form) {
		const fields = /** @type {HTMLInputElement[]} */ ([...form.elements].filter((e) => e instanceof HTMLInputElement));
		const rows = /** @type {NodeListOf<HTMLTableRowElement>} */ (document.querySelectorAll("#cost-table [data-figures]"));
		const link = document.getElementById("cost-link");
		const status = document.getElementById("cost-status");
		const begin = "#cost?";

		/** Takes the inputs from the address, if it has any. */
		function read() {
			if (!location.hash.startsWith(begin)) return;
			const given = new URLSearchParams(location.hash.slice(begin.length));
			for (const field of fields) {
				const value = given.get(field.name);
				if (value !== null && value !== "" && Number(value) >= 0) field.value = value;
			}
			show();
			form.closest("section")?.scrollIntoView();
		}

		/** Shows the cost for the inputs; false where one of them is no number. */
		function show() {
			const wrong = fields.find((field) => !field.checkValidity());
			if (status) {
				status.textContent = wrong ? "Enter a number that is not negative in each field: the table shows the last " +
					"inputs that were complete." : "";
			}
			if (wrong) return false;
			/** @type {Inputs} */
			const input = Object.fromEntries(fields.map((field) => [field.name, field.valueAsNumber]));
			for (const row of rows) {
				bill(figures(row.dataset.figures ?? ""), input).forEach((text, i) => {
					row.cells[i + 1].textContent = text;
				});
			}
			const address = begin + new URLSearchParams(fields.map((field) => [field.name, field.value]));
			link?.setAttribute("href", address);
			return true;
		}

		form.addEventListener("input", () => {
			if (show()) history.replaceState(null, "", link?.getAttribute("href") ?? begin);
		});
		form.addEventListener("submit", (e) => e.preventDefault());
		addEventListener("hashchange", read);
		show();
		read();
	}

	addEventListener("hashchange", reveal);
	reveal();
	const form = document.getElementById("cost-form");
	if (form instanceof HTMLFormElement) calculator(form);
})();
