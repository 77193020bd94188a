package project

import (
	"path"
	"slices"
	"strings"
)

// service is a part of a Compose project.
type service struct {
	name       string
	image      string
	dockerfile string // from which it is built, in the project's folder; "" if it is not
	port       string // in its container; "" if it says none
	published  bool   // and not only exposed
	needs      bool   // depends on another service
	needed     bool   // by another service
	optional   bool   // only started with a profile
}

// at is the service as an entry.
func (s service) at() string { return s.name + ":" + s.port }

// canBeEntry reports whether browsers may talk to the service.
func (s service) canBeEntry() bool { return s.port != "" && !s.optional && !s.isHelper() }

// isAlone reports whether the service may work without the others.
func (s service) isAlone() bool { return s.canBeEntry() && !s.needs && !s.needed }

// rank is how likely a service is the entry: the lower, the likelier. Browsers talk to what publishes a port, and on
// which nothing else depends. What is called a proxy is asked before what depends on others, since a proxy often does
// not say what it depends on.
func (s service) rank() []int {
	one := map[bool]int{true: 1}
	kind := kindOf(s.name)
	return []int{one[!s.published], one[s.needed], one[kind > 0], one[!s.needs], kind}
}

// kindOf is how likely a service is the entry, by its name.
func kindOf(service string) int {
	for i, names := range [][]string{
		{"proxy", "nginx", "caddy", "traefik", "gateway"}, {"web", "front", "client", "ui", "spa"}, {"app", "server"},
	} {
		if slices.ContainsFunc(names, func(name string) bool { return strings.Contains(service, name) }) {
			return i
		}
	}
	return 3
}

// helpers are parts of the names of images on which apps depend, or which developers look at: no app of a browser.
var helpers = []string{
	"postgres", "postgis", "timescale", "mysql", "mariadb", "mssql", "cockroach", "mongo", "redis", "valkey",
	"memcached", "rabbitmq", "kafka", "zookeeper", "nats", "elasticsearch", "opensearch", "clickhouse", "cassandra",
	"influxdb", "neo4j", "etcd", "minio", "adminer", "pgadmin", "phpmyadmin", "mailhog", "mailpit", "prometheus",
	"grafana", "jaeger",
}

// helperPorts are those of databases and queues.
var helperPorts = []string{
	"1433", "3306", "5432", "5672", "6379", "9042", "9092", "9200", "11211", "26257", "27017",
}

func (s service) isHelper() bool {
	image, _, _ := strings.Cut(path.Base(s.image), ":")
	return slices.Contains(helperPorts, s.port) ||
		slices.ContainsFunc(helpers, func(name string) bool { return strings.Contains(image, name) })
}

// alone leaves out the Dockerfiles of services that the project does not start without others.
func (c compose) alone(dockerfiles []string) []string {
	if len(c.entries) == 0 {
		return dockerfiles
	}
	parts := map[string]bool{}
	for _, s := range slices.Concat(c.entries, c.others) {
		if !s.isAlone() {
			parts[s.dockerfile] = true
		}
	}
	return slices.DeleteFunc(dockerfiles, func(file string) bool { return parts[file] })
}
