package record

// UpdateObserved is not recorded yet.
type UpdateObserved struct{}
