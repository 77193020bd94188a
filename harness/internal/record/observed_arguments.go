package record

// BuildArgumentsObserved is not recorded yet.
type BuildArgumentsObserved struct{}
