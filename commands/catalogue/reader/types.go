package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"
)

// shape is a type as far as a file can fill it. Kind is "basic", "named", "map", "list", "struct" or "any", and "other"
// for what no file can fill; Name says what that is. Pointers are left out.
type shape struct {
	Kind   string  `json:"kind"`
	Name   string  `json:"name"`
	Of     *shape  `json:"of"`
	Fields []field `json:"fields"`
}

type field struct {
	Name     string `json:"name"`
	Tag      string `json:"tag"`
	Embedded bool   `json:"embedded"`
	Exported bool   `json:"exported"`
	Type     shape  `json:"type"`
}

// declaration is a named type; Decoder is there when it decodes YAML itself.
type declaration struct {
	Underlying shape    `json:"underlying"`
	Text       bool     `json:"text"`
	Decoder    *decoder `json:"decoder"`
}

// decoder tells what a method UnmarshalYAML fills: Decoded are the receiver's fields it decodes the node into, Assigned
// the fields it gives one of several types, Tags the YAML tags of the fields of structs declared in it.
type decoder struct {
	Decoded  []string           `json:"decoded"`
	Assigned map[string][]shape `json:"assigned"`
	Tags     map[string]string  `json:"tags"`
}

type reading struct {
	server *module
	found  map[string]declaration
}

// typesFrom describes a type of the module and every named type that it leads to, each under its full name.
func typesFrom(server *module, packageName, typeName string) (map[string]declaration, error) {
	root, err := server.check(packageName)
	if err != nil {
		return nil, err
	}
	declared := root.Scope().Lookup(typeName)
	if declared == nil {
		return nil, fmt.Errorf("%s declares no %s", packageName, typeName)
	}
	r := reading{server, map[string]declaration{}}
	r.shape(declared.Type())
	return r.found, nil
}

func (r *reading) shape(t types.Type) shape {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return r.shape(t.Elem())
	case *types.Named:
		return r.named(t)
	case *types.Basic:
		if t.Kind() != types.Invalid {
			return shape{Kind: "basic", Name: t.Name()}
		}
	case *types.Map:
		of := r.shape(t.Elem())
		return shape{Kind: "map", Of: &of}
	case *types.Slice:
		of := r.shape(t.Elem())
		return shape{Kind: "list", Of: &of}
	case *types.Array:
		of := r.shape(t.Elem())
		return shape{Kind: "list", Of: &of}
	case *types.Struct:
		return shape{Kind: "struct", Fields: r.fields(t)}
	case *types.Interface:
		if t.Empty() {
			return shape{Kind: "any"}
		}
	}
	return shape{Kind: "other", Name: t.String()}
}

func (r *reading) named(t *types.Named) shape {
	name := t.String()
	if _, known := r.found[name]; !known {
		r.found[name] = declaration{}
		made := declaration{Text: method(t, "UnmarshalText") != nil}
		if decodes := method(t, "UnmarshalYAML"); decodes != nil {
			made.Decoder = r.decoder(decodes)
		}
		made.Underlying = r.shape(t.Underlying())
		r.found[name] = made
	}
	return shape{Kind: "named", Name: name}
}

func (r *reading) fields(t *types.Struct) []field {
	found := []field{}
	for i := range t.NumFields() {
		declared := t.Field(i)
		found = append(found, field{
			Name:     declared.Name(),
			Tag:      yamlTag(t.Tag(i)),
			Embedded: declared.Embedded(),
			Exported: declared.Exported(),
			Type:     r.shape(declared.Type()),
		})
	}
	return found
}

func method(t *types.Named, name string) *types.Func {
	found, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, t.Obj().Pkg(), name)
	function, _ := found.(*types.Func)
	return function
}

// yamlTag is the part of a field's tag that yaml.v3 reads: a tag without any key counts as a whole.
func yamlTag(tag string) string {
	if !strings.Contains(tag, ":") {
		return tag
	}
	return reflect.StructTag(tag).Get("yaml")
}

func (r *reading) decoder(decodes *types.Func) *decoder {
	made := &decoder{Decoded: []string{}, Assigned: map[string][]shape{}, Tags: map[string]string{}}
	body, receiver := r.declared(decodes)
	ast.Inspect(body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CallExpr:
			if name := decodedField(node, receiver); name != "" {
				made.Decoded = append(made.Decoded, name)
			}
		case *ast.AssignStmt:
			if name := fieldOf(node.Lhs[0], receiver); name != "" {
				if created := createdType(node.Rhs[0]); created != "" {
					made.Assigned[name] = append(made.Assigned[name], r.inPackage(decodes.Pkg(), created))
				}
			}
		case *ast.StructType:
			for _, declared := range node.Fields.List {
				for _, name := range declared.Names {
					if declared.Tag != nil {
						made.Tags[name.Name] = yamlTag(unquoted(declared.Tag))
					}
				}
			}
		}
		return true
	})
	return made
}

// declared finds the body of a method and the name of its receiver.
func (r *reading) declared(wanted *types.Func) (*ast.BlockStmt, string) {
	files := r.server.parsed[strings.TrimPrefix(wanted.Pkg().Path(), r.server.path+"/")]
	for _, function := range functions(files, wanted.Name()) {
		if function.Name.Pos() == wanted.Pos() {
			return function.Body, function.Recv.List[0].Names[0].Name
		}
	}
	return &ast.BlockStmt{}, ""
}

func (r *reading) inPackage(where *types.Package, name string) shape {
	declared := where.Scope().Lookup(name)
	if declared == nil {
		return shape{Kind: "other", Name: name}
	}
	return r.shape(declared.Type())
}

// decodedField gives F for a call `….Decode(&receiver.F)`.
func decodedField(call *ast.CallExpr, receiver string) string {
	called, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || called.Sel.Name != "Decode" || len(call.Args) != 1 {
		return ""
	}
	if address, ok := call.Args[0].(*ast.UnaryExpr); ok && address.Op == token.AND {
		return fieldOf(address.X, receiver)
	}
	return ""
}

// fieldOf gives F for `receiver.F`.
func fieldOf(expression ast.Expr, receiver string) string {
	if selected, ok := expression.(*ast.SelectorExpr); ok && identifier(selected.X) == receiver {
		return selected.Sel.Name
	}
	return ""
}

// createdType gives T for `&T{…}` and `new(T)`.
func createdType(expression ast.Expr) string {
	switch made := expression.(type) {
	case *ast.UnaryExpr:
		if literal, ok := made.X.(*ast.CompositeLit); ok && made.Op == token.AND {
			return identifier(literal.Type)
		}
	case *ast.CallExpr:
		if identifier(made.Fun) == "new" && len(made.Args) == 1 {
			return identifier(made.Args[0])
		}
	}
	return ""
}
