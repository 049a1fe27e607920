// Command alloyoracle says what Alloy's own syntax module makes of a text.
//
//	alloyoracle [-t | -dump] [FILE | -]   one text: formatted, compared with its canonical form, or its blocks as JSON
//	alloyoracle -batch                    a JSON array of texts on stdin, a JSON array of verdicts on stdout
//
// It exits 1 if a text does not parse, or with -t if it is not in canonical form.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/grafana/alloy/syntax/ast"
	"github.com/grafana/alloy/syntax/diag"
	"github.com/grafana/alloy/syntax/parser"
	"github.com/grafana/alloy/syntax/printer"
	"github.com/grafana/alloy/syntax/token"
)

type block struct {
	Name       string   `json:"name"`
	Label      string   `json:"label"`
	Line       int      `json:"line"`
	Attributes []string `json:"attributes"`
	Blocks     []block  `json:"blocks"`
}

type verdict struct {
	OK        bool     `json:"ok"`
	Formatted string   `json:"formatted"`
	Strings   []string `json:"strings"` // what the string literals mean, in the order of the text
	Error     string   `json:"error"`
	Line      int      `json:"line"`
}

func format(f *ast.File) (string, error) {
	var out bytes.Buffer
	err := printer.Fprint(&out, f)
	return out.String() + "\n", err
}

func blocks(body ast.Body) []block {
	found := []block{}
	for _, statement := range body {
		if b, ok := statement.(*ast.BlockStmt); ok {
			line := ast.StartPos(b).Position().Line
			found = append(found, block{strings.Join(b.Name, "."), b.Label, line, attributes(b.Body), blocks(b.Body)})
		}
	}
	return found
}

func attributes(body ast.Body) []string {
	names := []string{}
	for _, statement := range body {
		if a, ok := statement.(*ast.AttributeStmt); ok {
			names = append(names, a.Name.Name)
		}
	}
	return names
}

type stringCollector struct{ values []string }

func (c *stringCollector) Visit(node ast.Node) ast.Visitor {
	if literal, ok := node.(*ast.LiteralExpr); ok && literal.Kind == token.STRING {
		value, err := strconv.Unquote(literal.Value)
		if err != nil {
			value = "cannot be unquoted: " + err.Error()
		}
		c.values = append(c.values, value)
	}
	return c
}

func judge(text string) verdict {
	f, err := parser.ParseFile("text", []byte(text))
	if err != nil {
		v := verdict{Error: err.Error()}
		if found := (diag.Diagnostics)(nil); errors.As(err, &found) {
			v.Line = found[0].StartPos.Line
		}
		return v
	}
	formatted, err := format(f)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	collector := &stringCollector{values: []string{}}
	ast.Walk(collector, f)
	return verdict{OK: true, Formatted: formatted, Strings: collector.values}
}

func batch(in io.Reader, out io.Writer) error {
	var texts []string
	if err := json.NewDecoder(in).Decode(&texts); err != nil {
		return err
	}
	verdicts := make([]verdict, len(texts))
	for i, text := range texts {
		verdicts[i] = judge(text)
	}
	return json.NewEncoder(out).Encode(verdicts)
}

func single(path string, test, dump bool) error {
	source, err := os.ReadFile(path)
	if path == "-" || path == "" {
		path = "stdin"
		source, err = io.ReadAll(os.Stdin)
	}
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(path, source)
	if found := (diag.Diagnostics)(nil); errors.As(err, &found) {
		_ = diag.Fprint(os.Stderr, map[string][]byte{path: source}, found)
	}
	if err != nil {
		return fmt.Errorf("%s does not parse", path)
	}
	if dump {
		return json.NewEncoder(os.Stdout).Encode(blocks(f.Body))
	}
	formatted, err := format(f)
	if err == nil && test && formatted != string(source) {
		return fmt.Errorf("%s is not in canonical form", path)
	}
	if err == nil && !test {
		_, err = os.Stdout.WriteString(formatted)
	}
	return err
}

func main() {
	test := flag.Bool("t", false, "print nothing, exit 1 if the text is not in canonical form")
	dump := flag.Bool("dump", false, "print the blocks as JSON")
	many := flag.Bool("batch", false, "judge a JSON array of texts")
	flag.Parse()

	var err error
	if *many {
		err = batch(os.Stdin, os.Stdout)
	} else {
		err = single(flag.Arg(0), *test, *dump)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
