// Package journey walks a person's first hour with the real command: a
// repository is imported, its people are looked at, it is imported again,
// exported and undone. The truth to compare with is what git itself counts. It
// is no part of the product and holds a test alone, behind the build tag
// journey, which `make journey` runs.
package journey
