package variants

import _ "embed" // for the contract

// OpenAPI is the API that every backend serves, as an OpenAPI 3.0 document in YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte
