package spatest

func browserChecks() []Check { return nil }
