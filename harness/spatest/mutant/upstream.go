package mutant

import "net/http"

func upstreamMutants() []Mutant {
	const check = "api-dead-upstream"
	health := at(API + "/health")
	return []Mutant{
		{Name: "dead-api-page", Check: check, Doc: "answers with the page while its API is down",
			Wrap: onDeadAPI(health, pageFor)},
		{Name: "dead-api-empty", Check: check, Doc: "answers with an empty object while its API is down",
			Wrap: onDeadAPI(health, answer(http.StatusOK, "application/json", "{}"))},
		{Name: "dead-api-404", Check: check, Doc: "answers 404 while its API is down",
			Wrap: onDeadAPI(health, answer(http.StatusNotFound, "application/json", "{}"))},
		{Name: "dead-api-error-page", Check: check, Doc: "has the page for an error page of its API for browsers",
			Wrap: onDeadAPI(all(health, navigation), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				edit(
					always,
					func(int, http.Header) int { return http.StatusBadGateway },
				)(
					http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pageFor(w, r, next) }),
				).ServeHTTP(w, r)
			})},
		{Name: "dead-api-takes-all", Check: check, Doc: "is down with its API",
			Wrap: onDeadAPI(at("/"), answer(http.StatusServiceUnavailable, "text/html", "down"))},
	}
}

// onDeadAPI answers matching requests by then while the API is down.
func onDeadAPI(m match, then func(w http.ResponseWriter, r *http.Request, next http.Handler)) wrap {
	return on(all(m, method("GET")), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		health := r.Clone(r.Context())
		health.URL.Path, health.URL.RawPath = API+"/health", ""
		if statusOf(next, health) == http.StatusBadGateway {
			then(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func upstreamOddities() []Mutant {
	health := at(API + "/health")
	return []Mutant{
		{Name: "dead-api-503", Check: "api-dead-upstream", Doc: "sends Retry-After while its API is down",
			Wrap: onDeadAPI(health, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				w.Header().Set("Retry-After", "120")
				answer(http.StatusServiceUnavailable, "application/problem+json", `{"status":503}`)(w, r, next)
			})},
		{Name: "dead-api-html", Check: "api-dead-upstream", Doc: "has an error page of its own while its API is down",
			Wrap: onDeadAPI(health,
				answer(http.StatusGatewayTimeout, "text/html", "<title>504</title><h1>Gateway Timeout</h1>"))},
	}
}
