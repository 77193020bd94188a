package mutant

func compressionMutants() []Mutant { return nil }

func compressionOddities() []Mutant { return nil }
