package record

// TamperObserved is not recorded yet.
type TamperObserved struct{}
