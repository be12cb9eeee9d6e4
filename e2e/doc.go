// Package e2e uses Orrery as people do: in a browser, against the program
// itself. It is a module of its own, so that the product does not depend on a
// browser's protocol. Other people's clients (folder clients) deliver events to it
// too, for which node is needed. Its tests need Chromium, and npm to fetch axe-core and a
// list of naughty strings; without one of them they say what to install, and in
// CI they fail.
//
// Run it with:
//
//	go test -count=1                                  every journey, every page
//	go test -count=1 -run Speed -speed                a hundred thousand people on the map
//	go test -count=1 -run Names -payloads names.txt   other names than the naughty ones, one a line; or ORRERY_XSS_LIST=names.txt
//
// Pictures are left in the folder screens.
package e2e
