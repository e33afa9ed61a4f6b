package main

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strings"
)

var definitionName = regexp.MustCompile(`^New(Counter|Gauge|Timer|BytesHistogram|DimensionlessHistogram)Def$`)

// metric is one call that defines a metric. Name is empty when it is no constant; Used says whether the code of the
// server's command names the variable anywhere but where it is declared.
type metric struct {
	Position    string `json:"position"`
	Constructor string `json:"constructor"`
	Name        string `json:"name"`
	Used        bool   `json:"used"`
}

// metricsIn finds the metrics that these packages define.
func metricsIn(server *module, packages []string) ([]metric, error) {
	var found []metric
	used, err := namesUsed(server, packages)
	if err != nil {
		return nil, err
	}
	for _, name := range packages {
		files, err := server.parse(name)
		if err != nil {
			return nil, err
		}
		if !mentionsDefinition(files) {
			continue
		}
		if _, err := server.check(name); err != nil {
			return nil, err
		}
		for _, file := range files {
			for _, declared := range file.Decls {
				if variables, ok := declared.(*ast.GenDecl); ok && variables.Tok == token.VAR {
					found = append(found, metricsOf(server, name, variables, used)...)
				}
			}
		}
	}
	return found, nil
}

func metricsOf(server *module, packageName string, variables *ast.GenDecl, used map[string]int) []metric {
	var found []metric
	for _, spec := range variables.Specs {
		values, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for i, expression := range values.Values {
			call, ok := expression.(*ast.CallExpr)
			if !ok || !definitionName.MatchString(called(call)) || len(call.Args) == 0 {
				continue
			}
			position := server.files.Position(call.Pos())
			position.Column = 0
			found = append(found, metric{
				Position:    position.String(),
				Constructor: called(call),
				Name:        text(server, call.Args[0]),
				Used:        used[packageName+"."+values.Names[i].Name] > 0,
			})
		}
	}
	return found
}

// namesUsed counts how often the packages name what a package declares, as `folder.Name`. The declaration of a variable
// does not count. A local variable of the same name does: that errs towards "used".
func namesUsed(server *module, packages []string) (map[string]int, error) {
	used := map[string]int{}
	for _, name := range packages {
		files, err := server.parse(name)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			imported := importedBy(server, file)
			ast.Inspect(file, func(node ast.Node) bool {
				switch named := node.(type) {
				case *ast.ValueSpec:
					for _, declared := range named.Names {
						used[name+"."+declared.Name]--
					}
				case *ast.SelectorExpr:
					if from, ok := imported[identifier(named.X)]; ok {
						used[from+"."+named.Sel.Name]++
						return false
					}
				case *ast.Ident:
					used[name+"."+named.Name]++
				}
				return true
			})
		}
	}
	return used, nil
}

// importedBy gives the module's own packages that a file imports, by the name that the file knows them under.
func importedBy(server *module, file *ast.File) map[string]string {
	imported := map[string]string{}
	for _, spec := range file.Imports {
		inside, ours := strings.CutPrefix(unquoted(spec.Path), server.path+"/")
		if !ours {
			continue
		}
		known := path.Base(inside)
		if spec.Name != nil {
			known = spec.Name.Name
		}
		imported[known] = inside
	}
	return imported
}

func mentionsDefinition(files []*ast.File) bool {
	found := false
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			found = found || definitionName.MatchString(identifier(node))
			return !found
		})
	}
	return found
}

// called is the name of the function that a call names, without the package's.
func called(call *ast.CallExpr) string {
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		return selector.Sel.Name
	}
	return identifier(call.Fun)
}
