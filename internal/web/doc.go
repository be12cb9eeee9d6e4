// Package web is the team's door: the screens on which people see who orbits a
// brand and why. It renders pages on the server and draws the orbit map in the
// browser; every page works without JavaScript and loads nothing from another
// host. It holds no rules and sees no storage: handlers parse a request, ask or
// change something through a Backend and write the answer. The read models come
// from package view; the command line hands in the backend.
package web
