// Package e2e looks at the screens as people do: in a browser. It is a module of
// its own, so that the product does not depend on a browser's protocol. Its
// tests need a Chromium; without one they skip. Checks of accessibility need
// npm, once, to fetch axe-core.
//
// Run it with:
//
//	go test ./... -count=1            every page, both looks, 0 violations
//	go test ./... -run Speed -speed   a hundred thousand people on the map
//
// Pictures are left in the folder screens.
package e2e
