// Package house keeps the house: tests that read the source and the documents
// and fail where a rule of the project is broken. Which package may import
// which, where no clock may be read, what must be documented, which words are
// not used. It is no part of the product, and nobody imports it.
//
// A rule that stands in the way is changed here, in the same commit and with its
// reason.
package house
