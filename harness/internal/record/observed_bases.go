package record

// BasesObserved is not recorded yet.
type BasesObserved struct{}
