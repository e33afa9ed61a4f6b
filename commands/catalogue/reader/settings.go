package main

import (
	"go/ast"
	"go/constant"
	"go/printer"
	"go/types"
	"regexp"
	"strings"
	"time"
)

var constructorName = regexp.MustCompile(`^New[A-Z]\w*Setting(With\w+)?$`)

// setting is one call of a constructor. Value is the default; it is nil, and Key, Type and Description are empty, where
// they are not known before the server runs.
type setting struct {
	Position    string `json:"position"`
	Constructor string `json:"constructor"`
	Key         string `json:"key"`
	Type        string `json:"type"`
	Value       any    `json:"value"`
	Source      string `json:"source"`
	Converter   string `json:"converter"`
	Description string `json:"description"`
}

// settingsIn finds the settings that these packages make when they are initialized.
func settingsIn(server *module, packages []string) ([]setting, error) {
	var found []setting
	for _, name := range packages {
		files, err := server.parse(name)
		if err != nil {
			return nil, err
		}
		if !mentionsConstructor(files) {
			continue
		}
		if _, err := server.check(name); err != nil {
			return nil, err
		}
		for _, file := range files {
			found = append(found, settingsOf(server, file)...)
		}
	}
	return found, nil
}

func mentionsConstructor(files []*ast.File) bool {
	found := false
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			name, ok := node.(*ast.Ident)
			found = found || ok && constructorName.MatchString(name.Name)
			return !found
		})
	}
	return found
}

func settingsOf(server *module, file *ast.File) []setting {
	var found []setting
	for _, declared := range file.Decls {
		variables, ok := declared.(*ast.GenDecl)
		if !ok {
			continue
		}
		ast.Inspect(variables, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok {
				if constructor := constructorOf(server, call.Fun); constructor != nil {
					found = append(found, settingOf(server, call, constructor))
				}
			}
			return true
		})
	}
	return found
}

// constructorOf gives the constructor of settings that an expression names, under whatever name it was imported.
func constructorOf(server *module, expression ast.Expr) *types.Func {
	switch named := expression.(type) {
	case *ast.IndexExpr:
		return constructorOf(server, named.X)
	case *ast.SelectorExpr:
		return constructorOf(server, named.Sel)
	case *ast.Ident:
		function, ok := server.info.Uses[named].(*types.Func)
		if ok && function.Pkg().Path() == server.path+"/"+dynamicConfig && constructorName.MatchString(named.Name) {
			return function
		}
	}
	return nil
}

func settingOf(server *module, call *ast.CallExpr, constructor *types.Func) setting {
	position := server.files.Position(call.Pos())
	position.Column = 0
	made := setting{Position: position.String(), Constructor: constructor.Name()}
	if named, ok := types.Unalias(server.info.Types[call].Type).(*types.Named); ok && named.TypeArgs().Len() > 0 {
		made.Type = typeName(named.TypeArgs().At(0))
	}
	parameters := constructor.Signature().Params()
	for i, argument := range call.Args {
		switch parameters.At(i).Name() {
		case "key":
			made.Key = text(server, argument)
		case "description":
			made.Description = text(server, argument)
		case "convert":
			made.Converter = oneLine(server, argument)
			if literal, ok := argument.(*ast.FuncLit); ok {
				made.Converter = oneLine(server, literal.Type)
			}
		case "def", "cdef":
			made.Source = oneLine(server, argument)
			made.Value = value(server, argument)
			if literal, ok := argument.(*ast.CompositeLit); ok && made.Type == "" {
				made.Type = oneLine(server, literal.Type)
			}
		}
	}
	return made
}

// typeName writes a type the way the server's own code does: with the names of packages, not their paths.
func typeName(t types.Type) string {
	name := types.TypeString(t, (*types.Package).Name)
	if strings.Contains(name, "invalid type") {
		return ""
	}
	return name
}

func text(server *module, expression ast.Expr) string {
	written, _ := value(server, expression).(string)
	return written
}

// value evaluates a constant; durations become Go's text for them. It is nil for every other expression.
func value(server *module, expression ast.Expr) any {
	typed := server.info.Types[expression]
	if typed.Value == nil {
		return nil
	}
	if typed.Type.String() == "time.Duration" {
		nanoseconds, _ := constant.Int64Val(constant.ToInt(typed.Value))
		return time.Duration(nanoseconds).String()
	}
	switch typed.Value.Kind() {
	case constant.Bool:
		return constant.BoolVal(typed.Value)
	case constant.String:
		return constant.StringVal(typed.Value)
	case constant.Int:
		whole, _ := constant.Int64Val(typed.Value)
		return whole
	case constant.Float:
		number, _ := constant.Float64Val(typed.Value)
		return number
	}
	return nil
}

func oneLine(server *module, expression ast.Expr) string {
	var written strings.Builder
	if err := printer.Fprint(&written, server.files, expression); err != nil {
		return ""
	}
	return strings.Join(strings.Fields(written.String()), " ")
}
