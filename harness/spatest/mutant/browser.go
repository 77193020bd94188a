package mutant

func browserMutants() []Mutant { return nil }

func browserOddities() []Mutant { return nil }
