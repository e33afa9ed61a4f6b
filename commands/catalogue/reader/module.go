package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// module is one Go module that is read from its source, as it is compiled for Linux. The packages of other modules
// count as empty, because nothing but the module itself is there: an expression that needs one has no type here.
type module struct {
	folder   string
	path     string
	files    *token.FileSet
	info     *types.Info
	standard types.Importer
	parsed   map[string][]*ast.File
	checked  map[string]*types.Package
	missing  error
}

func open(folder string) (*module, error) {
	goMod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return nil, err
	}
	line := regexp.MustCompile(`(?m)^module\s+(\S+)`).FindSubmatch(goMod)
	if line == nil {
		return nil, fmt.Errorf("%s/go.mod names no module", folder)
	}
	build.Default.GOOS, build.Default.GOARCH, build.Default.CgoEnabled = "linux", "amd64", false
	files := token.NewFileSet()
	return &module{
		folder:   folder,
		path:     string(line[1]),
		files:    files,
		info:     &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}},
		standard: importer.ForCompiler(files, "source", nil),
		parsed:   map[string][]*ast.File{},
		checked:  map[string]*types.Package{},
	}, nil
}

// linked lists the module's own packages that a command consists of, the command first.
func (m *module) linked(command string) ([]string, error) {
	found := []string{command}
	for next := 0; next < len(found); next++ {
		files, err := m.parse(found[next])
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			for _, spec := range file.Imports {
				inside, ours := strings.CutPrefix(unquoted(spec.Path), m.path+"/")
				if ours && !slices.Contains(found, inside) {
					found = append(found, inside)
				}
			}
		}
	}
	return found, nil
}

// parse gives the files of a package that are compiled into a command; positions in them are relative to the module's
// folder.
func (m *module) parse(name string) ([]*ast.File, error) {
	if files, done := m.parsed[name]; done {
		return files, nil
	}
	folder := filepath.Join(m.folder, name)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		matches, err := build.Default.MatchFile(folder, entry.Name())
		if err != nil {
			return nil, err
		}
		if !matches {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(m.files, path.Join(name, entry.Name()), text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	m.parsed[name] = files
	return files, nil
}

// Import implements types.Importer.
func (m *module) Import(name string) (*types.Package, error) {
	if inside, ours := strings.CutPrefix(name, m.path+"/"); ours {
		return m.check(inside)
	}
	if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
		standard, err := m.standard.Import(name)
		m.missing = errors.Join(m.missing, err)
		return standard, err
	}
	if m.checked[name] == nil {
		m.checked[name] = types.NewPackage(name, likelyName(name))
		m.checked[name].MarkComplete()
	}
	return m.checked[name], nil
}

// check types everything a package declares; the bodies of functions are left out. Go's complaints are not ours: they
// come from what other modules would declare.
func (m *module) check(name string) (*types.Package, error) {
	if done := m.checked[name]; done != nil {
		return done, nil
	}
	files, err := m.parse(name)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New(name + " has no Go files")
	}
	tolerant := types.Config{Importer: m, IgnoreFuncBodies: true, FakeImportC: true, Error: func(error) {}}
	m.checked[name], _ = tolerant.Check(m.path+"/"+name, m.files, files, m.info)
	return m.checked[name], m.missing
}

// likelyName is what a package of another module is most likely called: the last part of its path that is no version.
func likelyName(importPath string) string {
	base := path.Base(importPath)
	if regexp.MustCompile(`^v\d+$`).MatchString(base) {
		base = path.Base(path.Dir(importPath))
	}
	base, _, _ = strings.Cut(base, ".v")
	return strings.TrimPrefix(base, "go-")
}
