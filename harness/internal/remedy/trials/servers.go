package trials

// Servers are all that remedies are tried on. Remedies for sirv stand in its careful recipe, which a test of package
// remedy compares.
func Servers() []Server {
	return []Server{nginx, caddy, apache, fastapi, django, express, fiber, goServer, serve}
}
