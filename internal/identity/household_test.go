package identity

import "testing"

func TestAFamilyOnOneAddressIsSeveralPeople(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		names []string
		want  bool
	}{
		{"two first names, one family", []string{"Anna Müller", "Bernd Müller"}, true},
		{"the family first", []string{"Müller, Anna", "Müller, Bernd"}, true},
		{"one of three", []string{"Anna Müller", "anna", "Bernd Mueller", "Bernd Müller"}, true},
		{"an initial", []string{"Anna Müller", "A. Müller"}, false},
		{"a middle name", []string{"Anna Müller", "Anna Maria Müller"}, false},
		{"a short form", []string{"Alex Riesen", "Alexander Riesen"}, false},
		{"a spelling", []string{"Anna Müller", "Anne Muller"}, false},
		{"turned round", []string{"Wei Zhang", "Zhang Wei"}, false},
		{"a wedding", []string{"Jane Doe", "Jane Roe"}, false},
		{"two scripts", []string{"Чен Ван", "Chen Wan"}, false},
		{"a login beside a name", []string{"jdoe", "John Doe"}, false},
		{"the same name", []string{"Anna Müller", "Anna Müller"}, false},
		{"nobody", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := household(tt.names); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
