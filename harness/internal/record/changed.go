package record

import (
	"errors"
)

// ErrChanged says that a run cannot go on, because what it would measure now is not what it measured before.
var ErrChanged = errors.New("the run cannot be resumed, because what it measures has changed since")
