// The script of an index. A server of single-page apps sends the index for every address that has no page: the script
// then says so, and makes the links lead on from the site's own path.
"use strict";
(() => {
	const base = document.documentElement.dataset.base ?? "/";
	const path = location.pathname;
	if (location.protocol === "file:" || path === base || path === `${base}index.html`) return;
	const note = document.getElementById("no-page");
	if (note) {
		note.textContent = `There is no page at ${path}. What there is, is below.`;
		note.hidden = false;
	}
	for (const link of document.querySelectorAll("a")) {
		const to = link.getAttribute("href") ?? "";
		if (!to.startsWith("#") && !to.includes(":")) link.setAttribute("href", base + to);
	}
})();
