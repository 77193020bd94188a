package spatest

func compressionChecks() []Check { return nil }
