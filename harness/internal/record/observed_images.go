package record

// ImagesObserved is not recorded yet.
type ImagesObserved struct{}
