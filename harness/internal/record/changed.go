package record

import (
	"errors"
)

// ErrChanged says that a run cannot go on, because what it would measure now is not what it measured before.
var ErrChanged = errors.New("the run cannot be resumed: what is measured has changed since")
