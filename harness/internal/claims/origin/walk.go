package origin

import (
	"context"
	"fmt"

	"spabench/harness/spatest"
)

// addedTitle is the title that a visitor adds and then searches for.
const addedTitle = "Letters to Another Origin"

// visitorSteps are what a visitor does after opening /books. Each ends when the app shows the result, and fails after
// ten seconds.
var visitorSteps = []string{
	`document.querySelector('.books a.title').click()
	 await until(() => document.querySelector('article.book'))
	 return heading() !== 'Books' && 'a book'`,

	`document.querySelector('nav a[href="/books/new"]').click()
	 const form = await until(() => document.querySelector('form.card'))
	 form.elements.title.value = title
	 form.elements.author.value = 'Tim Berners-Lee'
	 form.elements.year.value = '1991'
	 form.requestSubmit()
	 await until(() => document.querySelector('article.book') || document.querySelector('.error, .notice'))
	 return heading()`,

	`document.querySelector('nav a[href="/books"]').click()
	 const search = await until(() => document.querySelector('.books') && document.querySelector('form.search'))
	 search.elements.q.value = title
	 search.requestSubmit()
	 const said = () => [...document.querySelectorAll('[role=status]')]
	 const found = await until(() => said().find((e) => e.textContent.includes(title)))
	 await until(() => document.querySelector('.books, .notice'))
	 return document.querySelector('.books a.title')?.textContent ?? found.textContent`,
}

const stepScript = `(async () => {
	const title = %q
	const until = async (condition) => {
		for (let n = 0; n < 500; n++) {
			const met = condition()
			if (met) return met
			await new Promise((resolve) => setTimeout(resolve, 20))
		}
		throw new Error('not within ten seconds: ' + condition + ', the page says ' + document.body.innerText)
	}
	const heading = () => document.querySelector('h1')?.textContent ?? ''
	%s
})()`

// walkThrough opens the list and a book, adds one and searches for it.
func walkThrough(ctx context.Context, tab spatest.Tab, origin string) ([]string, error) {
	said, err := openPage(ctx, tab, origin+"/books")
	if err != nil {
		return said, err
	}
	for _, step := range visitorSteps {
		var now string
		if err := tab.Evaluate(ctx, fmt.Sprintf(stepScript, addedTitle, step), &now); err != nil {
			return said, err
		}
		if err := tab.Settle(ctx); err != nil {
			return said, err
		}
		said = append(said, now)
	}
	return said, nil
}

// openPage opens a page and returns its heading.
func openPage(ctx context.Context, tab spatest.Tab, url string) ([]string, error) {
	if err := tab.Navigate(ctx, url); err != nil {
		return nil, err
	}
	var heading string
	script := fmt.Sprintf(stepScript, addedTitle, "await until(heading); return heading()")
	if err := tab.Evaluate(ctx, script, &heading); err != nil {
		return nil, err
	}
	return []string{heading}, nil
}

// openMissing opens the page of a book that does not exist.
func openMissing(ctx context.Context, tab spatest.Tab, origin string) ([]string, error) {
	return openPage(ctx, tab, origin+"/books/999999999")
}

// postScript sends what the app sends when a book is added, from a page of the app.
const postScript = `fetch('` + crossAPI + `/api/books', {
	method: 'POST',
	headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
	body: JSON.stringify({ title, author: 'Tim Berners-Lee', year: 1991 }),
}).then((response) => String(response.status), (error) => String(error))`

// tryRefused opens the list and tries to add a book; neither succeeds.
func tryRefused(ctx context.Context, tab spatest.Tab, origin string) ([]string, error) {
	said, err := openPage(ctx, tab, origin+"/books")
	if err != nil {
		return said, err
	}
	var result string
	if err := tab.Evaluate(ctx, fmt.Sprintf(stepScript, addedTitle, "return "+postScript), &result); err != nil {
		return said, err
	}
	return append(said, result), tab.Settle(ctx)
}

// postTen adds ten books, each after the response to the one before.
func postTen(ctx context.Context, tab spatest.Tab, origin string) ([]string, error) {
	said, err := openPage(ctx, tab, origin+"/about")
	if err != nil {
		return said, err
	}
	var results []string
	tenTimes := "const results = []\n" +
		"for (let n = 0; n < 10; n++) results.push(await " + postScript + ")\n" +
		"return results"
	err = tab.Evaluate(ctx, fmt.Sprintf(stepScript, addedTitle, tenTimes), &results)
	return append(said, results...), err
}
