package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"orrery.dev/orrery/internal/api"
)

var description = sync.OnceValues(func() (map[string]any, error) {
	raw, err := os.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	return doc, json.Unmarshal(raw, &doc)
})

func document(t testing.TB) map[string]any {
	t.Helper()
	doc, err := description()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// at walks into a document; nil where there is nothing.
func at(doc any, path ...string) any {
	for _, step := range path {
		m, _ := doc.(map[string]any)
		doc = m[step]
	}
	return doc
}

// deref follows a $ref.
func deref(doc map[string]any, v any) any {
	for {
		name, ok := at(v, "$ref").(string)
		if !ok {
			return v
		}
		v = at(doc, strings.Split(strings.TrimPrefix(name, "#/"), "/")...)
		if v == nil {
			panic(name + " leads nowhere")
		}
	}
}

func TestEveryRouteIsDescribedWithItsScope(t *testing.T) {
	t.Parallel()
	doc := document(t)
	var there []string
	here := api.Routes()
	for path, methods := range at(doc, "paths").(map[string]any) {
		for method, operation := range methods.(map[string]any) {
			scope, _ := at(operation, "x-scope").(string)
			there = append(there, strings.ToUpper(method)+" "+path+" "+scope)
		}
	}
	slices.Sort(here)
	slices.Sort(there)
	if !slices.Equal(here, there) {
		t.Errorf("the routes are\n%s\nand those described\n%s", strings.Join(here, "\n"), strings.Join(there, "\n"))
	}
}

func TestEveryReferenceLeadsSomewhere(t *testing.T) {
	t.Parallel()
	doc := document(t)
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			deref(doc, v)
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(doc)
}

// described returns what the description does not say of an answer.
func described(t testing.TB, got *httptest.ResponseRecorder, method, route string) []string {
	t.Helper()
	doc := document(t)
	response := deref(doc, at(doc, "paths", route, strings.ToLower(method), "responses", strconv.Itoa(got.Code)))
	if response == nil {
		return []string{fmt.Sprintf("%s %s does not say that it answers %d", method, route, got.Code)}
	}
	content, _ := at(response, "content").(map[string]any)
	if content == nil {
		return nil
	}
	media, _, _ := strings.Cut(got.Header().Get("Content-Type"), ";")
	schema := at(content, media, "schema")
	if schema == nil {
		return []string{fmt.Sprintf("%s %s does not say that it answers in %s", method, route, media)}
	}
	var problems []string
	documents := [][]byte{got.Body.Bytes()}
	switch {
	case media == "text/plain":
		return nil
	case strings.HasSuffix(media, "ndjson"):
		documents = documents[:0]
		for text := range strings.Lines(got.Body.String()) {
			documents = append(documents, []byte(text))
		}
	}
	for _, raw := range documents {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			return append(problems, err.Error())
		}
		problems = append(problems, fits(doc, schema, v, "answer")...)
	}
	return problems
}

// fits checks a value against the part of JSON Schema that the description
// uses.
func fits(doc map[string]any, schema, v any, where string) (problems []string) {
	schema = deref(doc, schema)
	complain := func(format string, args ...any) { problems = append(problems, where+fmt.Sprintf(format, args...)) }
	if any, ok := at(schema, "anyOf").([]any); ok {
		for _, one := range any {
			if len(fits(doc, one, v, where)) == 0 {
				return nil
			}
		}
		complain(" is none of what it may be: %v", v)
	}
	if enum, ok := at(schema, "enum").([]any); ok && !slices.Contains(enum, v) {
		complain(" is %v, which is not among %v", v, enum)
	}
	types, _ := at(schema, "type").([]any)
	if one, ok := at(schema, "type").(string); ok {
		types = []any{one}
	}
	if types != nil && !slices.Contains(types, any(typeOf(v))) && !(typeOf(v) == "integer" && slices.Contains(types, any("number"))) {
		complain(" is of type %s, not %v", typeOf(v), types)
	}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			problems = append(problems, fits(doc, at(schema, "items"), item, fmt.Sprintf("%s[%d]", where, i))...)
		}
	case map[string]any:
		properties, _ := at(schema, "properties").(map[string]any)
		required, _ := at(schema, "required").([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				complain(" lacks %s", name)
			}
		}
		for name, inner := range v {
			if properties[name] == nil {
				if at(schema, "additionalProperties") == false {
					complain(" has %s, which is not described", name)
				}
				continue
			}
			problems = append(problems, fits(doc, properties[name], inner, where+"."+name)...)
		}
	}
	return problems
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if v == math.Trunc(v) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}
