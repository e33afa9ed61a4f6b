package main

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// constraint is a name that the loader of dynamic config files knows: the field it fills, and the precedences of the
// settings that may have it.
type constraint struct {
	Field       string   `json:"field"`
	Precedences []string `json:"precedences"`
}

// lookups gives for each precedence the combinations of constraints that the server asks for, the most specific first.
func lookups(files []*ast.File) map[string][][]string {
	found := map[string][][]string{}
	for _, function := range functions(files, "Get") {
		receiver, ok := strings.CutSuffix(receiverName(function), "TypedSetting")
		if !ok {
			continue
		}
		ast.Inspect(function.Body, func(node ast.Node) bool {
			assigned, ok := node.(*ast.AssignStmt)
			if !ok || len(assigned.Lhs) != 1 || identifier(assigned.Lhs[0]) != "prec" {
				return true
			}
			if list, ok := assigned.Rhs[0].(*ast.CompositeLit); ok {
				found[receiver] = combinations(list)
			}
			return false
		})
	}
	return found
}

func combinations(list *ast.CompositeLit) [][]string {
	var found [][]string
	for _, element := range list.Elts {
		fields := []string{}
		if combination, ok := element.(*ast.CompositeLit); ok {
			for _, pair := range combination.Elts {
				if named, ok := pair.(*ast.KeyValueExpr); ok {
					fields = append(fields, identifier(named.Key))
				}
			}
		}
		found = append(found, fields)
	}
	return found
}

// constraints reads the switch over the names in convertYamlConstraints.
func constraints(files []*ast.File) map[string]constraint {
	found := map[string]constraint{}
	for _, function := range functions(files, "convertYamlConstraints") {
		ast.Inspect(function.Body, func(node ast.Node) bool {
			clause, ok := node.(*ast.CaseClause)
			if !ok {
				return true
			}
			for _, label := range clause.List {
				if literal, ok := label.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					found[unquoted(literal)] = constraintOf(clause)
				}
			}
			return true
		})
	}
	return found
}

func constraintOf(clause *ast.CaseClause) constraint {
	var made constraint
	ast.Inspect(clause, func(node ast.Node) bool {
		assigned, ok := node.(*ast.AssignStmt)
		if !ok {
			return true
		}
		if field, ok := assigned.Lhs[0].(*ast.SelectorExpr); ok && identifier(field.X) == "cs" {
			made.Field = field.Sel.Name
		}
		if identifier(assigned.Lhs[0]) == "validConstraint" {
			made.Precedences = compared(assigned.Rhs[0])
		}
		return true
	})
	return made
}

// compared gives the X of every PrecedenceX in an expression.
func compared(expression ast.Expr) []string {
	var found []string
	ast.Inspect(expression, func(node ast.Node) bool {
		if precedence, ok := strings.CutPrefix(identifier(node), "Precedence"); ok {
			found = append(found, precedence)
		}
		return true
	})
	return found
}

func functions(files []*ast.File, name string) []*ast.FuncDecl {
	var found []*ast.FuncDecl
	for _, file := range files {
		for _, declared := range file.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok && function.Name.Name == name && function.Body != nil {
				found = append(found, function)
			}
		}
	}
	return found
}

func receiverName(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return ""
	}
	receiver := function.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}
	if generic, ok := receiver.(*ast.IndexExpr); ok {
		receiver = generic.X
	}
	return identifier(receiver)
}

func identifier(node ast.Node) string {
	if name, ok := node.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

func unquoted(literal *ast.BasicLit) string {
	text, _ := strconv.Unquote(literal.Value)
	return text
}
