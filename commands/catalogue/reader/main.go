// Reads the source of the Temporal server and writes as JSON what it declares: every setting of the dynamic
// configuration, what its file may constrain values to, the structs of the static configuration, and the metrics.
//
// usage: go run *.go MODULE_FOLDER OUTPUT_FILE
//
// What is read is what Go's own type checker says. Its meaning for YAML files is not judged here.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// The packages of the server, below its module's path.
const (
	command       = "cmd/server"
	configuration = "common/config"
	dynamicConfig = "common/dynamicconfig"
)

type facts struct {
	Settings    []setting              `json:"settings"`
	Lookups     map[string][][]string  `json:"lookups"`
	Constraints map[string]constraint  `json:"constraints"`
	Types       map[string]declaration `json:"types"`
	Metrics     []metric               `json:"metrics"`
}

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: go run *.go MODULE_FOLDER OUTPUT_FILE"))
	}
	found, err := read(os.Args[1])
	if err != nil {
		fail(err)
	}
	text, err := json.Marshal(found)
	if err != nil {
		fail(err)
	}
	if err := os.WriteFile(os.Args[2], text, 0o644); err != nil {
		fail(err)
	}
}

func read(folder string) (*facts, error) {
	server, err := open(folder)
	if err != nil {
		return nil, err
	}
	linked, err := server.linked(command)
	if err != nil {
		return nil, err
	}
	settings, err := settingsIn(server, linked)
	if err != nil {
		return nil, err
	}
	dynamic, err := server.parse(dynamicConfig)
	if err != nil {
		return nil, err
	}
	types, err := typesFrom(server, configuration, "Config")
	if err != nil {
		return nil, err
	}
	metrics, err := metricsIn(server, linked)
	if err != nil {
		return nil, err
	}
	return &facts{settings, lookups(dynamic), constraints(dynamic), types, metrics}, nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
