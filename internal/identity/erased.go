package identity

import (
	"slices"
	"strings"

	"orrery.dev/orrery"
)

// Erased says whether the identity with a key was erased and must not return.
func (g *Graph) Erased(k orrery.Key) bool { return len(g.erased) > 0 && g.erased[g.hash(k)] }

// TellsOfErased says whether a piece of a source's row holds the address, login
// or alias of somebody who was erased. Only the keyed hashes are known: a name
// is not recognised by them, nor a key in a namespace that nobody has any more,
// other than the source's own.
func (g *Graph) TellsOfErased(text, source string) bool {
	if len(g.erased) == 0 || text == "" {
		return false
	}
	scopes := g.scopes(source)
	for _, piece := range pieces(text) {
		for _, scope := range scopes {
			if g.Erased(KeyOf(orrery.Actor{Namespace: scope.Namespace, Type: scope.Type, Value: piece}, source)) {
				return true
			}
		}
	}
	return false
}

// scopes lists where values may have been somebody's: everywhere that is known,
// and the source with the types that files use.
func (g *Graph) scopes(source string) []orrery.Key {
	if g.scoped == nil || g.scopedOf != len(g.list) {
		g.scoped, g.scopedOf = nil, len(g.list)
		seen := map[orrery.Key]bool{}
		for i := range g.list {
			k := orrery.Key{Namespace: g.list[i].Key.Namespace, Type: g.list[i].Key.Type}
			if k.Type != "" && !seen[k] {
				seen[k] = true
				g.scoped = append(g.scoped, k)
			}
		}
	}
	scopes := append(slices.Clip(g.scoped), orrery.Key{Namespace: orrery.GlobalNamespace, Type: orrery.TypeEmail})
	for _, kind := range []string{"who", "login", "user_id", "alias"} {
		scopes = append(scopes, orrery.Key{Namespace: source, Type: kind})
	}
	return scopes
}

// pieces cuts a row into what may be a value, with delimiters of all kinds of
// files, and with and without blanks as one.
func pieces(text string) []string {
	list := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\t|\"'{}[]", r) })
	list = append(list, strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\t|\"'{}[]()<>: ", r) })...)
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}
