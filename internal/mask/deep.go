package mask

import "reflect"

// Deep returns a copy of a value in which Text was applied to every string that it
// leads to: through fields that others may see, slices, maps, pointers and
// interfaces. What leads nowhere to a string is shared with the original, which is
// left alone. Values must not lead back to themselves.
func Deep[T any](v T) T {
	value := reflect.ValueOf(&v).Elem()
	out, _ := deep(value).Interface().(T) // nothing stays nothing
	return out
}

func deep(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		if text := Text(v.String()); text != v.String() {
			out := reflect.New(v.Type()).Elem()
			out.SetString(text)
			return out
		}
	case reflect.Interface:
		if !v.IsNil() {
			out := reflect.New(v.Type()).Elem()
			out.Set(deep(v.Elem()))
			return out
		}
	case reflect.Pointer:
		if !v.IsNil() && holdsText(v.Type().Elem(), nil) {
			out := reflect.New(v.Type().Elem())
			out.Elem().Set(deep(v.Elem()))
			return out
		}
	case reflect.Struct:
		if holdsText(v.Type(), nil) {
			out := reflect.New(v.Type()).Elem()
			out.Set(v)
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() || v.Type().Field(i).Anonymous && out.Field(i).CanSet() {
					out.Field(i).Set(deep(v.Field(i)))
				}
			}
			return out
		}
	case reflect.Slice:
		if !v.IsNil() && holdsText(v.Type().Elem(), nil) {
			out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			for i := range v.Len() {
				out.Index(i).Set(deep(v.Index(i)))
			}
			return out
		}
	case reflect.Array:
		if holdsText(v.Type().Elem(), nil) {
			out := reflect.New(v.Type()).Elem()
			for i := range v.Len() {
				out.Index(i).Set(deep(v.Index(i)))
			}
			return out
		}
	case reflect.Map:
		if !v.IsNil() && (holdsText(v.Type().Elem(), nil) || holdsText(v.Type().Key(), nil)) {
			out := reflect.MakeMapWithSize(v.Type(), v.Len())
			for key, value := range v.Seq2() {
				out.SetMapIndex(deep(key), deep(value))
			}
			return out
		}
	}
	return v
}

// holdsText says whether values of a type may lead to a string.
func holdsText(t reflect.Type, above []reflect.Type) bool {
	for _, a := range above {
		if a == t {
			return false
		}
	}
	switch t.Kind() {
	case reflect.String, reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holdsText(t.Elem(), append(above, t))
	case reflect.Map:
		return holdsText(t.Key(), append(above, t)) || holdsText(t.Elem(), append(above, t))
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && holdsText(f.Type, append(above, t)) {
				return true
			}
		}
	}
	return false
}
